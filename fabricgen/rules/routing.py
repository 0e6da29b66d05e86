"""Routing: tunnel or native, direct routes, DSR. The rest of the datapath stands in `datapath`.

Most of these are the agent's own refusals: it ends, and no pod of the node gets a network.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.fabric.machines import read_network
from fabricgen.fabric.networks import pod_networks
from fabricgen.rules.rule import Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_KPR: Final = f"{_CODE}/pkg/kpr/initializer/kube_proxy_replacement.go"
_AGENT: Final = f"{_CODE}/daemon/cmd/daemon_main.go"
_ROUTING: Final = "https://docs.cilium.io/en/v1.20/network/concepts/routing/#native-routing"
_DSR: Final = frozenset({"dsr", "hybrid"})
_REFUSED: Final = "The agent refuses to start, so no pod on the node gets a network."


def _hit(cilium: CiliumRelease, path: str, message: str) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label)


def _is_tunnel(cilium: CiliumRelease) -> bool:
    return bool(cilium.value("routingMode") == "tunnel")


@rule(
    "RTE001",
    "error",
    "DSR does not work over VXLAN",
    why=f"{_REFUSED} DSR needs native routing, or Geneve to carry the client's address.",
    source=_KPR,
    fix="Use routingMode: native, or tunnelProtocol: geneve with loadBalancer.dsrDispatch: geneve, or mode: snat.",
)
def dsr_over_vxlan(fabric: Fabric) -> Iterator[Hit]:
    """Yield where DSR meets a VXLAN tunnel."""
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy():
        return
    mode = cilium.value("loadBalancer.mode")
    if mode in _DSR and _is_tunnel(cilium) and cilium.value("tunnelProtocol") == "vxlan":
        yield _hit(cilium, "loadBalancer.mode", f"loadBalancer.mode is {mode}, and packets travel in VXLAN")


@rule(
    "RTE002",
    "error",
    "DSR in a tunnel needs dsrDispatch: geneve",
    why=_REFUSED,
    source=_KPR,
    fix="Set loadBalancer.dsrDispatch: geneve, or use routingMode: native.",
)
def dsr_without_geneve_dispatch(fabric: Fabric) -> Iterator[Hit]:
    """Yield where DSR in a Geneve tunnel is dispatched in another way."""
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy() or not _is_tunnel(cilium):
        return
    mode, dispatch = cilium.value("loadBalancer.mode"), cilium.value("loadBalancer.dsrDispatch")
    if mode in _DSR and cilium.value("tunnelProtocol") == "geneve" and dispatch != "geneve":
        message = f"loadBalancer.mode is {mode} in a Geneve tunnel, and dsrDispatch is {dispatch}"
        yield _hit(cilium, "loadBalancer.mode", message)


@rule(
    "RTE003",
    "error",
    "dsrDispatch: geneve needs tunnelProtocol: geneve, with native routing too",
    why=_REFUSED,
    source=_KPR,
    fix="Set tunnelProtocol: geneve; with routingMode: native it is used for DSR only.",
)
def geneve_dispatch_without_geneve(fabric: Fabric) -> Iterator[Hit]:
    """Yield where the Geneve dispatch has no Geneve device."""
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy() or cilium.value("loadBalancer.mode") not in _DSR:
        return
    protocol = cilium.value("tunnelProtocol")
    if cilium.value("loadBalancer.dsrDispatch") == "geneve" and protocol != "geneve":
        message = f"loadBalancer.dsrDispatch is geneve, and tunnelProtocol is {protocol}"
        yield _hit(cilium, "loadBalancer.dsrDispatch", message)


@rule(
    "RTE004",
    "error",
    "Native routing with masquerading needs ipv4NativeRoutingCIDR",
    why="Without it the agent cannot tell which addresses to leave alone, and ends.",
    source=f"{_CODE}/pkg/option/config.go",
    fix="Set ipv4NativeRoutingCIDR to the pod network.",
)
def native_without_cidr(fabric: Fabric) -> Iterator[Hit]:
    """Yield a native release that masquerades and names no network that is native."""
    cilium = fabric.cilium
    if cilium is None or _is_tunnel(cilium) or not cilium.is_on("ipv4.enabled"):
        return
    if not cilium.is_on("enableIPv4Masquerade") or cilium.is_on("ipMasqAgent.enabled"):
        return
    named = cilium.value("ipv4NativeRoutingCIDR", "") or cilium.value(
        "nativeRoutingCIDRFromClusterPool", None
    )
    if not named and cilium.value("ipam.mode") in {"kubernetes", "cluster-pool", "multi-pool"}:
        yield _hit(cilium, "routingMode", "routingMode is native, and ipv4NativeRoutingCIDR is not set")


@rule(
    "RTE005",
    "error",
    "ipv4NativeRoutingCIDR holds the pod network",
    why="Traffic between pods outside of it is masqueraded: policies see the node's address, and rules by pod fail.",
    source=_ROUTING,
    fix="Set ipv4NativeRoutingCIDR to the pod network that Talos or k3s is told.",
)
def native_cidr_misses_pods(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pod network that the native CIDR does not hold."""
    cilium = fabric.cilium
    if cilium is None or _is_tunnel(cilium) or cilium.value("ipam.mode") != "kubernetes":
        return
    native = read_network(cilium.value("ipv4NativeRoutingCIDR", ""))
    told = {one.network for one in pod_networks(fabric) if one.network.version == 4}  # noqa: PLR2004 - IPv4
    for network in sorted(told, key=str):
        if native is not None and not network.subnet_of(native):  # type: ignore[arg-type] # both are IPv4
            message = f"ipv4NativeRoutingCIDR is {native}, and the pods are in {network}"
            yield _hit(cilium, "ipv4NativeRoutingCIDR", message)


