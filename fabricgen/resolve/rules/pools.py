"""Rules about the addresses that Services may get."""

from collections.abc import Iterator
from itertools import combinations

from fabricgen.addresses import AddressRange, Network, subtract
from fabricgen.description import Description
from fabricgen.errors import Path, Problem, format_path
from fabricgen.resolve.rules.owners import (
    Block,
    Owner,
    dns_owners,
    endpoint_owners,
    node_owners,
    outer_addresses,
    peer_owners,
    pool_blocks,
    reserved_owners,
    router_owners,
    vip_owners,
)
from fabricgen.resolve.rules.plan import intersect, special_kind


def rule_pools_do_not_overlap(description: Description) -> Iterator[Problem]:
    """Cilium stops allocating from the newer of two pools that overlap.

    Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/#conflicts
    """
    for one, other in combinations(pool_blocks(description), 2):
        if one.addresses.overlaps(other.addresses):
            common = intersect(one.addresses, other.addresses)
            yield Problem(
                message=f"{common} is also in {one}", path=other.path, hint="leave it out of one of them"
            )


def rule_pools_hold_nobodys_address(description: Description) -> Iterator[Problem]:
    """A Service could get it, and then two machines answer for one address.

    A pool written as a network that holds the whole LAN is carved: what is taken is left out. Every other form
    says exactly which addresses are meant, and then they must be free.
    """
    owners = tuple(_owners_in_the_way(description))
    for block in pool_blocks(description):
        hits = [owner for owner in owners if owner.addresses.overlaps(block.addresses)]
        if not _holds_the_lan(description, block):
            yield from (_hit(block, owner, owners) for owner in hits)


def _owners_in_the_way(description: Description) -> Iterator[Owner]:
    """Yield who must be left out. A resolver may be a Service of the cluster itself, at a pinned address."""
    pinned = [owner.addresses for owner in vip_owners(description)]
    yield from reserved_owners(description)
    yield from router_owners(description)
    yield from peer_owners(description)
    yield from endpoint_owners(description)
    yield from (owner for owner in dns_owners(description) if owner.addresses not in pinned)
    yield from node_owners(description)


def _holds_the_lan(description: Description, block: Block) -> bool:
    lan = (AddressRange.of(network) for network in description.networks.nodes)
    return block.form == "cidr" and any(_contains(block.addresses, network) for network in lan)


def _contains(outer: AddressRange, inner: AddressRange) -> bool:
    return outer.version == inner.version and inner.first in outer and inner.last in outer


def _hit(block: Block, owner: Owner, owners: tuple[Owner, ...]) -> Problem:
    common = intersect(block.addresses, owner.addresses)
    kind = "address" if common.size == 1 else "range"
    left = subtract([block.addresses], (one.addresses for one in owners))
    free = ", ".join(f"{one.first}-{one.last}" if one.size > 1 else str(one.first) for one in left[:3])
    return Problem(
        message=f"{kind} {common} is used by both {block} and {owner}",
        path=block.path,
        hint=f"free in it: {free}" if free else "nothing in it is free",
    )


def rule_carved_pools_know_everything_that_is_taken(description: Description) -> Iterator[Problem]:
    """What is carved out is what `networks` and `nodes` tell: a peer or an outer endpoint must stand there too."""
    known = [owner.addresses for owner in (*reserved_owners(description), *router_owners(description))]
    outside = (*peer_owners(description), *endpoint_owners(description))
    strangers = [owner for owner in outside if owner.kind == "outside" and owner.addresses not in known]
    for block in pool_blocks(description):
        for owner in strangers:
            inside = owner.addresses.overlaps(block.addresses) and _holds_the_lan(description, block)
            if inside and not any(_contains(one, owner.addresses) for one in known):
                yield Problem(
                    message=f"{owner.addresses} ({owner}) lies in it and could be handed out",
                    path=block.path,
                    hint=f"add to networks.reserved: {{address: {owner.addresses}, for: {owner.name or 'router'}}}",
                )


def rule_something_is_left_of_each_pool(description: Description) -> Iterator[Problem]:
    """A pool of which everything is taken gives no Service an address."""
    taken = [owner.addresses for owner in _owners_in_the_way(description)]
    for network in description.networks.nodes:
        taken += [AddressRange.of(address) for address in outer_addresses(network)]
    for block in pool_blocks(description):
        if _holds_the_lan(description, block) and not subtract([block.addresses], taken):
            yield Problem(
                message=f"every address of {block.addresses} is taken",
                path=block.path,
                hint="take a block with free addresses: `fabricgen addresses --suggest 16` finds one",
            )


