"""Where in a description the cause of a finding in its rendered tree is written, as far as that can be told.

Fed by findings over rendered documents; `described` points to the key that comes out, else to the rendered file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from fabricgen.errors import Path
from fabricgen.lint.outcome import Found

_CILIUM: Final[Path] = ("cni", "cilium")
_VALUES: Final[Path] = ("spec", "values")
# First key of the chart's values -> the key of `cni.cilium` that it comes from.
_OF_VALUES: Final[Mapping[str, str]] = {
    "bandwidthManager": "bandwidthManager",
    "bgpControlPlane": "bgp",
    "encryption": "encryption",
    "gatewayAPI": "gatewayApi",
    "hostFirewall": "hostFirewall",
    "hubble": "hubble",
    "ipam": "ipam",
    "ipv4NativeRoutingCIDR": "routing",
    "k8sServiceHost": "apiServer",
    "kubeProxyReplacement": "kubeProxyReplacement",
    "l2announcements": "l2",
    "l7Proxy": "l7Proxy",
    "loadBalancer": "loadBalancing",
    "operator": "operatorReplicas",
    "prometheus": "monitoring",
    "routingMode": "routing",
    "socketLB": "socketLbHostNamespaceOnly",
    "tunnelProtocol": "routing",
}
_OF_KINDS: Final[Mapping[str, Path]] = {
    "CiliumBGPAdvertisement": (*_CILIUM, "bgp"),
    "CiliumBGPClusterConfig": (*_CILIUM, "bgp"),
    "CiliumBGPPeerConfig": (*_CILIUM, "bgp"),
    "CiliumClusterwideNetworkPolicy": (*_CILIUM, "policies"),
    "CiliumL2AnnouncementPolicy": (*_CILIUM, "l2"),
    "CiliumNetworkPolicy": (*_CILIUM, "policies"),
    "Gateway": (*_CILIUM, "gatewayApi"),
    "GatewayClass": (*_CILIUM, "gatewayApi"),
}
_POOLS: Final = {"CiliumLoadBalancerIPPool", "IPAddressPool"}
_OF_FOLDERS: Final[Mapping[str, Path]] = {
    "talos": ("distribution", "talos"),
    "k3s": ("distribution", "k3s"),
    "flux": ("flux",),
}
_NODE: Final = re.compile(r"talos/node/(?P<name>[^/]+)/|k3s/.*?(?P<host>[^/]+)\.yaml$")


def cause_of(found: Found, *, file: str, written: AbstractSet[Path], nodes: Sequence[str]) -> Path | None:
    """Return the path in the description that a finding comes from; None if that cannot be told.

    Args:
        found: a finding over rendered documents.
        file: where it is, from the folder of the cluster.
        written: the paths that the description has.
        nodes: the names of its nodes, in its order.
    """
    return next((one for one in _candidates(found, file, nodes) if one in written), None)


def _candidates(found: Found, file: str, nodes: Sequence[str]) -> Iterator[Path]:
    if found.path[:2] == _VALUES or file == "bootstrap/cilium-values.yaml":
        values = found.path[2:] if found.path[:2] == _VALUES else found.path
        for length in range(len(values), 0, -1):
            yield (*_CILIUM, "values", *values[:length])
        if values and values[0] in _OF_VALUES:
            yield (*_CILIUM, _OF_VALUES[str(values[0])])
    kind, _, name = found.finding.object.partition(" ")
    if kind in _POOLS:
        yield ("networks", "loadBalancers", name.rpartition("/")[2])
    if kind in _OF_KINDS:
        yield _OF_KINDS[kind]
    node = _NODE.match(file)
    if node is not None and (wanted := node["name"] or node["host"]) in nodes:
        yield ("nodes", nodes.index(wanted))
    if (folder := file.partition("/")[0]) in _OF_FOLDERS:
        yield _OF_FOLDERS[folder]
    if file.startswith("infrastructure/cilium/"):
        yield _CILIUM
