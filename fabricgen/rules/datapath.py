"""The datapath beside routing: BBR, BIG TCP, eBPF host routing, Maglev, XDP, egress gateways.

Most of these are the agent's own refusals: it ends, and no pod of the node gets a network.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.rule import Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_KPR: Final = f"{_CODE}/pkg/kpr/initializer/kube_proxy_replacement.go"
_AGENT: Final = f"{_CODE}/daemon/cmd/daemon_main.go"
_BANDWIDTH: Final = f"{_CODE}/pkg/datapath/linux/bandwidth/bandwidth.go"
_BIG_TCP: Final = f"{_CODE}/pkg/datapath/linux/bigtcp/bigtcp.go"
_TABLE_SIZES: Final = frozenset({251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071})
_REFUSED: Final = "The agent refuses to start, so no pod on the node gets a network."


def _hit(cilium: CiliumRelease, path: str, message: str) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label)


def _is_tunnel(cilium: CiliumRelease) -> bool:
    return bool(cilium.value("routingMode") == "tunnel")


@rule(
    "RTE010",
    "error",
    "BBR needs eBPF host routing",
    why=f"{_REFUSED} The host's own stack loses the socket whose pace BBR sets.",
    source=_BANDWIDTH,
    fix="Remove bpf.hostLegacyRouting, or set bandwidthManager.bbrHostNamespaceOnly: true.",
)
def bbr_with_legacy_routing(fabric: Fabric) -> Iterator[Hit]:
    """Yield BBR for pods beside legacy host routing."""
    cilium = fabric.cilium
    if (
        cilium is None
        or not cilium.is_on("bandwidthManager.enabled")
        or not cilium.is_on("bandwidthManager.bbr")
    ):
        return
    if cilium.is_on("bpf.hostLegacyRouting") and not cilium.is_on("bandwidthManager.bbrHostNamespaceOnly"):
        yield _hit(
            cilium, "bandwidthManager.bbr", "bandwidthManager.bbr is on, and bpf.hostLegacyRouting is too"
        )


@rule(
    "RTE011",
    "warning",
    "BBR needs what eBPF host routing needs: kube-proxy replacement and BPF masquerading",
    why="Without them the agent falls back to legacy host routing, which BBR for pods does not work with.",
    source="https://docs.cilium.io/en/v1.20/operations/performance/tuning/#ebpf-host-routing",
    fix="Set bpf.masquerade: true and kubeProxyReplacement: true.",
)
def bbr_falls_back(fabric: Fabric) -> Iterator[Hit]:
    """Yield BBR where the agent will choose legacy host routing by itself."""
    cilium = fabric.cilium
    if (
        cilium is None
        or not cilium.is_on("bandwidthManager.enabled")
        or not cilium.is_on("bandwidthManager.bbr")
    ):
        return
    if cilium.is_on("bandwidthManager.bbrHostNamespaceOnly") or cilium.is_on("bpf.hostLegacyRouting"):
        return
    masquerades = cilium.is_on("enableIPv4Masquerade") and not cilium.is_on("bpf.masquerade")
    if masquerades or not cilium.replaces_kube_proxy():
        what = "bpf.masquerade is off" if masquerades else "kubeProxyReplacement is off"
        yield _hit(cilium, "bandwidthManager.bbr", f"bandwidthManager.bbr is on, and {what}")


@rule(
    "RTE012",
    "error",
    "bbrHostNamespaceOnly needs bbr",
    why=_REFUSED,
    source=_BANDWIDTH,
    fix="Set bandwidthManager.bbr: true, or remove bandwidthManager.bbrHostNamespaceOnly.",
)
def host_bbr_without_bbr(fabric: Fabric) -> Iterator[Hit]:
    """Yield the narrower option without the one that it narrows."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("bandwidthManager.enabled"):
        return
    if cilium.is_on("bandwidthManager.bbrHostNamespaceOnly") and not cilium.is_on("bandwidthManager.bbr"):
        message = "bandwidthManager.bbrHostNamespaceOnly is on, and bandwidthManager.bbr is off"
        yield _hit(cilium, "bandwidthManager.bbrHostNamespaceOnly", message)


