"""A free block for a new pool."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fabricgen.addresses import AddressRange
from fabricgen.addressplan.plan import AddressPlan

_IPV4: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Free addresses; `is_aligned` tells whether they are one network, which can be written as a CIDR."""

    addresses: AddressRange
    is_aligned: bool


def suggest(plan: AddressPlan, count: int) -> Suggestion | None:
    """Return the highest free block for `count` addresses in a network of the nodes; None if there is no room.

    It is the smallest network that holds as many, else exactly as many in a row. Only IPv4 is looked at, where there
    is any: it is the family that is scarce.
    """
    free = plan.free()
    scarce = [one for one in free if one.version == _IPV4] or list(free)
    size = 1 << (count - 1).bit_length()
    aligned = [block for block in (_highest(one, size, step=size) for one in scarce) if block]
    if aligned:
        return Suggestion(addresses=_last(aligned), is_aligned=True)
    rows = [block for block in (_highest(one, count, step=1) for one in scarce) if block]
    return Suggestion(addresses=_last(rows), is_aligned=count == 1) if rows else None


def _highest(free: AddressRange, size: int, *, step: int) -> AddressRange | None:
    """Return the highest `size` addresses that start at a multiple of `step`; None if they do not fit."""
    start = (int(free.last) + 1 - size) // step * step
    if start < int(free.first):
        return None
    make = type(free.first)
    return AddressRange(make(start), make(start + size - 1))


def _last(blocks: Iterable[AddressRange]) -> AddressRange:
    return max(blocks, key=lambda one: int(one.first))
