"""The address plan: pools of LoadBalancer addresses against everything else that has addresses.

One address with two owners answers now from one, now from the other; nothing in Kubernetes checks it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fabricgen.addresses import Address, AddressRange, Network, find_overlaps
from fabricgen.fabric import Fabric, Pool, UnknownError
from fabricgen.fabric.networks import pod_networks, service_networks
from fabricgen.fabric.pools import Block
from fabricgen.rules.rule import Hit, rule

_LB_IPAM: Final = "https://docs.cilium.io/en/v1.20/network/lb-ipam/"
_VIP: Final = "https://docs.siderolabs.com/talos/v1.12/networking/advanced/vip"
_ARP: Final = "https://www.rfc-editor.org/rfc/rfc5227#section-1"
_IPV4: Final = 4
Piece = tuple[Pool, Block]
Owned = tuple[Address, str]


def _pieces(fabric: Fabric) -> list[Piece]:
    """Return every block of every pool in use. Raises UnknownError if these are the pools of several clusters."""
    names = [(one.owner, one.name) for one in fabric.pools]
    if len(set(names)) < len(names):
        raise UnknownError
    return [(pool, block) for pool in fabric.pools if _is_enabled(pool) for block in pool.blocks]


def _is_enabled(pool: Pool) -> bool:
    return pool.owner == "metallb" or pool.automatic


def _hit(piece: Piece, message: str) -> Hit:
    pool, block = piece
    return Hit(place=pool.item.place(*block.path), message=message, object=pool.item.label)


def _drawn(fabric: Fabric) -> frozenset[str]:
    """Return the names of the pools of which a Service may get an address that nobody chose."""
    if not any(claim.is_free for claim in fabric.claims) and (fabric.claims or not fabric.complete):
        return frozenset()
    return frozenset(one.name for one in fabric.pools if not one.selector and one.automatic)


def _nodes(fabric: Fabric) -> list[Owned]:
    return [(one.address.value, f"node {one.name}") for one in fabric.nodes]


def _reserved(fabric: Fabric, *uses: str) -> list[Owned]:
    """Return the API's and the routers' addresses; one that a Service asks for is that Service's."""
    asked = {address for claim in fabric.claims for address in claim.addresses}
    found = {one.address.value: f"the {one.use}" for one in fabric.reserved if one.use in uses}
    return [(address, use) for address, use in found.items() if address not in asked]


def _inside(block: AddressRange, owned: Sequence[Owned]) -> Sequence[Owned]:
    """Return what of `owned`, which is sorted, lies in a block."""
    low = bisect_left(owned, (block.version, int(block.first)), key=_order)
    return owned[low : bisect_right(owned, (block.version, int(block.last)), key=_order)]


def _order(owned: Owned) -> tuple[int, int]:
    return owned[0].version, int(owned[0])


def _taken(fabric: Fabric, owned: Iterable[Owned], *, drawn: bool) -> Iterator[Hit]:
    """Yield one hit for each block, of the pools that are drawn from or not, that holds what has an owner."""
    order, names = sorted(owned, key=_order), _drawn(fabric)
    for pool, block in _pieces(fabric):
        inside = _inside(block.range, order) if (pool.name in names) is drawn else ()
        if inside:
            address, owner = inside[0]
            others = f" and {len(inside) - 1} more that are taken" if len(inside) > 1 else ""
            yield _hit((pool, block), f"{block.text} holds {address} of {owner}{others}")


@rule(
    "ADR001",
    "error",
    "A pool holds no address of a node",
    why="A Service that gets a node's address takes it away from the node: kubelet, API and storage traffic to it end at the Service.",
    source=f"{_LB_IPAM}#pools",
    fix="Give the pool addresses that nothing else has, with start and stop if they are no network of their own.",
)
def pool_holds_node(fabric: Fabric) -> Iterator[Hit]:
    """Yield the blocks that Services draw from, and that hold nodes."""
    yield from _taken(fabric, _nodes(fabric), drawn=True)


@rule(
    "ADR002",
    "warning",
    "A pool holds no taken address, even if every Service asks for its own",
    why="The first Service that asks for none gets the lowest that is free, and that is a node's, the router's or the API's.",
    source=f"{_LB_IPAM}#pools",
    fix="Leave out what is taken: several blocks with start and stop, or a range of its own for Services.",
)
def pinned_pool_holds_taken(fabric: Fabric) -> Iterator[Hit]:
    """Yield the blocks that only Services with an address of their choice use, and that hold what is taken."""
    owned = [*_nodes(fabric), *_reserved(fabric, "API VIP", "router")]
    yield from _taken(fabric, owned, drawn=False)


