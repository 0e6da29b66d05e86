"""How a packet gets from a client of the LAN to a node: who answers for the address. Used by `stations`."""

from collections.abc import Iterator, Sequence
from typing import Final

from fabricgen.cluster import L2, Bgp, Cilium, Cluster, Pool
from fabricgen.pictures.station import LAN, Station, docs

_FEW: Final = 3
_KUBERNETES: Final = "https://kubernetes.io/docs/concepts/services-networking/service/"
_METALLB: Final = "https://metallb.io/concepts/layer2/"
_SERVICELB: Final = "https://docs.k3s.io/networking/networking-services#service-load-balancer"
_DOCKER: Final = "https://docs.docker.com/engine/network/port-publishing/"


def arrivals(cluster: Cluster, *, servicelb: bool) -> Iterator[Station]:
    """Yield the client, and whoever brings its packet to a node."""
    if cluster.talos is not None and cluster.talos.docker is not None:
        yield from _docker(cluster)
    elif cluster.pools:
        yield _client(f"asks an address of {_pools(cluster.pools)}", source=_KUBERNETES)
        yield from _announced(cluster)
    elif servicelb:
        told = "asks a node's own address: servicelb opens each LoadBalancer Service's port on the nodes"
        yield _client(told, source=_SERVICELB)
    else:
        yield _client("asks a NodePort at a node's own address: there is no pool", source=_KUBERNETES)


def _client(told: str, *, source: str) -> Station:
    return Station(zone=LAN, title="Client", told=told, source=source)


def _pools(pools: Sequence[Pool]) -> str:
    """Return the pools that people wrote, with what they wrote; those of pinned addresses are parts of them."""
    named = [one for one in pools if one.vip is None] or list(pools)
    told = [f"pool {one.name} (out of {', '.join(map(str, one.written))})" for one in named[:_FEW]]
    more = len(named) - _FEW
    return " or ".join(told) + (f" or of {more} more" if more > 0 else "")


def _docker(cluster: Cluster) -> Iterator[Station]:
    docker = cluster.talos.docker if cluster.talos else None
    if docker is None or not docker.exposed_ports:
        told = f"runs on docker's own machine: {cluster.networks.nodes[0]} is a bridge of docker, which the LAN does not see"
        yield _client(told, source=_DOCKER)
        return
    at = f" of {docker.host_ip}" if docker.host_ip else ""
    yield _client("asks a port of the machine that docker runs on", source=_DOCKER)
    ports = ", ".join(docker.exposed_ports)
    told = f"publishes {ports}{at} and hands them to a node's container on its bridge {docker.subnet}"
    yield Station(zone=LAN, title="docker", told=told, source=_DOCKER)


def _announced(cluster: Cluster) -> Iterator[Station]:
    cilium = cluster.cilium
    used = {how for pool in cluster.pools for how in pool.announce}
    asked = _asked(cluster)
    if cluster.metallb is not None:
        told = f"MetalLB's speaker on one node answers {asked} for the address; when that node is gone, another one's does"
        yield Station(zone=LAN, title=f"{asked}, by MetalLB", told=told, source=_METALLB)
    elif cilium is not None:
        if cilium.l2 is not None and "l2" in used:
            yield _l2(cilium, cilium.l2, asked)
        if cilium.bgp is not None and "bgp" in used:
            yield _bgp(cilium, cilium.bgp)
    if not used:
        told = "nothing announces these addresses: the router needs a route to a node"
        yield Station(zone=LAN, title="Router", told=told, source=_KUBERNETES)


def _asked(cluster: Cluster) -> str:
    versions = sorted({block.version for pool in cluster.pools for block in pool.blocks})
    return " and ".join({4: "ARP", 6: "NDP"}[one] for one in versions) or "ARP"


def _l2(cilium: Cilium, l2: L2, asked: str) -> Station:
    who = "one worker" if l2.exclude_control_planes else "one node"
    labels = ", ".join(f"{key}={value}" for key, value in l2.node_labels.items())
    told = (
        f"{who}{f' with {labels}' if labels else ''} answers {asked} for the address: the holder of the Service's lease. "
        f"Without a sign of life for {l2.lease_duration} another one takes over"
    )
    source = docs(cilium, "network/l2-announcements/")
    return Station(zone=LAN, title=f"{asked}, by Cilium", told=told, source=source)


def _bgp(cilium: Cilium, bgp: Bgp) -> Station:
    peers = ", ".join(f"{one.name} ({one.address}, AS {one.asn})" for one in bgp.peers[:_FEW])
    more = f" and {len(bgp.peers) - _FEW} more" if len(bgp.peers) > _FEW else ""
    labels = ", ".join(f"{key}={value}" for key, value in bgp.node_labels.items())
    told = (
        f"{peers}{more}: every node{f' with {labels}' if labels else ''}, as AS {bgp.asn}, tells "
        f"{'them' if len(bgp.peers) > 1 else 'it'} the way to the address; of several ways a router takes its choice"
    )
    source = docs(cilium, "network/bgp-control-plane/bgp-control-plane/")
    return Station(zone=LAN, title="Router, by BGP", told=told, source=source)
