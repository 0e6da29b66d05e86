"""What follows from a plan: overlaps, free space, shares, suggestions."""

import time
from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabricgen.addresses import AddressRange, find_overlaps, parse_address
from fabricgen.addressplan import AddressPlan, Entry, PodShares, suggest
from fabricgen.addressplan.plan import Kind, in_order


def _range(text: str) -> AddressRange:
    if "/" in text:
        return AddressRange.of(ip_network(text))
    first, _, last = text.partition("-")
    return AddressRange(parse_address(first), parse_address(last or first))


def _entry(kind: Kind, addresses: str, owner: str = "") -> Entry:
    return Entry(kind=kind, addresses=_range(addresses), owner=owner)


def _plan(*entries: Entry) -> AddressPlan:
    return AddressPlan(name="", entries=in_order(entries), pods=(), pools=())


LAN = _entry("nodes", "10.0.0.0/24")


def _overlaps(plan: AddressPlan) -> list[tuple[str, str, str]]:
    return [(one.one.kind, one.other.kind, str(one.shared)) for one in plan.overlaps()]


def test_a_node_in_its_network_is_no_overlap() -> None:
    plan = _plan(LAN, _entry("node", "10.0.0.11", "node-1"), _entry("pool", "10.0.0.192/26", "lan"))

    assert plan.overlaps() == ()


def test_a_pinned_address_in_its_pool_is_no_overlap() -> None:
    plan = _plan(LAN, _entry("pool", "10.0.0.192/26", "lan"), _entry("pinned", "10.0.0.200", "dns"))

    assert plan.overlaps() == ()


def test_a_pool_over_nodes_overlaps_each_of_them() -> None:
    plan = _plan(
        LAN,
        _entry("pool", "10.0.0.0/25", "lan"),
        _entry("node", "10.0.0.11", "node-1"),
        _entry("node", "10.0.0.12", "node-2"),
    )

    assert _overlaps(plan) == [("pool", "node", "10.0.0.11"), ("pool", "node", "10.0.0.12")]


def test_an_address_that_is_pinned_and_a_nodes_overlaps() -> None:
    plan = _plan(LAN, _entry("node", "10.0.0.11", "node-1"), _entry("pinned", "10.0.0.11", "dns"))

    assert [str(one.shared) for one in plan.overlaps()] == ["10.0.0.11"]


@pytest.mark.parametrize(("one", "other"), [("nodes", "pods"), ("pods", "services"), ("nodes", "services")])
def test_networks_of_two_kinds_overlap(one: Kind, other: Kind) -> None:
    plan = _plan(_entry(one, "10.0.0.0/16"), _entry(other, "10.0.0.0/24"))

    assert _overlaps(plan) == [(one, other, "10.0.0.0/24")]


def test_free_space_leaves_out_what_is_taken_and_both_ends_of_the_network() -> None:
    plan = _plan(LAN, _entry("router", "10.0.0.1"), _entry("reserved", "10.0.0.10-10.0.0.250", "DHCP"))

    assert [str(one) for one in plan.free()] == ["10.0.0.2-10.0.0.9", "10.0.0.251-10.0.0.254"]


def test_ipv6_has_no_broadcast_address() -> None:
    plan = _plan(_entry("nodes", "fd00::/126"))

    assert [str(one) for one in plan.free()] == ["fd00::/126"]


def test_entries_of_one_address_and_kind_are_one_with_both_owners() -> None:
    found = in_order([_entry("pinned", "10.0.0.5", "dns/tcp"), _entry("pinned", "10.0.0.5", "dns/udp")])

    assert [one.owner for one in found] == ["dns/tcp, dns/udp"]


@pytest.mark.parametrize(
    ("network", "mask", "shares", "addresses"),
    [
        ("10.244.0.0/16", 24, 256, 254),
        ("10.244.0.0/24", 24, 1, 254),
        ("10.244.0.0/25", 24, 0, 254),
        ("fd00::/56", 64, 256, 2**64),
    ],
)
def test_a_network_of_pods_has_shares(network: str, mask: int, shares: int, addresses: int) -> None:
    pods = PodShares(network=ip_network(network), node_mask=mask, nodes=3)

    assert (pods.shares, pods.addresses) == (shares, addresses)


@pytest.mark.parametrize(
    ("count", "block", "is_aligned"),
    [
        (1, "10.0.0.254", True),
        (2, "10.0.0.252/31", True),
        (16, "10.0.0.224/28", True),
        (20, "10.0.0.192/27", True),
        (100, "10.0.0.155-10.0.0.254", False),
    ],
)
def test_the_highest_free_block_is_suggested(count: int, block: str, is_aligned: bool) -> None:  # noqa: FBT001 - as given by parametrize
    plan = _plan(LAN, _entry("reserved", "10.0.0.1-10.0.0.127", "DHCP"))

    found = suggest(plan, count)

    assert found is not None
    assert (found.addresses, found.is_aligned) == (_range(block), is_aligned)


def test_nothing_is_suggested_where_there_is_no_room() -> None:
    plan = _plan(LAN, _entry("pool", "10.0.0.0/24", "lan"))

    assert suggest(plan, 1) is None


ADDRESSES = st.integers(0, 300)
RANGES = st.lists(st.tuples(ADDRESSES, ADDRESSES).map(sorted), max_size=8)


def _made(pairs: list[list[int]]) -> list[AddressRange]:
    return [AddressRange(IPv4Address(low), IPv4Address(high)) for low, high in pairs]


@given(RANGES)
def test_the_sweep_finds_a_partner_for_each_range_that_has_one_before_it(pairs: list[list[int]]) -> None:
    ranges = _made(pairs)
    found = list(find_overlaps(ranges))

    assert all(ranges[one].overlaps(ranges[other]) for one, other in found)
    naive = any(one.overlaps(other) for at, one in enumerate(ranges) for other in ranges[at + 1 :])
    assert bool(found) is naive


@given(RANGES, st.integers(1, 64))
def test_what_is_suggested_is_free_and_large_enough(pairs: list[list[int]], count: int) -> None:
    taken = [
        Entry(kind="reserved", addresses=AddressRange(one.first + 167772160, one.last + 167772160), owner="")
        for one in _made(pairs)
    ]
    plan = _plan(_entry("nodes", "10.0.0.0/24"), *taken)

    found = suggest(plan, count)

    assert found is None or found.addresses.size >= count
    assert found is None or not any(found.addresses.overlaps(one.addresses) for one in taken)
    assert found is None or any(
        free.first in free and found.addresses.first in free and found.addresses.last in free
        for free in plan.free()
    )


def _seconds(nodes: int) -> float:
    entries = [
        Entry(kind="node", addresses=AddressRange.of(IPv4Address(167772160 + 1 + at)), owner=f"node-{at}")
        for at in range(nodes)
    ]
    plan = _plan(_entry("nodes", "10.0.0.0/8"), *entries)
    started = time.process_time()
    assert plan.overlaps() == ()
    assert len(plan.free()) == 1
    return time.process_time() - started


def test_the_cost_grows_no_faster_than_the_nodes() -> None:
    small = min(_seconds(500) for _ in range(3))

    assert _seconds(5000) < small * 40
