"""Rules about the address plan as a whole: nothing overlaps, nobody's address is somebody else's."""

from collections.abc import Iterator
from itertools import combinations

from fabricgen.addresses import Address, AddressRange, Network
from fabricgen.description import Description
from fabricgen.errors import Path, Problem, format_path
from fabricgen.resolve.rules.owners import (
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


def rule_networks_do_not_overlap(description: Description) -> Iterator[Problem]:
    """Nodes, pods and services each need their own network: a packet's address must say where it goes."""
    for (path, one), (other_path, other) in combinations(_networks(description), 2):
        if path != other_path and one.version == other.version and one.overlaps(other):
            yield Problem(
                message=f"{other} overlaps {format_path(path)} ({one})",
                path=other_path,
                hint="take a network that is apart, or shrink one of them",
            )


def _networks(description: Description) -> Iterator[tuple[Path, Network]]:
    networks = description.networks
    for key, pair in (("nodes", networks.nodes), ("pods", networks.pods), ("services", networks.services)):
        yield from ((("networks", key), network) for network in pair)


def rule_addresses_have_one_owner(description: Description) -> Iterator[Problem]:
    """Two things with one address: neither works reliably, and which one answers changes."""
    owners = (
        *reserved_owners(description),
        *router_owners(description),
        *endpoint_owners(description),
        *node_owners(description),
        *peer_owners(description),
        *vip_owners(description),
    )
    for one, other in combinations(owners, 2):
        if one.addresses.overlaps(other.addresses) and not _may_share(one, other):
            yield _two_owners(one, other)


def _may_share(one: Owner, other: Owner) -> bool:
    """Tell whether both can be the same machine: a router is often in a reserved range, and speaks BGP."""
    return "outside" in {one.kind, other.kind} and "ours" not in {one.kind, other.kind}


def _two_owners(one: Owner, other: Owner) -> Problem:
    common = intersect(one.addresses, other.addresses)
    kind = "address" if common.size == 1 else "range"
    return Problem(
        message=f"{kind} {common} is used by both {one} and {other}",
        path=other.path,
        hint="give one of them another address",
    )


def intersect(one: AddressRange, other: AddressRange) -> AddressRange:
    """Return the addresses that are in both; the ranges must overlap."""
    return AddressRange(
        max(one.first, other.first, key=int),
        min(one.last, other.last, key=int),
    )


def rule_lan_and_cluster_addresses_are_apart(description: Description) -> Iterator[Problem]:
    """An address of the LAN inside the pod or service network cannot be reached from the cluster."""
    inside = tuple(pair for pair in _networks(description) if pair[0] != ("networks", "nodes"))
    for owner in _lan_owners(description):
        for path, network in inside:
            if owner.addresses.overlaps(AddressRange.of(network)) and not _in_lan(
                description, owner.addresses
            ):
                yield Problem(
                    message=f"{owner.addresses} lies in {format_path(path)} ({network}), "
                    "so nothing in the cluster could reach it on the LAN",
                    path=owner.path,
                    hint="take an address of the LAN, or another network for the cluster",
                )


def _lan_owners(description: Description) -> Iterator[Owner]:
    yield from router_owners(description)
    yield from node_owners(description)
    yield from dns_owners(description)
    yield from reserved_owners(description)
    yield from peer_owners(description)
    yield from endpoint_owners(description)
    yield from vip_owners(description)
    for block in pool_blocks(description):
        yield Owner(addresses=block.addresses, path=block.path, what=block.path[:-1])


def _in_lan(description: Description, addresses: AddressRange) -> bool:
    """Tell whether the nodes' own network holds them: then it is the networks that overlap, and that is told."""
    return any(addresses.overlaps(AddressRange.of(network)) for network in description.networks.nodes)


def rule_nodes_lie_in_their_network(description: Description) -> Iterator[Problem]:
    """A node reaches its neighbours, the router and the API's shared address only within its own network."""
    for owner in node_owners(description):
        yield from _not_in_lan(description, owner.addresses.first, path=owner.path)


def rule_router_lies_in_the_nodes_network(description: Description) -> Iterator[Problem]:
    """A default gateway must be a neighbour."""
    for owner in router_owners(description):
        yield from _not_in_lan(description, owner.addresses.first, path=owner.path)


def rule_shared_api_address_lies_in_the_nodes_network(description: Description) -> Iterator[Problem]:
    """Talos announces it by ARP from whichever control plane holds it.

    Source: https://docs.siderolabs.com/talos/v1.12/networking/advanced/vip
    """
    for owner in endpoint_owners(description):
        if owner.kind == "ours" and description.distribution.talos is not None:
            yield from _not_in_lan(description, owner.addresses.first, path=owner.path)


def rule_pinned_addresses_are_usable(description: Description) -> Iterator[Problem]:
    """The first and the last address of the LAN belong to nobody."""
    for owner in vip_owners(description):
        for network in description.networks.nodes:
            yield from _outer(owner.addresses.first, network, path=owner.path)


def _not_in_lan(description: Description, address: Address, *, path: Path) -> Iterator[Problem]:
    networks = description.networks.nodes
    homes = [network for network in networks if address in network]
    if not homes and not _in_cluster(description, address):
        lan = " and ".join(str(network) for network in networks)
        yield Problem(
            message=f"{address} lies outside networks.nodes ({lan})",
            path=path,
            hint="write an address in it, or widen networks.nodes",
        )
    for network in homes:
        yield from _outer(address, network, path=path)


def _in_cluster(description: Description, address: Address) -> bool:
    """Tell whether pods or Services have it, which is told by another rule."""
    return any(
        address in network for path, network in _networks(description) if path != ("networks", "nodes")
    )


def _outer(address: Address, network: Network, *, path: Path) -> Iterator[Problem]:
    if kind := outer_addresses(network).get(address):
        first, last = (1, -2) if network.version == 4 else (1, -1)  # noqa: PLR2004 - IPv4 has a broadcast address
        usable = f"usable are {network[first]} to {network[last]}"
        yield Problem(
            message=f"{address} is the {kind} of networks.nodes ({network})", path=path, hint=usable
        )


def rule_lan_is_a_network_for_machines(description: Description) -> Iterator[Problem]:
    """Loopback, multicast and link-local networks cannot be a LAN."""
    for network in description.networks.nodes:
        if kind := special_kind(network):
            yield Problem(
                message=f"{network} is {kind}, so machines cannot live there",
                path=("networks", "nodes"),
                hint="write the network that the machines are in, such as 192.168.1.0/24",
            )


def special_kind(network: Network) -> str:
    """Return what an unusable network is, such as "multicast"; "" for one that machines can have."""
    kinds = (
        (network.is_loopback, "loopback"),
        (network.is_link_local, "link-local"),
        (network.is_multicast, "multicast"),
        (network.is_unspecified or network.network_address.is_unspecified, "unspecified"),
    )
    return next((kind for is_so, kind in kinds if is_so), "")
