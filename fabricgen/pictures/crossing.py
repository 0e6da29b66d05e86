"""How a packet gets from the node that took it to the node that has the pod: wrapped or not, encrypted or not.

Used by `stations`. What WireGuard encrypts is a table of Cilium's documentation, "Which traffic is encrypted" in
https://docs.cilium.io/en/v1.20/security/network/encryption-wireguard/ : with an overlay, without DSR and without XDP,
what a client from outside asks of a pod is encrypted; with native routing only by node-to-node encryption; with DSR only
where Geneve carries it; what the table does not name is not encrypted. In a tunnel that holds since 1.15, which wraps a
packet before it encrypts it: https://github.com/cilium/cilium/pull/29000 .
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.cluster import Cilium, Cluster, Encryption
from fabricgen.pictures.station import BETWEEN, Station, docs

_WIREGUARD: Final = "security/network/encryption-wireguard/"
_PORTS: Final = {"vxlan": 8472, "geneve": 6081}
_FLANNEL: Final = "https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md"


def crossings(cluster: Cluster) -> Iterator[Station]:
    """Yield what happens between two nodes; nothing where there is only one."""
    if len(cluster.nodes) == 1:
        return
    cilium = cluster.cilium
    if cilium is None:
        told = "Flannel, by its default backend, wraps the packet in VXLAN for the pod's node; not encrypted"
        yield Station(zone=BETWEEN, title="VXLAN tunnel", told=told, source=_FLANNEL)
        return
    yield _routed(cilium)
    if cilium.encryption is not None:
        yield _encrypted(cilium, cilium.encryption)


def _routed(cilium: Cilium) -> Station:
    routing, source = cilium.routing, docs(cilium, "network/concepts/routing/")
    if routing.mode.value == "tunnel":
        port = routing.port or _PORTS[routing.protocol]
        told = f"wraps the packet for the pod's node, to UDP port {port}"
        title = f"{'VXLAN' if routing.protocol == 'vxlan' else 'Geneve'} tunnel"
        return Station(zone=BETWEEN, title=title, told=told, source=source)
    knows = (
        "each node has a route to the others' pods"
        if routing.direct_node_routes.value
        else "the routers know the ways"
    )
    told = f"the packet travels as it is: {knows}"
    return Station(zone=BETWEEN, title="Native routing", told=told, source=source)


def _encrypted(cilium: Cilium, encryption: Encryption) -> Station:
    told = f"{_this_way(cilium, encryption)}; between pods all is encrypted, to UDP port 51871"
    source = docs(cilium, f"{_WIREGUARD}#which-traffic-is-encrypted")
    return Station(zone=BETWEEN, title="WireGuard", told=told, source=source, look="crypt")


def _this_way(cilium: Cilium, encryption: Encryption) -> str:
    """Return whether a packet that came from outside is encrypted between the nodes."""
    balancing = cilium.load_balancing
    if not cilium.kube_proxy_replacement:
        return "a packet from outside, which kube-proxy sends on, is not named among what is encrypted"
    if balancing.acceleration in {"native", "best-effort"}:
        return "a packet from outside is not encrypted where XDP sends it on"
    match balancing.mode.value:
        case "dsr":
            return _directly(cilium)
        case "hybrid":
            return f"TCP: {_directly(cilium)}; UDP: {_translated(cilium, encryption)}"
        case _:
            return _translated(cilium, encryption)


def _directly(cilium: Cilium) -> str:
    is_geneve = cilium.load_balancing.dispatch == "geneve"
    return (
        "a packet from outside is encrypted, since Geneve carries it"
        if is_geneve
        else "a packet from outside is not encrypted, since it returns directly (DSR) without Geneve"
    )


def _translated(cilium: Cilium, encryption: Encryption) -> str:
    if cilium.routing.mode.value == "tunnel":
        return "a packet from outside is encrypted from here on"
    if encryption.node_encryption:
        return "a packet from outside is encrypted between workers, by node encryption; control planes are left out"
    return "a packet from outside is not encrypted: with native routing only node encryption does that"