@rule(
    "RTE006",
    "warning",
    "ipv4NativeRoutingCIDR holds no node",
    why="Pods reach nodes and whatever else is in it with their own address, which the network has no route back to.",
    source=_ROUTING,
    fix="Set ipv4NativeRoutingCIDR to the pod network alone.",
)
def native_cidr_holds_nodes(fabric: Fabric) -> Iterator[Hit]:
    """Yield where nodes stand in the native CIDR."""
    cilium = fabric.cilium
    if cilium is None or _is_tunnel(cilium) or cilium.is_on("bgpControlPlane.enabled"):
        return  # with BGP, routers and nodes may well know the way back
    native = read_network(cilium.value("ipv4NativeRoutingCIDR", ""))
    inside = [one for one in fabric.nodes if native is not None and one.address.value in native]
    if inside:
        first = inside[0]
        message = f"ipv4NativeRoutingCIDR {native} holds {len(inside)} nodes, {first.name} {first.address.value} among them"
        yield _hit(cilium, "ipv4NativeRoutingCIDR", message)


@rule(
    "RTE007",
    "error",
    "autoDirectNodeRoutes and a tunnel exclude each other",
    why=_REFUSED,
    source=_AGENT,
    fix="Remove autoDirectNodeRoutes, or use routingMode: native.",
)
def direct_routes_in_a_tunnel(fabric: Fabric) -> Iterator[Hit]:
    """Yield direct routes beside a tunnel."""
    cilium = fabric.cilium
    if cilium is not None and cilium.is_on("autoDirectNodeRoutes") and _is_tunnel(cilium):
        yield _hit(cilium, "autoDirectNodeRoutes", "autoDirectNodeRoutes is on, and routingMode is tunnel")


