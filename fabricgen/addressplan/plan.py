"""The address plan of a cluster: every network and address with its owner, and what follows from them.

Made of a resolved cluster by `of_cluster`, or of an inferred fabric by `of_fabric`; printed by the command.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.addresses import AddressRange, Network, find_overlaps, subtract

Kind = Literal["nodes", "pods", "services", "node", "api", "router", "dns", "reserved", "pool", "pinned"]
# Networks that hold others' addresses.
_WHOLE: Final = frozenset({"nodes", "pods", "services"})
_IPV4: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Addresses with an owner; `nodes`, `pods` and `services` are whole networks, a pool has an entry for each block."""

    kind: Kind
    addresses: AddressRange
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two owners of the same addresses."""

    one: Entry
    other: Entry

    @property
    def shared(self) -> AddressRange:
        """The addresses that both have."""
        first = max(self.one.addresses.first, self.other.addresses.first, key=int)
        last = min(self.one.addresses.last, self.other.addresses.last, key=int)
        return AddressRange(first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodShares:
    """How a network of pods is dealt out: `shares` parts of /`node_mask`, of which `nodes` are in use."""

    network: Network
    node_mask: int
    nodes: int

    @property
    def shares(self) -> int:
        """How many nodes the network has room for."""
        return (
            2 ** (self.node_mask - self.network.prefixlen) if self.node_mask >= self.network.prefixlen else 0
        )

    @property
    def addresses(self) -> int:
        """How many addresses a node has for pods; the network's own and the last are none in IPv4."""
        size = 1 << (self.network.max_prefixlen - self.node_mask)
        return max(size - 2, 0) if self.network.version == _IPV4 else size


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRoom:
    """A pool of LoadBalancer addresses.

    Attributes:
        blocks: what it hands out, lowest first.
        size: how many addresses it has in all.
        pinned: how many of them somebody asked for by name.
        announced: how the LAN learns of them; None where it cannot be told.
        off_link: the blocks that lie in no network of the nodes, which L2 cannot reach.
    """

    name: str
    owner: str
    blocks: tuple[AddressRange, ...]
    size: int
    pinned: int
    announced: tuple[str, ...] | None
    off_link: tuple[AddressRange, ...]

    @property
    def left(self) -> int:
        """How many addresses nobody asked for by name."""
        return self.size - self.pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlan:
    """The plan of one cluster.

    Attributes:
        name: of the cluster; empty where there is only one.
        entries: every network and address, in order; a network before what is in it.
        pods, pools: what each network of pods and each pool has room for.
        unassigned: Services that want an address, and say not which.
        unknown: what could not be told, a sentence each.
    """

    name: str
    entries: tuple[Entry, ...]
    pods: tuple[PodShares, ...]
    pools: tuple[PoolRoom, ...]
    unassigned: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def networks(self) -> tuple[AddressRange, ...]:
        """The networks of the nodes."""
        return tuple(one.addresses for one in self.entries if one.kind == "nodes")

    @property
    def taken(self) -> tuple[AddressRange, ...]:
        """Everything that has an owner, except that it is in a network of the nodes."""
        return tuple(one.addresses for one in self.entries if one.kind != "nodes")

    def overlaps(self) -> tuple[Overlap, ...]:
        """Return every entry that shares addresses with another, in order; a pinned address is its pool's."""
        networks = [one for one in self.entries if one.kind in _WHOLE]
        single = [one for one in self.entries if one.kind not in {"nodes", "pinned"}]
        fixed = [one for one in self.entries if one.kind not in {"nodes", "pool"}]
        found = {*_overlaps(networks), *_overlaps(single), *_overlaps(fixed)}
        return tuple(sorted(found, key=lambda one: (_order(one.other), one.other.owner)))

    def free(self) -> tuple[AddressRange, ...]:
        """Return what nobody has in the networks of the nodes, lowest first; neither first nor last of an IPv4 one."""
        return subtract(_usable(self.networks), self.taken)


def _overlaps(entries: Iterable[Entry]) -> Iterator[Overlap]:
    order = sorted(entries, key=_order)
    for one, other in find_overlaps(entry.addresses for entry in order):
        if order[one] != order[other]:
            yield Overlap(one=order[one], other=order[other])


def _usable(networks: Iterable[AddressRange]) -> Iterator[AddressRange]:
    for one in networks:
        if one.version != _IPV4 or one.size <= 2:  # noqa: PLR2004 - a /31 has neither
            yield one
        else:
            yield AddressRange(one.first + 1, one.last - 1)


def _order(entry: Entry) -> tuple[int, int, int]:
    return entry.addresses.version, int(entry.addresses.first), -int(entry.addresses.last)


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries by address, larger ones first; those of one kind and address as one, with all owners' names."""
    owners: dict[tuple[Kind, AddressRange], list[str]] = {}
    for one in entries:
        names = owners.setdefault((one.kind, one.addresses), [])
        if one.owner not in names:
            names.append(one.owner)
    merged = [
        Entry(kind=kind, addresses=addresses, owner=", ".join(filter(None, names)))
        for (kind, addresses), names in owners.items()
    ]
    return tuple(sorted(merged, key=_order))
