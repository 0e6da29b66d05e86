"""The address plan of a repository: as much of it as the fabric tells; what it does not tell is told as unknown."""

from collections import Counter
from collections.abc import Iterator

from fabricgen.addresses import Address, AddressRange
from fabricgen.addressplan.plan import AddressPlan, Entry, Kind, PodShares, PoolRoom, in_order
from fabricgen.fabric import Claim, Fabric, Pool, UnknownError
from fabricgen.fabric.networks import pod_networks, service_networks

_KINDS: dict[str, Kind] = {"API VIP": "api", "API endpoint": "api", "router": "router"}
_OWNERS = {"cilium": "Cilium", "metallb": "MetalLB"}


def plan_of_fabric(fabric: Fabric) -> AddressPlan:
    """Return the plan of an inferred fabric."""
    entries = in_order((*_networks(fabric), *_single(fabric), *_pools(fabric)))
    return AddressPlan(
        name=fabric.name,
        entries=entries,
        pods=tuple(_shares(fabric)),
        pools=tuple(_rooms(fabric)),
        unassigned=sum(1 for one in fabric.claims if one.is_free),
        unknown=tuple(_unknown(fabric, entries)),
    )


def _networks(fabric: Fabric) -> Iterator[Entry]:
    for network in {network for link in fabric.links for network in link.networks}:
        yield Entry(kind="nodes", addresses=AddressRange.of(network), owner="")
    for shares in _shares(fabric):
        yield Entry(kind="pods", addresses=AddressRange.of(shares.network), owner="")
    try:
        services = service_networks(fabric)
    except UnknownError:
        return
    for fact in services:
        yield Entry(kind="services", addresses=AddressRange.of(fact.value), owner="")


def _shares(fabric: Fabric) -> Iterator[PodShares]:
    try:
        networks = pod_networks(fabric)
    except UnknownError:
        return
    nodes = len({one.name for one in fabric.nodes})
    for one in networks:
        yield PodShares(network=one.network, node_mask=one.node_mask, nodes=nodes)


def _single(fabric: Fabric) -> Iterator[Entry]:
    owners = {one.address.value for one in fabric.nodes}
    for node in fabric.nodes:
        yield Entry(kind="node", addresses=AddressRange.of(node.address.value), owner=node.name)
    asked = {address for claim in fabric.claims for address in claim.addresses}
    for one in fabric.reserved:
        address = one.address.value
        if address not in asked and not (one.use == "API endpoint" and address in owners):
            shared = "shared" if one.use == "API VIP" else ""
            yield Entry(kind=_KINDS[one.use], addresses=AddressRange.of(address), owner=shared)
    for claim in fabric.claims:
        for address in claim.addresses:
            yield Entry(kind="pinned", addresses=AddressRange.of(address), owner=_claimant(claim))


def _claimant(claim: Claim) -> str:
    name = f"{claim.item.namespace}/{claim.item.name}" if claim.item.namespace else claim.item.name
    return name if claim.is_service else f"{claim.item.kind} {name}"


def _pools(fabric: Fabric) -> Iterator[Entry]:
    for pool in fabric.pools:
        for block in pool.blocks:
            yield Entry(kind="pool", addresses=block.range, owner=pool.name)


def _rooms(fabric: Fabric) -> Iterator[PoolRoom]:
    networks = {network for link in fabric.links for network in link.networks}
    asked: set[Address] = {address for claim in fabric.claims for address in claim.addresses}
    for pool in fabric.pools:
        blocks = tuple(
            sorted((block.range for block in pool.blocks), key=lambda one: (one.version, int(one.first)))
        )
        families = {network.version for network in networks}
        yield PoolRoom(
            name=pool.name,
            owner=_OWNERS[pool.owner],
            blocks=blocks,
            size=sum(block.size for block in blocks),
            pinned=sum(1 for address in asked if any(address in block for block in blocks)),
            announced=_announced(fabric, pool),
            off_link=tuple(
                block
                for block in blocks
                if block.version in families and not any(block.within(one) for one in networks)
            ),
        )


def _announced(fabric: Fabric, pool: Pool) -> tuple[str, ...] | None:
    """Return how a pool is announced, as far as something in the repository does; None if a switch is unknown."""
    found = sorted({one.how for one in fabric.announcements if one.owner == pool.owner}, reverse=True)
    if pool.owner == "metallb" or fabric.cilium is None:
        return tuple(found)
    switches = {"l2": "l2announcements.enabled", "bgp": "bgpControlPlane.enabled"}
    try:
        return tuple(how for how in found if fabric.cilium.is_on(switches[how]))
    except UnknownError:
        return None


def _unknown(fabric: Fabric, entries: tuple[Entry, ...]) -> Iterator[str]:
    kinds = Counter(one.kind for one in entries)
    for kind, what in (
        ("nodes", "no network of the nodes is told, so free space is not known"),
        ("node", "no node's address is told"),
        ("pods", "no network of pods is told, or several are"),
        ("services", "no network of Services is told, or several are"),
    ):
        if not kinds[kind]:  # type: ignore[index] # a Counter takes any key
            yield what
    if kinds["nodes"]:
        yield "what else lives in the nodes' network, such as DHCP, no repository tells"
    for pool in fabric.pools:
        if pool.unreadable:
            yield f"pool {pool.name} has addresses that are not told here"
    if hidden := sum(1 for one in fabric.claims if not one.told):
        yield f"{hidden} of what wants an address may ask for one that is not told here"
