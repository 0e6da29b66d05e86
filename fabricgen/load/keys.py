"""Unknown keys: what somebody may have meant. Used by `validation`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

from pydantic import BaseModel

from fabricgen.description import Description
from fabricgen.errors import Path, format_path
from fabricgen.load.schema import fields_of, models_in

# What other tools call it (Talos, k3s, talhelper, topf, cluster-template, Cilium's chart, Kubernetes) -> ours.
_FOREIGN: Final[Mapping[str, str]] = {
    "addresses": "address",
    "apiaddr": "endpoint.host",
    "bgpcontrolplane": "cni.cilium.bgp",
    "cidrs": "blocks",
    "clusterendpoint": "endpoint",
    "clustercidr": "networks.pods",
    "clusterdomain": "networks.domain",
    "clustername": "name",
    "clusterpodnets": "networks.pods",
    "clustersvcnets": "networks.services",
    "controller": "role",
    "controlplane": "role",
    "defaultgateway": "networks.router",
    "dnsdomain": "networks.domain",
    "end": "stop",
    "gateway": "router",
    "host": "name",
    "hostname": "name",
    "installdisk": "disk",
    "installdiskselector": "disk",
    "ip": "address",
    "ipaddress": "address",
    "kubernetesversion": "kubernetes",
    "kubeproxy": "kubeProxyReplacement",
    "l2announcements": "l2",
    "loadbalancerips": "networks.loadBalancers",
    "loadbalancerpools": "networks.loadBalancers",
    "macaddr": "interface",
    "macaddress": "mac",
    "nameservers": "networks.dnsServers",
    "networkinterfaces": "interface",
    "nodecidr": "networks.nodes",
    "nodelabels": "labels",
    "nodetaints": "taints",
    "ntpservers": "networks.timeServers",
    "podcidr": "networks.pods",
    "podsubnets": "networks.pods",
    "pools": "networks.loadBalancers",
    "reason": "because",
    "servicecidr": "networks.services",
    "servicesubnets": "networks.services",
    "svccidr": "networks.services",
    "talosversion": "distribution.talos.version",
    "to": "stop",
    "from": "start",
    "tunnelprotocol": "cni.cilium.routing.protocol",
    "routingmode": "cni.cilium.routing.mode",
    "vlanid": "vlan",
    "why": "because",
    "wireguard": "cni.cilium.encryption",
}


def suggest_key(key: str, *, model: type[BaseModel], path: Path) -> tuple[str, str]:
    """Return a sentence about what `key` should be, and the known key of `model` that is meant ("" if none is)."""
    known = tuple(fields_of(model))
    if near := nearest(key, known):
        return f"did you mean {near}?", near
    if name := _foreign(key, known):
        near = name.removeprefix(f"{format_path(path)}.")
        return (f"did you mean {near}?", near) if near in known else (f"that is {name}", "")
    if homes := _homes(key):
        here = format_path(path) or "the top"
        return f"it belongs to {' or '.join(homes)}, not to {here}", ""
    return f"known here: {', '.join(known)}", ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that is `word` but for case, dashes and underscores, or nearly so; "" if none is."""
    plain = {_plain(one): one for one in known}
    if _plain(word) in plain:
        return plain[_plain(word)]
    close = get_close_matches(_plain(word), plain, n=1, cutoff=0.72)
    return plain[close[0]] if close else ""


def _plain(word: str) -> str:
    return re.sub(r"[-_ .]", "", word).lower()


def _foreign(key: str, known: tuple[str, ...]) -> str:
    """Return our name for a foreign key: one of `known`, or a whole path from the top; "" if there is none."""
    name = _FOREIGN.get(_plain(key), "")
    return name if name in known or "." in name else ""


def _homes(key: str) -> tuple[str, ...]:
    """Return where in a description this key is known, if those are few enough to name."""
    homes = _known_keys().get(_plain(key), ())
    return homes if len(homes) <= 2 else ()  # noqa: PLR2004 - more than two would be a guess


@cache
def _known_keys() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for home, key in _walk(Description, ""):
        found[_plain(key)] = (*found.get(_plain(key), ()), home or "the top")
    return found


def _walk(model: type[BaseModel], home: str) -> Iterator[tuple[str, str]]:
    for key, field in fields_of(model).items():
        yield home, key
        for below, step in models_in(field.annotation):
            yield from _walk(below, f"{home}.{key}{step}".lstrip("."))
