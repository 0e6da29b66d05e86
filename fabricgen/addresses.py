"""Addresses, networks and ranges: reading what people write, and the arithmetic of an address plan.

Fed by the description's fields; used by `resolve` (overlaps, pools minus what is taken) and by documents.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_interface,
    summarize_address_range,
)
from typing import cast

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_POWERS_FROM = 2**32


def parse_address(text: str) -> Address:
    """Return the address that `text` names. Raises ValueError with a sentence for people."""
    if "/" in text:
        bare = text.partition("/")[0]
        raise ValueError(f"{text} is a network form; an address has no prefix length: {bare}")
    try:
        return ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 or IPv6 address") from None


def parse_network(text: str) -> Network:
    """Return the network that `text` names. Raises ValueError, with the network meant, if host bits are set."""
    if "/" not in text:
        raise ValueError(f"{text!r} is not a network in CIDR form such as 10.0.0.0/24")
    try:
        interface = ip_interface(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a network in CIDR form such as 10.0.0.0/24") from None
    if interface.ip != interface.network.network_address:
        raise ValueError(_host_bits_sentence(interface.ip, interface.network))
    return interface.network


def _host_bits_sentence(address: Address, network: Network) -> str:
    stop = address + network.num_addresses - 1
    return (
        f"{address}/{network.prefixlen} has host bits set; did you mean the network {network}, "
        f"or the {network.num_addresses} addresses with start: {address} and stop: {stop}?"
    )


@dataclass(frozen=True, slots=True, order=True)
class AddressRange:
    """All addresses from `first` to `last`, both included, of one family."""

    first: Address
    last: Address

    def __post_init__(self) -> None:
        if self.first.version != self.last.version:
            raise ValueError(f"{self.first} and {self.last} are of two families; a range has one")
        if int(self.last) < int(self.first):
            raise ValueError(f"stop {self.last} comes before start {self.first}")

    @classmethod
    def of(cls, what: Address | Network) -> "AddressRange":
        """Return the range that holds exactly this address or network."""
        if isinstance(what, IPv4Network | IPv6Network):
            return cls(what.network_address, what.broadcast_address)
        return cls(what, what)

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.first.version

    @property
    def size(self) -> int:
        """Return how many addresses there are."""
        return int(self.last) - int(self.first) + 1

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, IPv4Address | IPv6Address) or address.version != self.version:
            return False
        return int(self.first) <= int(address) <= int(self.last)

    def overlaps(self, other: "AddressRange") -> bool:
        """Tell whether any address is in both."""
        if self.version != other.version:
            return False
        return int(self.first) <= int(other.last) and int(other.first) <= int(self.last)

    def within(self, network: Network) -> bool:
        """Tell whether every address lies in `network`."""
        return self.first in network and self.last in network

    def networks(self) -> tuple[Network, ...]:
        """Return the fewest CIDR networks that together are this range, lowest first."""
        first, last = cast("tuple[IPv4Address, IPv4Address]", (self.first, self.last))
        return tuple(summarize_address_range(first, last))

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        networks = self.networks()
        return str(networks[0]) if len(networks) == 1 else f"{self.first}-{self.last}"


def subtract(ranges: Iterable[AddressRange], taken: Iterable[AddressRange]) -> tuple[AddressRange, ...]:
    """Return what is left of `ranges` without `taken`, lowest first, neighbours not joined."""
    holes = sorted(taken, key=lambda hole: (hole.version, int(hole.first)))
    left: list[AddressRange] = []
    for whole in sorted(ranges, key=lambda block: (block.version, int(block.first))):
        left.extend(_without(whole, (hole for hole in holes if hole.overlaps(whole))))
    return tuple(left)


def _without(whole: AddressRange, holes: Iterable[AddressRange]) -> Iterator[AddressRange]:
    start = int(whole.first)
    make = type(whole.first)
    for hole in holes:
        if int(hole.first) > start:
            yield AddressRange(make(start), make(int(hole.first) - 1))
        start = max(start, int(hole.last) + 1)
    if start <= int(whole.last):
        yield AddressRange(make(start), whole.last)


def find_overlaps(ranges: Iterable[AddressRange]) -> Iterator[tuple[int, int]]:
    """Yield the positions of ranges that overlap: each one with the earlier one that reaches farthest.

    They are in the order of their first addresses, so that not every two need be compared; the first of a pair is the
    one that starts earlier.
    """
    whole = list(ranges)
    order = sorted(range(len(whole)), key=lambda at: (whole[at].version, int(whole[at].first)))
    farthest: int | None = None
    for at in order:
        if farthest is not None and whole[farthest].overlaps(whole[at]):
            yield farthest, at
        if farthest is None or (whole[at].version, int(whole[at].last)) > (
            whole[farthest].version,
            int(whole[farthest].last),
        ):
            farthest = at


def size_of(count: int) -> str:
    """Return a number of addresses: with thousands apart, or as a power of two where it would be too long."""
    if count < _POWERS_FROM:
        return f"{count:,}"
    exact = count & (count - 1) == 0
    return f"{'' if exact else 'about '}2^{count.bit_length() - 1}"
