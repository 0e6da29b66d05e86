"""Rules about `cni.cilium.values`: what the chart does not read or take, and what has a place of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.charts import values_problems
from fabricgen.description import Cilium, Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums

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


def rule_values_are_what_the_chart_takes(description: Description) -> Iterator[Problem]:
    """A key that this version of the chart does not read changes nothing, and nothing else says so."""
    for path, cilium in _values(description):
        for problem in values_problems(cilium.values, chart="cilium", version=str(cilium.version)):
            home = _SAID_ELSEWHERE.get(problem.instead)
            hint = f"remove it; {_place(home, path)} does that" if home else problem.hint
            yield Problem(message=problem.message, path=(*path, *problem.path), hint=hint)


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
