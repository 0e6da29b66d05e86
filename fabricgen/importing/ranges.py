"""Ranges of addresses: which lie in or beside each other, and in which form people write one.

Used by `pools`.
"""

from collections.abc import Iterator

from fabricgen.addresses import AddressRange


def lies_in(one: AddressRange, other: AddressRange) -> bool:
    """Tell whether all of one is in the other."""
    same = one.first.version == other.first.version
    return same and int(other.first) <= int(one.first) and int(one.last) <= int(other.last)


def touch(one: AddressRange, other: AddressRange) -> bool:
    """Tell whether one begins where the other ends."""
    same = one.first.version == other.first.version
    return same and (int(one.last) + 1 == int(other.first) or int(other.last) + 1 == int(one.first))


def joined(ranges: list[AddressRange]) -> Iterator[AddressRange]:
    """Yield ranges with those that touch put together, in the order of their addresses."""
    waiting: AddressRange | None = None
    for one in sorted(ranges, key=lambda each: (each.first.version, int(each.first))):
        if waiting is None:
            waiting = one
        elif waiting.first.version == one.first.version and int(one.first) <= int(waiting.last) + 1:
            waiting = AddressRange(waiting.first, max(waiting.last, one.last, key=int))
        else:
            yield waiting
            waiting = one
    if waiting is not None:
        yield waiting


def form(one: AddressRange) -> dict[str, str]:
    """Return a range as the description writes it: one address, a network, or first and last."""
    from ipaddress import summarize_address_range  # noqa: PLC0415 - beside its only user

    if one.first == one.last:
        return {"address": str(one.first)}
    networks = list(summarize_address_range(one.first, one.last))
    if len(networks) == 1:
        return {"cidr": str(networks[0])}
    return {"start": str(one.first), "stop": str(one.last)}
