"""What a packet from the LAN passes on its way to a pod, in order.

Fed by the resolved cluster; drawn by `packet`. `arrival`, `crossing` and `policing` tell the parts.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.cluster import Cilium, Cluster
from fabricgen.pictures.arrival import arrivals
from fabricgen.pictures.crossing import crossings
from fabricgen.pictures.policing import host_firewall, pod_policies
from fabricgen.pictures.station import HAS, TAKES, Station, docs

_KUBE_PROXY_FREE: Final = "network/kubernetes/kubeproxy-free/"
_SOURCE_IP: Final = "https://kubernetes.io/docs/tutorials/services/source-ip/"
_HOST_PORT: Final = "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport"
_CARRIED: Final = {
    None: "an IP option",
    "opt": "an IP option",
    "ipip": "a header of IP in IP",
    "geneve": "an option of Geneve",
}


def stations_of(cluster: Cluster, *, servicelb: bool) -> Iterator[Station]:
    """Yield the stations from the client to the pod; `servicelb` tells whether k3s' own load balancer runs."""
    yield from arrivals(cluster, servicelb=servicelb)
    yield from host_firewall(cluster)
    yield _balancer(cluster)
    yield from _gateways(cluster)
    yield from crossings(cluster)
    yield from pod_policies(cluster)
    yield _pod(cluster)


def _balancer(cluster: Cluster) -> Station:
    cilium = cluster.cilium
    if cluster.talos is not None and cluster.talos.docker is not None:
        return _port(cluster)
    if cilium is None or not cilium.kube_proxy_replacement:
        told = (
            "picks a pod of the Service, on any node; the node's address takes the client's place, unless the Service "
            "says externalTrafficPolicy: Local"
        )
        return Station(zone=TAKES, title="kube-proxy", told=told, source=_SOURCE_IP)
    balancing = cilium.load_balancing
    told = f"{_picks(cilium)}; {_sends(cilium, cluster)}"
    source = docs(cilium, _KUBE_PROXY_FREE)
    return Station(
        zone=TAKES, title=f"Cilium balances ({balancing.mode.value.upper()})", told=told, source=source
    )


def _port(cluster: Cluster) -> Station:
    """Return what listens at a port that docker publishes, which is the node's own."""
    cilium = cluster.cilium
    who = "Cilium" if cilium is not None and cilium.kube_proxy_replacement else "kube-proxy"
    told = f"a pod has it by hostPort or in the node's own network; or {who} picks a pod, where it is a Service's NodePort"
    return Station(zone=TAKES, title="The node's port", told=told, source=_HOST_PORT)


def _picks(cilium: Cilium) -> str:
    balancing = cilium.load_balancing
    how = (
        "picks a pod by Maglev, the same from every node"
        if balancing.algorithm.value == "maglev"
        else "picks any pod of the Service"
    )
    where = {
        "native": "in the network driver (XDP), ",
        "best-effort": "in the network driver (XDP) where it can, ",
    }
    return f"{where.get(balancing.acceleration or '', '')}{how}"


def _sends(cilium: Cilium, cluster: Cluster) -> str:
    if len(cluster.nodes) == 1:
        return "there is one node, so the client's address stays"
    balancing = cilium.load_balancing
    carried = f"the client's address stays, and the asked one travels in {_CARRIED[balancing.dispatch]}"
    hidden = "the node's address takes the client's place"
    match balancing.mode.value:
        case "snat":
            return f"for a pod on another node {hidden}"
        case "dsr":
            return f"for a pod on another node {carried}"
        case _:
            return f"for a pod on another node: TCP, {carried}; UDP, {hidden}"


def _gateways(cluster: Cluster) -> Iterator[Station]:
    api = cluster.cilium.gateway_api if cluster.cilium else None
    if cluster.cilium is None or api is None or not api.gateways:
        return
    names = ", ".join(f"{one.namespace}/{one.name}" for one in api.gateways)
    ends = any(listener.certificate for one in api.gateways for listener in one.listeners)
    told = (
        f"where the address is a Gateway's ({names}), the node hands the connection to its Envoy instead, "
        f"which {'ends TLS, ' if ends else ''}finds the pod by the routes and opens a connection of its own to it"
    )
    source = docs(cluster.cilium, "network/servicemesh/gateway-api/gateway-api/")
    yield Station(zone=TAKES, title="Gateway", told=told, source=source)


def _pod(cluster: Cluster) -> Station:
    networks = cluster.networks
    shares = " and ".join(
        f"{network}, of which each node has a /{mask}"
        for network, mask in zip(networks.pods, networks.node_masks, strict=True)
    )
    source = "https://kubernetes.io/docs/concepts/cluster-administration/networking/"
    return Station(zone=HAS, title="Pod", told=f"has an address of {shares}", source=source)


def answers_of(cluster: Cluster) -> tuple[str, ...]:
    """Return how the answer of the pod comes back to the client, in sentences."""
    cilium = cluster.cilium
    through = "goes back through the node that took the packet, which puts the addresses back"
    straight = "goes from the pod's node straight to the client, with the Service's address as its sender"
    if len(cluster.nodes) == 1:
        docker = cluster.talos is not None and cluster.talos.docker is not None
        return (f"It {through}{', and through docker' if docker else ''}.",)
    mode = cilium.load_balancing.mode.value if cilium and cilium.kube_proxy_replacement else "snat"
    ways = {"snat": f"It {through}.", "dsr": f"It {straight}.", "hybrid": f"TCP {straight}; UDP {through}."}
    gateways = cilium.gateway_api.gateways if cilium and cilium.gateway_api else ()
    envoy = ("A Gateway's answer comes from the Envoy that took the connection.",) if gateways else ()
    return (ways[mode], *envoy)
