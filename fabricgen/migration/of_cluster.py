"""A resolved description -> the state that it means. Nothing of it is unknown, except Services that it does not name."""

from typing import Final

from fabricgen.addresses import Network
from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.cilium.release import NAME, NAMESPACE
from fabricgen.documents.k3s import disabled_parts
from fabricgen.documents.metallb import NAMESPACE as METALLB
from fabricgen.migration.state import (
    Balanced,
    Balancer,
    Datapath,
    Machine,
    MetalLbHome,
    Release,
    State,
    System,
)
from fabricgen.versions.talos import Dialect, dialect_of

_SERVICELB: Final = "servicelb"
_METALLB: Final = MetalLbHome(
    namespace=METALLB, owner=(METALLB, "metallb"), release="metallb", storage=METALLB
)


def state_of_cluster(cluster: Cluster, *, told_by: str) -> State:
    """Return the state that a description means; `told_by` names it."""
    talos, k3s = cluster.talos, cluster.k3s
    flannel = cluster.cilium is None
    return State(
        told_by=told_by,
        name=cluster.name,
        system=_system(cluster),
        talos=cluster.versions.talos,
        documents=dialect_of(talos.contract) is Dialect.KUBERNETES_DOCUMENTS if talos else None,
        k3s=k3s.version if k3s else None,
        kubernetes=cluster.versions.kubernetes,
        exposed_ports=talos.docker.exposed_ports if talos and talos.docker else None,
        cni="flannel" if flannel else "cilium",
        kube_proxy=flannel or not (cluster.cilium and cluster.cilium.kube_proxy_replacement),
        cilium=_datapath(cluster.cilium) if cluster.cilium else None,
        pods=_in_order(cluster.networks.pods),
        services=_in_order(cluster.networks.services),
        balancers=_balancers(cluster),
        announced=frozenset(how for pool in cluster.pools for how in pool.announce),
        balanced=tuple(_pinned(cluster)),
        metallb=_METALLB if cluster.metallb else None,
        dns_forwarded=talos.forward_dns_to_host.value if talos else None,
        nodes=tuple(
            Machine(name=one.name, address=one.address, control_plane=one.control_plane)
            for one in cluster.nodes
        ),
        flux=cluster.flux.minor,
    )


def _system(cluster: Cluster) -> System:
    if cluster.k3s is not None:
        return "k3s"
    return "docker" if cluster.talos and cluster.talos.docker else "talos"


def _in_order(networks: tuple[Network, ...]) -> tuple[Network, ...]:
    return tuple(sorted(networks, key=lambda one: one.version))


def _datapath(cilium: Cilium) -> Datapath:
    return Datapath(
        version=cilium.version,
        routing=cilium.routing.mode.value,
        ipam=cilium.ipam.value,
        wireguard=cilium.encryption is not None,
        strict=bool(cilium.encryption and cilium.encryption.strict),
        gateway_api=cilium.gateway_api is not None,
        release=Release(name=NAME, namespace=NAMESPACE, storage=NAMESPACE, owner=(NAMESPACE, NAME)),
    )


def _balancers(cluster: Cluster) -> frozenset[Balancer]:
    found: set[Balancer] = set()
    if cluster.metallb is not None:
        found.add("metallb")
    elif cluster.cilium is not None and cluster.pools:
        found.add("cilium")
    if cluster.k3s is not None and _SERVICELB not in disabled_parts(cluster):
        found.add("servicelb")
    return frozenset(found)


def _pinned(cluster: Cluster) -> list[Balanced]:
    """Return the Services that the description names with an address of their own."""
    return [
        Balanced(
            namespace=namespace, name=name, addresses=(vip.address,), asks_cilium=cluster.metallb is None
        )
        for vip in cluster.vips
        for namespace, name in vip.annotations
    ]
