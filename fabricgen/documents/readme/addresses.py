"""The address plan as rows: networks, what is taken, pinned addresses, pools.

Fed by the resolved cluster, in which all of it is decided already.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fabricgen.addresses import AddressRange, Network, size_of
from fabricgen.cluster import Cilium, Cluster, Pool, Selector, Vip
from fabricgen.documents.bootstrap.step import counted
from fabricgen.documents.markdown import code, prose

HUBBLE_UI = ("kube-system", "hubble-ui")
_NEIGHBOURS = {4: "ARP", 6: "NDP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRow:
    """A network: what it is for, how large it is."""

    name: str
    network: str
    size: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRow:
    """Addresses that have an owner."""

    addresses: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VipRow:
    """A pinned address."""

    name: str
    address: str
    pool: str
    hostname: str
    holders: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationRow:
    """What a Service must carry to get its address, and who writes it."""

    service: str
    annotation: str
    writer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRow:
    """Addresses for Services."""

    name: str
    blocks: str
    size: str
    announced: str
    services: str
    left_out: str


def network_rows(cluster: Cluster) -> tuple[NetworkRow, ...]:
    """Return the LAN, the pod networks and the Service networks, each IPv4 first."""
    networks = cluster.networks
    how = _addressing(cluster)
    lan = f"{counted(cluster.nodes, 'node')}; addresses {how}"
    return (
        *(_network_row("nodes", network, lan) for network in networks.nodes),
        *(
            _network_row("pods", network, _pods_use(network, mask))
            for network, mask in zip(networks.pods, networks.node_masks, strict=True)
        ),
        *(
            _network_row("Services", network, f"inside the cluster only; its DNS answers at {dns}")
            for network, dns in zip(networks.services, networks.dns_service, strict=True)
        ),
    )


def _addressing(cluster: Cluster) -> str:
    if cluster.talos is not None and cluster.talos.docker is not None:
        return "given by docker, in the order of creation"
    return (
        "fixed in their configs" if cluster.networks.static else "by DHCP, always the same for a MAC address"
    )


def _network_row(name: str, network: Network, use: str) -> NetworkRow:
    return NetworkRow(name=name, network=code(str(network)), size=size_of(network.num_addresses), use=use)


def _pods_use(network: Network, mask: int) -> str:
    nodes = 2 ** (mask - network.prefixlen)
    return f"a /{mask} for each node: {size_of(nodes)} nodes with {size_of(2 ** (network.max_prefixlen - mask))} addresses each"


def taken_rows(cluster: Cluster) -> tuple[TakenRow, ...]:
    """Return every address of the LAN that is neither a node's nor a pool's, with its owner."""
    return tuple(
        TakenRow(addresses=code(str(addresses)), owner=prose(owner)) for addresses, owner in _taken(cluster)
    )


def _taken(cluster: Cluster) -> Iterator[tuple[object, str]]:
    networks, endpoint = cluster.networks, cluster.endpoint
    for router in networks.routers:
        yield router, "router"
    for server in networks.dns_servers:
        if server not in networks.routers:
            yield server, "DNS server"
    if endpoint.vip is not None:
        yield endpoint.vip, f"Kubernetes API, port {endpoint.port}, shared by the control planes"
    elif endpoint.node is None:
        yield endpoint.host, f"Kubernetes API, port {endpoint.port}, served from outside the cluster"
    for reserved in cluster.reserved:
        yield reserved.addresses, reserved.purpose


def pool_rows(cluster: Cluster) -> tuple[PoolRow, ...]:
    """Return the pools, those of pinned addresses last."""
    return tuple(_pool_row(cluster, pool) for pool in cluster.pools)


def _pool_row(cluster: Cluster, pool: Pool) -> PoolRow:
    return PoolRow(
        name=pool.name,
        blocks=", ".join(code(str(block)) for block in pool.blocks),
        size=size_of(pool.size),
        announced=_announced(cluster, pool),
        services=f"only what holds {pool.vip}" if pool.vip else prose(selected(pool.selector)),
        left_out=prose(_left_out(pool)),
    )


def _announced(cluster: Cluster, pool: Pool) -> str:
    neighbours = " and ".join(
        _NEIGHBOURS[version] for version in sorted({block.version for block in pool.blocks})
    )
    protocols = {"l2": neighbours, "bgp": "BGP"}
    who = "MetalLB" if cluster.metallb else "Cilium" if cluster.cilium else "nobody"
    return (
        f"by {who}: {', '.join(protocols[one] for one in pool.announce)}" if pool.announce else "not at all"
    )


def selected(selector: Selector) -> str:
    """Return which Services may use a pool, in words."""
    parts = (
        ("in ", selector.namespaces),
        ("named ", selector.names),
        ("labelled ", tuple(f"{key}={value}" for key, value in selector.labels.items())),
    )
    chosen = [f"{word}{' or '.join(values)}" for word, values in parts if values]
    return f"those {', '.join(chosen)}" if chosen else "all"


def _left_out(pool: Pool) -> str:
    holes: list[tuple[AddressRange, str]] = list(pool.taken)
    return "; ".join(f"{hole} ({owner})" for hole, owner in holes)


def vip_rows(cluster: Cluster) -> tuple[VipRow, ...]:
    """Return the pinned addresses, sorted by name."""
    return tuple(_vip_row(cluster, vip) for vip in cluster.vips)


def _vip_row(cluster: Cluster, vip: Vip) -> VipRow:
    holders = ", ".join(code(f"{namespace}/{name}") for namespace, name in vip.annotations)
    return VipRow(
        name=vip.name,
        address=code(str(vip.address)),
        pool=vip.pool,
        hostname=vip.hostname or ", ".join(_names(cluster.cilium, vip)),
        holders=holders or "nobody yet",
    )


def _names(cilium: Cilium | None, vip: Vip) -> Iterator[str]:
    """Yield the names that Hubble's interface and the Gateways have under this address."""
    if cilium is None:
        return
    ui = cilium.hubble.ui
    if ui is not None and ui.vip == vip.name and ui.hostname is not None:
        yield ui.hostname
    for gateway in cilium.gateway_api.gateways if cilium.gateway_api else ():
        if gateway.vip == vip.name and gateway.hostname is not None:
            yield gateway.hostname


def annotation_rows(cluster: Cluster) -> tuple[AnnotationRow, ...]:
    """Return what each Service with a pinned address must carry, and where that is written."""
    return tuple(
        AnnotationRow(
            service=code("/".join(holder)),
            annotation=code(f"{key}: {value}"),
            writer=_writer(cluster, vip, holder),
        )
        for vip in cluster.vips
        for holder, annotations in vip.annotations.items()
        for key, value in annotations.items()
    )


def _writer(cluster: Cluster, vip: Vip, holder: tuple[str, str]) -> str:
    if any((one.namespace, one.name) == holder and one.ports for one in vip.services):
        return "this tree, in infrastructure/services"
    cilium = cluster.cilium
    if (
        cilium is not None
        and holder == HUBBLE_UI
        and cilium.hubble.ui is not None
        and cilium.hubble.ui.vip == vip.name
    ):
        return "this tree, in the values of Cilium"
    gateways = cilium.gateway_api.gateways if cilium and cilium.gateway_api else ()
    if any((one.namespace, f"cilium-gateway-{one.name}") == holder for one in gateways):
        return "this tree, in infrastructure/gateway"
    return "you: this Service is not part of the tree"