@rule(
    "ADR003",
    "error",
    "A pool does not hold the address of the API",
    why="A Service that gets it cuts off kubectl and every node that reaches the API by it.",
    source=_VIP,
    fix="Leave the API's address out of the pool.",
)
def pool_holds_api(fabric: Fabric) -> Iterator[Hit]:
    """Yield the blocks that Services draw from, and that hold the API's address."""
    yield from _taken(fabric, _reserved(fabric, "API VIP"), drawn=True)


@rule(
    "ADR004",
    "error",
    "A pool does not hold the router's address",
    why="Two answer for the router's address; machines that learn the wrong one lose their way out.",
    source=_ARP,
    fix="Leave the router's address out of the pool.",
)
def pool_holds_router(fabric: Fabric) -> Iterator[Hit]:
    """Yield the blocks that Services draw from, and that hold the router."""
    yield from _taken(fabric, _reserved(fabric, "router"), drawn=True)


@rule(
    "ADR005",
    "error",
    "Pools do not overlap",
    why="Cilium disables all of a pool that overlaps another, and MetalLB refuses its whole configuration; between the two, "
    "one address is given out twice.",
    source=f"{_LB_IPAM}#conflicts",
    fix="Give each address to one block of one pool.",
)
def pools_overlap(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block that shares addresses with another."""
    # Cilium looks for conflicts among disabled pools, too: operator/pkg/lbipam/lbrange.go, areRangesConflicting.
    _pieces(fabric)
    pieces = [(pool, block) for pool in fabric.pools for block in pool.blocks]
    for earlier, later in find_overlaps(block.range for _, block in pieces):
        (first, one), (second, other) = pieces[earlier], pieces[later]
        whose = "another block of the same pool" if first is second else f"pool {first.name}"
        yield _hit((second, other), f"{other.text} of pool {second.name} overlaps {one.text} of {whose}")


def _overlapping(fabric: Fabric, networks: Iterable[Network], what: str) -> Iterator[Hit]:
    pieces = _pieces(fabric)
    for network in networks:
        for pool, block in pieces:
            if block.range.overlaps(AddressRange.of(network)):
                yield _hit((pool, block), f"{block.text} overlaps {network}, the network of {what}")


@rule(
    "ADR006",
    "error",
    "A pool does not overlap the network of pods or of Services",
    why="An address is a pod's or a ClusterIP and a LoadBalancer address at once: traffic ends at whichever was there first.",
    source=f"{_LB_IPAM}#pools",
    fix="Give the pool addresses outside the networks that Kubernetes hands out.",
)
def pool_overlaps_cluster(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block that reaches into the cluster's own networks."""
    yield from _overlapping(fabric, (one.value for one in service_networks(fabric)), "Services")
    for pods in pod_networks(fabric):
        for pool, block in _pieces(fabric):
            if block.range.overlaps(pods.reached(len(fabric.nodes))):
                yield _hit((pool, block), f"{block.text} overlaps {pods.network}, the network of pods")


@rule(
    "ADR007",
    "warning",
    "A pool does not hold the first or last address of the nodes' network",
    why="They are the network's own and its broadcast address: hosts and routers drop unicast traffic to them.",
    source="https://www.rfc-editor.org/rfc/rfc919#section-7",
    fix='Leave both out; in a Cilium pool of whole networks, allowFirstLastIPs: "No" does it, in MetalLB avoidBuggyIPs: true.',
)
def pool_holds_broadcast(fabric: Fabric) -> Iterator[Hit]:
    """Yield the blocks that Services draw from, and that hold such an address."""
    networks = {network for link in fabric.links for network in link.networks if network.version == _IPV4}
    ends = [(one.network_address, f"the first of {one}") for one in networks]
    ends += [(one.broadcast_address, f"the last of {one}") for one in networks]
    order, names = sorted(ends, key=_order), _drawn(fabric)
    for pool, block in _pieces(fabric):
        if pool.name not in names or pool.item.get("spec", "avoidBuggyIPs") is True:
            continue
        left_out = pool.item.get("spec", "allowFirstLastIPs") == "No" and "/" in block.text
        edges = {block.range.first, block.range.last} if left_out else set()
        for address, whose in (one for one in _inside(block.range, order) if one[0] not in edges):
            yield _hit((pool, block), f"{block.text} holds {address}, {whose}")
