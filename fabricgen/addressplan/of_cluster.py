"""The address plan of a description: the resolved cluster has decided all of it."""

from collections.abc import Iterator

from fabricgen.addresses import AddressRange
from fabricgen.addressplan.plan import AddressPlan, Entry, PodShares, PoolRoom, in_order
from fabricgen.cluster import Cluster, Pool


def plan_of_cluster(cluster: Cluster) -> AddressPlan:
    """Return the plan of a resolved cluster."""
    networks = cluster.networks
    return AddressPlan(
        name=cluster.name,
        entries=in_order((*_networks(cluster), *_single(cluster), *_pools(cluster))),
        pods=tuple(
            PodShares(network=network, node_mask=mask, nodes=len(cluster.nodes))
            for network, mask in zip(networks.pods, networks.node_masks, strict=True)
        ),
        pools=tuple(_room(cluster, pool) for pool in cluster.pools if pool.vip is None),
    )


def _networks(cluster: Cluster) -> Iterator[Entry]:
    networks = cluster.networks
    for network in networks.nodes:
        yield Entry(kind="nodes", addresses=AddressRange.of(network), owner="")
    for network in networks.pods:
        yield Entry(kind="pods", addresses=AddressRange.of(network), owner="")
    for network in networks.services:
        yield Entry(kind="services", addresses=AddressRange.of(network), owner="")


def _single(cluster: Cluster) -> Iterator[Entry]:
    for node in cluster.nodes:
        for address in node.addresses:
            yield Entry(kind="node", addresses=AddressRange.of(address), owner=node.name)
    for router in cluster.networks.routers:
        yield Entry(kind="router", addresses=AddressRange.of(router), owner="")
    for server in cluster.networks.dns_servers:
        if server not in cluster.networks.routers:
            yield Entry(kind="dns", addresses=AddressRange.of(server), owner="")
    if cluster.endpoint.vip is not None:
        owner = f"shared, port {cluster.endpoint.port}"
        yield Entry(kind="api", addresses=AddressRange.of(cluster.endpoint.vip), owner=owner)
    for one in cluster.reserved:
        yield Entry(kind="reserved", addresses=one.addresses, owner=one.purpose)
    for vip in cluster.vips:
        holders = ", ".join(f"{namespace}/{name}" for namespace, name in vip.annotations)
        owner = f"{vip.name}: {holders}" if holders else vip.name
        yield Entry(kind="pinned", addresses=AddressRange.of(vip.address), owner=owner)


def _pools(cluster: Cluster) -> Iterator[Entry]:
    for pool in cluster.pools:
        for block in pool.blocks if pool.vip is None else ():
            yield Entry(kind="pool", addresses=block, owner=pool.name)


def _room(cluster: Cluster, pool: Pool) -> PoolRoom:
    """Return what a pool has left; its blocks leave out what is pinned, which has a pool of its own."""
    pinned = sum(1 for vip in cluster.vips if vip.pool == pool.name)
    return PoolRoom(
        name=pool.name,
        owner="MetalLB" if cluster.metallb else "Cilium",
        blocks=pool.blocks,
        size=pool.size + pinned,
        pinned=pinned,
        announced=tuple(pool.announce),
        off_link=tuple(
            block
            for block in pool.blocks
            if not any(
                block.within(network)
                for network in cluster.networks.nodes
                if network.version == block.version
            )
        ),
    )