@rule(
    "RTE008",
    "error",
    "autoDirectNodeRoutes needs all nodes in one L2 segment",
    why="The route to a node of another segment leads through an address that is not on the link: its pods are lost.",
    source=_ROUTING,
    fix="Use a tunnel, or announce pod networks by BGP and set directRoutingSkipUnreachable: true.",
)
def direct_routes_between_segments(fabric: Fabric) -> Iterator[Hit]:
    """Yield where two nodes share no network."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("autoDirectNodeRoutes") or _is_tunnel(cilium):
        return
    if cilium.is_on("directRoutingSkipUnreachable"):
        return
    for one, other in pairwise(fabric.node_links):
        if not any(mine.overlaps(theirs) for mine in one.networks for theirs in other.networks):
            first, second = (", ".join(sorted(map(str, link.networks))) for link in (one, other))
            message = f"node {one.name} is in {first} and node {other.name} in {second}: no direct route between them"
            yield _hit(cilium, "autoDirectNodeRoutes", message)
            return


@rule(
    "RTE009",
    "warning",
    "directRoutingSkipUnreachable does nothing without autoDirectNodeRoutes",
    why="It only says which of the direct routes are left out, and there are none.",
    source=_ROUTING,
    fix="Set autoDirectNodeRoutes: true as well, or remove directRoutingSkipUnreachable.",
)
def skip_without_direct_routes(fabric: Fabric) -> Iterator[Hit]:
    """Yield the option that has nothing to work on."""
    cilium = fabric.cilium
    if (
        cilium is not None
        and cilium.is_on("directRoutingSkipUnreachable")
        and not cilium.is_on("autoDirectNodeRoutes")
    ):
        message = "directRoutingSkipUnreachable is on, and autoDirectNodeRoutes is off"
        yield _hit(cilium, "directRoutingSkipUnreachable", message)


@rule(
    "RTE014",
    "error",
    "installNoConntrackIptablesRules needs native routing, kube-proxy replacement and BPF masquerading",
    why=_REFUSED,
    source=_KPR,
    fix="Set what is missing, or remove installNoConntrackIptablesRules.",
)
def no_conntrack_alone(fabric: Fabric) -> Iterator[Hit]:
    """Yield the option where one of its three conditions does not hold."""
    cilium = fabric.cilium
    if cilium is None or cilium.value("installNoConntrackIptablesRules", None) is not True:
        return
    missing = [
        text
        for text, holds in (
            ("routingMode is tunnel", not _is_tunnel(cilium)),
            ("kubeProxyReplacement is off", cilium.replaces_kube_proxy()),
            (
                "bpf.masquerade is off",
                cilium.is_on("bpf.masquerade") or not cilium.is_on("enableIPv4Masquerade"),
            ),
        )
        if not holds
    ]
    if missing:
        message = f"installNoConntrackIptablesRules is on, and {' and '.join(missing)}"
        yield _hit(cilium, "installNoConntrackIptablesRules", message)


@rule(
    "RTE021",
    "warning",
    "Native routing needs routes to the pods of other nodes",
    why="Without direct routes or BGP, pods reach those of their own node only, unless the router knows each node's pods.",
    source=_ROUTING,
    fix="Set autoDirectNodeRoutes: true, or advertise PodCIDR by BGP; with routes in the router, ignore this rule.",
)
def native_without_routes(fabric: Fabric) -> Iterator[Hit]:
    """Yield native routing where nothing makes routes, and there is more than one node."""
    cilium = fabric.cilium
    if cilium is None or _is_tunnel(cilium) or cilium.is_on("autoDirectNodeRoutes") or len(fabric.nodes) < 2:  # noqa: PLR2004
        return
    advertised = any(
        kind.get("advertisementType") == "PodCIDR"
        for item in fabric.of("cilium.io", "CiliumBGPAdvertisement")
        for kind in item.items("spec", "advertisements")
        if isinstance(kind, dict)
    )
    if not advertised and cilium.value("ipam.mode") in {"kubernetes", "cluster-pool"}:
        message = (
            f"routingMode is native over {len(fabric.nodes)} nodes, and nothing makes routes between them"
        )
        yield _hit(cilium, "routingMode", message)
