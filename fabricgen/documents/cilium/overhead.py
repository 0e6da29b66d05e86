"""Bytes that encapsulation and encryption take from each packet between nodes.

Used by the reasons of `datapath` and `security`. Source: pkg/mtu/mtu.go in https://github.com/cilium/cilium at
v1.16.6, v1.18.11, v1.19.1, v1.19.6 and v1.20.2; the changelog of 1.19.5 for the padding of WireGuard.
"""

from typing import Final

from fabricgen.cluster import Cilium, Cluster
from fabricgen.versions.version import Version

ETHERNET_MTU: Final = 1500
TUNNEL: Final = {4: 50, 6: 70}
"""Bytes of the tunnel's headers by the IP family between nodes."""

WIREGUARD: Final = 80
WIREGUARD_WITH_PADDING: Final = 95
PADDING_COUNTED_SINCE: Final = Version(1, 19, 5)


def tunnel_bytes(cluster: Cluster, cilium: Cilium) -> int:
    """Return what the tunnel takes; 0 with native routing. Nodes with IPv4 tunnel over IPv4."""
    if cilium.routing.mode.value == "native":
        return 0
    return TUNNEL[min(network.version for network in cluster.networks.nodes)]


def encryption_bytes(cilium: Cilium) -> int:
    """Return what WireGuard takes; 0 without it."""
    return 0 if cilium.encryption is None else wireguard_bytes(cilium.version)


def wireguard_bytes(version: Version) -> int:
    """Return what WireGuard takes, or would take, in this Cilium."""
    return WIREGUARD_WITH_PADDING if version >= PADDING_COUNTED_SINCE else WIREGUARD


def link_mtu(cluster: Cluster, cilium: Cilium) -> int:
    """Return the bytes that a packet may have between nodes, as far as the description tells; else Ethernet's."""
    written = [node.interface.mtu for node in cluster.nodes if node.interface.mtu is not None]
    return cilium.mtu or min(written, default=ETHERNET_MTU)


def pod_mtu(cluster: Cluster, cilium: Cilium) -> int:
    """Return what is left for pods' packets to other nodes."""
    return link_mtu(cluster, cilium) - tunnel_bytes(cluster, cilium) - encryption_bytes(cilium)


def costs(cluster: Cluster, cilium: Cilium) -> str:
    """Return the overhead in words, such as `145 bytes a packet (50 vxlan, 95 WireGuard)`."""
    parts = (
        (tunnel_bytes(cluster, cilium), cilium.routing.protocol),
        (encryption_bytes(cilium), "WireGuard"),
    )
    there = [(size, name) for size, name in parts if size]
    total = sum(size for size, _ in there)
    detail = ", ".join(f"{size} {name}" for size, name in there)
    return f"{total} bytes a packet ({detail})" if there else "no bytes at all"
