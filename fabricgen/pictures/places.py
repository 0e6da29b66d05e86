"""Who has which addresses of a cluster's networks, as what a map shows: neighbours of one kind are one place.

Fed by the resolved cluster; drawn by `addresses`. Where there are many nodes, those that nothing stands between are
joined too, so that a map of 500 nodes can still be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from fabricgen.addresses import AddressRange, Network, size_of, subtract
from fabricgen.cluster import Cluster

Kind = Literal["control", "worker", "router", "api", "dns", "reserved", "pool", "pinned", "free"]
MOST: Final = 40
"""How many places of one network are shown before nodes are joined over gaps."""
_NAMED: Final = 4
_IPV4: Final = 4
_JOINED: Final = {"control": "control plane", "worker": "worker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Addresses with one owner or several of a kind; `count` of them are taken, by `names` in order."""

    kind: Kind
    addresses: AddressRange
    names: tuple[str, ...] = ()
    count: int = 1

    @property
    def label(self) -> str:
        """Who it is, in words: the names as long as they are few."""
        joined = _JOINED.get(self.kind)
        if joined is None:
            return ", ".join(self.names)
        many = f"{len(self.names)} {joined}s" if len(self.names) > 1 else joined
        few = ", ".join(self.names) if len(self.names) <= _NAMED else f"{self.names[0]} to {self.names[-1]}"
        return f"{many}: {few}"

    @property
    def size(self) -> str:
        """How many addresses it has, in words; where there are gaps, how many of how many."""
        whole = self.addresses.size
        return (
            size_of(whole)
            if self.kind not in _JOINED or self.count == whole
            else f"{self.count} of {size_of(whole)}"
        )


def places_in(cluster: Cluster, network: Network) -> tuple[Place, ...]:
    """Return all places of a network of the nodes, by address, with what is free between them."""
    taken = sorted(
        (one for one in owned(cluster) if one.addresses.within(network)),
        key=lambda one: (int(one.addresses.first), -one.addresses.size),
    )
    runs = _runs(taken)
    gap = 1
    while len(runs) > MOST and gap < network.num_addresses:
        gap *= 2
        runs = _runs(taken, gap=gap)
    free = subtract([_usable(network)], [one.addresses for one in runs])
    left = (Place(kind="free", addresses=one, names=("free",)) for one in free)
    return tuple(sorted((*runs, *left), key=lambda one: (int(one.addresses.first), -one.addresses.size)))


def places_elsewhere(cluster: Cluster) -> tuple[Place, ...]:
    """Return the places that lie in no network of the nodes, by address."""
    found = (
        one
        for one in owned(cluster)
        if not any(one.addresses.within(network) for network in cluster.networks.nodes)
    )
    return tuple(sorted(found, key=lambda one: (one.addresses.version, int(one.addresses.first))))


def owned(cluster: Cluster) -> Iterator[Place]:
    """Yield everything of the nodes' networks that has an owner, each for itself."""
    yield from _nodes(cluster)
    yield from _around(cluster)
    for one in cluster.reserved:
        yield Place(kind="reserved", addresses=one.addresses, names=(one.purpose,))
    for vip in cluster.vips:
        yield Place(kind="pinned", addresses=AddressRange.of(vip.address), names=(f"Service {vip.name}",))
    for pool in cluster.pools:
        for block in pool.blocks if pool.vip is None else ():
            yield Place(kind="pool", addresses=block, names=(f"pool {pool.name}",))


def _nodes(cluster: Cluster) -> Iterator[Place]:
    for node in cluster.nodes:
        kind: Kind = "control" if node.control_plane else "worker"
        for address in node.addresses:
            yield Place(kind=kind, addresses=AddressRange.of(address), names=(node.name,))


def _around(cluster: Cluster) -> Iterator[Place]:
    for router in cluster.networks.routers:
        yield Place(kind="router", addresses=AddressRange.of(router), names=("router",))
    for server in cluster.networks.dns_servers:
        if server not in cluster.networks.routers:
            yield Place(kind="dns", addresses=AddressRange.of(server), names=("DNS server",))
    if cluster.endpoint.vip is not None:
        name = f"Kubernetes API, port {cluster.endpoint.port}"
        yield Place(kind="api", addresses=AddressRange.of(cluster.endpoint.vip), names=(name,))


def _usable(network: Network) -> AddressRange:
    """Return the addresses of a network that a machine can have: neither first nor last of IPv4."""
    whole = AddressRange.of(network)
    if network.version != _IPV4 or whole.size <= 2:  # noqa: PLR2004 - a /31 has neither
        return whole
    return AddressRange(whole.first + 1, whole.last - 1)


def _runs(taken: Sequence[Place], *, gap: int = 1) -> list[Place]:
    """Return the places with nodes of one kind joined that are at most `gap` apart, nothing else between them."""
    runs: list[Place] = []
    for one in taken:
        last = runs[-1] if runs else None
        if last is not None and one.kind in _JOINED and last.kind == one.kind and _apart(last, one) <= gap:
            whole = AddressRange(last.addresses.first, one.addresses.last)
            runs[-1] = replace(last, addresses=whole, names=(*last.names, *one.names), count=last.count + 1)
        else:
            runs.append(one)
    return runs


def _apart(one: Place, other: Place) -> int:
    return int(other.addresses.first) - int(one.addresses.last)