@rule(
    "RTE013",
    "error",
    "BIG TCP needs eBPF host routing",
    why=_REFUSED,
    source=_BIG_TCP,
    fix="Remove bpf.hostLegacyRouting, or enableIPv4BIGTCP and enableIPv6BIGTCP.",
)
def big_tcp_with_legacy_routing(fabric: Fabric) -> Iterator[Hit]:
    """Yield BIG TCP beside legacy host routing."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("bpf.hostLegacyRouting"):
        return
    for key in ("enableIPv4BIGTCP", "enableIPv6BIGTCP"):
        if cilium.value(key, None) is True:
            yield _hit(cilium, key, f"{key} is on, and bpf.hostLegacyRouting is too")


@rule(
    "RTE015",
    "error",
    "BIG TCP in a tunnel needs Cilium 1.20",
    why=f"{_REFUSED} From 1.20 on it depends on the kernel.",
    source="https://github.com/cilium/cilium/blob/v1.18.11/pkg/datapath/linux/bigtcp/bigtcp.go",
    fix="Use routingMode: native, or remove enableIPv4BIGTCP and enableIPv6BIGTCP.",
    until="1.20",
)
def big_tcp_in_a_tunnel(fabric: Fabric) -> Iterator[Hit]:
    """Yield BIG TCP in a tunnel of an older Cilium."""
    cilium = fabric.cilium
    if cilium is None or cilium.is_at_least((1, 20)) or not _is_tunnel(cilium):
        return
    for key in ("enableIPv4BIGTCP", "enableIPv6BIGTCP"):
        if cilium.value(key, None) is True:
            yield _hit(cilium, key, f"{key} is on, and routingMode is tunnel with Cilium {cilium.version}")


@rule(
    "RTE016",
    "error",
    "The size of Maglev's table is one of ten primes",
    why=_REFUSED,
    source=f"{_CODE}/pkg/maglev/maglev.go",
    fix="Set maglev.tableSize to 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521 or 131071.",
)
def maglev_table_size(fabric: Fabric) -> Iterator[Hit]:
    """Yield a size that is none of them."""
    cilium = fabric.cilium
    size = None if cilium is None else cilium.written("maglev.tableSize")
    if cilium is not None and isinstance(size, int) and size not in _TABLE_SIZES:
        yield _hit(cilium, "maglev.tableSize", f"maglev.tableSize is {size}")


@rule(
    "RTE017",
    "warning",
    "Load balancing modes do nothing without kube-proxy replacement",
    why="kube-proxy handles the traffic, its own way.",
    source=_KPR,
    fix="Set kubeProxyReplacement: true, or remove loadBalancer.mode and loadBalancer.algorithm.",
)
def modes_without_replacement(fabric: Fabric) -> Iterator[Hit]:
    """Yield modes that nothing uses."""
    cilium = fabric.cilium
    if cilium is None or cilium.replaces_kube_proxy():
        return
    for path in ("loadBalancer.mode", "loadBalancer.algorithm"):
        if cilium.written(path) not in (None, "snat", "random"):
            yield _hit(cilium, path, f"{path} is {cilium.written(path)}, and kubeProxyReplacement is off")


@rule(
    "RTE018",
    "error",
    "Egress gateways need kube-proxy replacement and BPF masquerading",
    why=_REFUSED,
    source=f"{_CODE}/pkg/egressgateway/manager.go",
    fix="Set kubeProxyReplacement: true and bpf.masquerade: true.",
)
def egress_gateway_alone(fabric: Fabric) -> Iterator[Hit]:
    """Yield egress gateways where one of the two is off."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("egressGateway.enabled"):
        return
    missing = [
        text
        for text, holds in (
            ("kubeProxyReplacement is off", cilium.replaces_kube_proxy()),
            ("bpf.masquerade is off", cilium.is_on("bpf.masquerade")),
        )
        if not holds
    ]
    if missing:
        yield _hit(cilium, "egressGateway.enabled", f"egressGateway is on, and {' and '.join(missing)}")


@rule(
    "RTE019",
    "warning",
    "XDP acceleration leaves traffic between nodes unencrypted",
    why="A packet from outside that one node hands to a backend on another goes in the clear.",
    source=_KPR,
    fix="Set loadBalancer.acceleration: disabled.",
)
def xdp_beside_node_encryption(fabric: Fabric) -> Iterator[Hit]:
    """Yield XDP beside WireGuard between nodes."""
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy() or not cilium.is_on("encryption.enabled"):
        return
    acceleration = cilium.value("loadBalancer.acceleration")
    wireguard = cilium.value("encryption.type") == "wireguard" and cilium.is_on("encryption.nodeEncryption")
    if wireguard and acceleration != "disabled":
        message = f"loadBalancer.acceleration is {acceleration}, and encryption.nodeEncryption is on"
        yield _hit(cilium, "loadBalancer.acceleration", message)


@rule(
    "RTE020",
    "error",
    "Pods need IPv4 or IPv6",
    why=_REFUSED,
    source=_AGENT,
    fix="Set ipv4.enabled or ipv6.enabled to true.",
)
def no_family(fabric: Fabric) -> Iterator[Hit]:
    """Yield a release without any family."""
    cilium = fabric.cilium
    if cilium is not None and not cilium.is_on("ipv4.enabled") and not cilium.is_on("ipv6.enabled"):
        yield _hit(cilium, "ipv4.enabled", "ipv4.enabled and ipv6.enabled are off")
