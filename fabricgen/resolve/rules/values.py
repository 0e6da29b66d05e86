"""Rules about `cni.cilium.values`: what the chart would pass over in silence, and what has a place of its own.

The chart's schema refuses no unknown key at any depth, so nothing else would tell.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from fabricgen.description import Cilium, Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.chart_names import BELOW, TOP
from fabricgen.resolve.rules.features import ciliums
from fabricgen.versions.cilium import has_key, successor_of

# Keys that other layers, or other rules, must know about -> where the description says them.
_SAID_ELSEWHERE: Mapping[str, str] = {
    "MTU": "mtu",
    "bandwidthManager": "bandwidthManager",
    "bgpControlPlane.enabled": "bgp",
    "bpf.hostLegacyRouting": "hostLegacyRouting",
    "bpf.masquerade": "bpfMasquerade",
    "cni.exclusive": "multus",
    "devices": "devices",
    "encryption": "encryption",
    "gatewayAPI.enabled": "gatewayAPI",
    "hostFirewall": "hostFirewall",
    "hubble.enabled": "hubble.enabled",
    "hubble.relay.enabled": "hubble.relay",
    "hubble.ui.enabled": "hubble.ui",
    "ipam": "ipam, networks.pods and networks.nodeMask",
    "ipv4.enabled": "networks.pods",
    "ipv4NativeRoutingCIDR": "networks.pods",
    "ipv6.enabled": "networks.pods",
    "ipv6NativeRoutingCIDR": "networks.pods",
    "k8sServiceHost": "apiServer",
    "k8sServicePort": "apiServer",
    "kubeProxyReplacement": "kubeProxyReplacement",
    "l2announcements": "l2",
    "l7Proxy": "l7Proxy",
    "loadBalancer.acceleration": "loadBalancing.acceleration",
    "loadBalancer.algorithm": "loadBalancing.algorithm",
    "loadBalancer.dsrDispatch": "loadBalancing.dispatch",
    "loadBalancer.mode": "loadBalancing.mode",
    "maglev.tableSize": "loadBalancing.maglevTableSize",
    "operator.replicas": "operatorReplicas",
    "routingMode": "routing.mode",
    "socketLB.hostNamespaceOnly": "socketLbHostNamespaceOnly",
    "tunnelPort": "routing.port",
    "tunnelProtocol": "routing.protocol",
}


def _values(description: Description) -> Iterator[tuple[Path, Cilium]]:
    for path, cilium in ciliums(description):
        yield (*path, "values"), cilium


def _leaves(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of everything that is no mapping, and of empty mappings."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*above, str(key)))
        else:
            yield (*above, str(key))


def rule_values_are_read_by_the_chart(description: Description) -> Iterator[Problem]:
    """A key that this version of the chart does not have changes nothing, and nothing says so."""
    for path, cilium in _values(description):
        gone = (_first_gone(leaf, cilium) for leaf in _leaves(cilium.values))
        for key in dict.fromkeys(one for one in gone if one):
            successor = successor_of(".".join(key))
            yield Problem(
                message=f"the chart {cilium.version} does not read {'.'.join(key)}, so it would change nothing",
                path=(*path, *key),
                hint=_instead(successor, path),
            )


def _instead(successor: str | None, path: Path) -> str:
    if successor is None:
        return "remove it"
    home = _SAID_ELSEWHERE.get(successor)
    return f"remove it; {_place(home, path)} does that" if home else f"write {successor}"


def _first_gone(leaf: tuple[str, ...], cilium: Cilium) -> tuple[str, ...]:
    """Return the shortest part of a path that this chart does not have; () if it has all."""
    starts = (leaf[:length] for length in range(1, len(leaf) + 1))
    return next((start for start in starts if not has_key(".".join(start), cilium.version)), ())


def rule_values_are_spelt_as_the_chart_does(description: Description) -> Iterator[Problem]:
    """`cgroup.automount` instead of `autoMount` has stood in well-known repositories for years, without effect."""
    for path, cilium in _values(description):
        for key, value in cilium.values.items():
            if meant := _misspelt_at_the_top(key):
                yield _misspelt((*path, key), key, meant)
                continue
            below = {name.lower(): name for name in BELOW.get(key, ())}
            for inner in value if isinstance(value, Mapping) else ():
                name = below.get(str(inner).lower(), inner)
                if name != inner:
                    yield _misspelt((*path, key, inner), f"{key}.{inner}", f"{key}.{name}")


def _misspelt(path: Path, found: str, meant: str) -> Problem:
    message = f"the chart does not know {found}, so it would change nothing"
    return Problem(message=message, path=path, hint=f"did you mean {meant}?")


def _misspelt_at_the_top(key: str) -> str:
    """Return the name that is clearly meant; "" for a known name, and for one that is like none."""
    if key in TOP:
        return ""
    same = {name.lower(): name for name in TOP}
    near = get_close_matches(key.lower(), same, n=1, cutoff=0.85)
    return same[near[0]] if near else ""


def rule_values_do_not_say_what_the_description_says(description: Description) -> Iterator[Problem]:
    """Other layers follow these: a value that only the chart knows would make them disagree."""
    for path, cilium in _values(description):
        leaves = [".".join(leaf) for leaf in _leaves(cilium.values)]
        for key, home in _SAID_ELSEWHERE.items():
            if any(leaf == key or leaf.startswith(f"{key}.") for leaf in leaves):
                parts = tuple(key.split("."))
                message = f"{key} follows from the description, and other layers with it"
                yield Problem(message=message, path=(*path, *parts), hint=f"say it in {_place(home, path)}")


def _place(home: str, path: Path) -> str:
    return home if home.startswith("networks.") else f"{'.'.join(str(part) for part in path[:-1])}.{home}"