def rule_pools_do_not_name_outer_addresses(description: Description) -> Iterator[Problem]:
    """The first and last address of the LAN; in a CIDR they are left out, named one by one they are a mistake."""
    for block in pool_blocks(description):
        for network in description.networks.nodes if block.form != "cidr" else ():
            for address, kind in outer_addresses(network).items():
                if address in block.addresses:
                    message = f"{address} is the {kind} of networks.nodes ({network})"
                    yield Problem(message=message, path=block.path, hint=f"leave {address} out")


def rule_pools_have_addresses_for_machines(description: Description) -> Iterator[Problem]:
    """Loopback, multicast and link-local addresses are not reachable from the LAN."""
    for block in pool_blocks(description):
        for network in block.addresses.networks()[:1]:
            if kind := special_kind(network):
                yield Problem(
                    message=f"{block.addresses} is {kind}, so the LAN cannot reach it",
                    path=block.path,
                    hint="take free addresses of the LAN: `fabricgen addresses --suggest 16` finds some",
                )


def rule_pools_have_families_of_the_services(description: Description) -> Iterator[Problem]:
    """A Service gets an external address only in a family that it has inside."""
    versions = {network.version for network in description.networks.services}
    for block in pool_blocks(description):
        if block.addresses.version not in versions:
            yield Problem(
                message=f"{block.addresses} is IPv{block.addresses.version}, but networks.services has no such network",
                path=block.path,
                hint="take addresses of the other family, or give networks.services such a network",
            )


def rule_pools_announced_by_l2_lie_in_the_lan(description: Description) -> Iterator[Problem]:
    """ARP works only among neighbours: nobody asks for an address that is not in the LAN's network."""
    lan = description.networks.nodes
    for block in pool_blocks(description):
        by_l2 = "l2" in description.networks.load_balancers[block.pool].announce
        if by_l2 and not any(_within(block.addresses, network) for network in lan):
            networks = " and ".join(str(network) for network in lan)
            yield Problem(
                message=f"{block.addresses} is announced by l2, but lies outside networks.nodes ({networks})",
                path=block.path,
                hint="choose addresses of that network, or announce: [bgp]",
            )


def _within(addresses: AddressRange, network: Network) -> bool:
    return addresses.version == network.version and addresses.within(network)


def rule_somebody_announces_pools_by_bgp(description: Description) -> Iterator[Problem]:
    """Routes need a speaker and a router. Of MetalLB only L2Advertisement is written."""
    cilium = description.cni.cilium or (description.cni.considered and description.cni.considered.cilium)
    who, hint = "nothing here speaks BGP", "describe the routers in cni.cilium.bgp"
    if description.metallb is not None:
        who, hint = "MetalLB, as fabricgen sets it up, announces by l2 only", f"remove metallb and {hint}"
    elif cilium and cilium.bgp:
        return
    for name, pool in description.networks.load_balancers.items():
        if "bgp" in pool.announce:
            path: Path = ("networks", "loadBalancers", name, "announce")
            message = f"announced by bgp, but {who}"
            yield Problem(message=message, path=path, hint=f"{hint}, or write announce: [l2]")


def rule_pools_are_announced(description: Description) -> Iterator[Problem]:
    """An address that nobody announces is reachable from nowhere; announcing it twice the same way says nothing."""
    for name, pool in description.networks.load_balancers.items():
        path: Path = ("networks", "loadBalancers", name, "announce")
        if not pool.announce:
            yield Problem(
                message="nobody would learn of these addresses", path=path, hint="write [l2] or [bgp]"
            )
        if len(set(pool.announce)) < len(pool.announce):
            yield Problem(message="the same way stands there twice", path=path, hint="leave it out once")


def rule_somebody_serves_the_pools(description: Description) -> Iterator[Problem]:
    """Flannel has no load balancer."""
    cni = description.cni
    if (
        description.networks.load_balancers
        and cni.cilium is None
        and cni.considered is None
        and not description.metallb
    ):
        pools = ", ".join(description.networks.load_balancers)
        yield Problem(
            message=f"nothing here gives Services these addresses ({pools}): flannel has no load balancer",
            path=("networks", "loadBalancers"),
            hint="describe metallb, or leave the pools out",
        )


def rule_pool_names_are_not_those_of_pinned_addresses(description: Description) -> Iterator[Problem]:
    """Each pinned address becomes a pool of its own, named vip-<name>."""
    for name in description.networks.load_balancers:
        pinned = name.removeprefix("vip-")
        if name != pinned and pinned in description.networks.vips:
            yield Problem(
                message=f"the pinned address {format_path(('networks', 'vips', pinned))} becomes a pool of this name",
                path=("networks", "loadBalancers", name),
                hint="choose another name",
            )
