"""Pools of LoadBalancer addresses, whoever hands them out, and how they are announced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from fabricgen.addresses import AddressRange, parse_address
from fabricgen.repository import Item

METALLB: Final = "metallb.io"
CILIUM: Final = "cilium.io"
Owner = Literal["cilium", "metallb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Part of a pool.

    Attributes:
        range: its addresses.
        path: where it stands in the item.
        text: as it is written.
    """

    range: AddressRange
    path: tuple[str | int, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A CiliumLoadBalancerIPPool or a MetalLB IPAddressPool.

    Attributes:
        blocks: those that could be read.
        unreadable: whether there is one that could not, so that its addresses are unknown.
        selector: which Services may use it; empty is all.
        automatic: whether a Service gets an address of it without asking.
    """

    item: Item
    owner: Owner
    blocks: tuple[Block, ...]
    unreadable: bool
    selector: Mapping[str, Any]
    automatic: bool = True

    @property
    def name(self) -> str:
        """The object's name."""
        return self.item.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What announces addresses: an L2 policy, an L2Advertisement, BGP objects."""

    item: Item
    owner: Owner
    how: Literal["l2", "bgp"]


def find_pools(items: tuple[Item, ...]) -> Iterator[Pool]:
    """Yield every pool, in the order of the items."""
    for item in items:
        if (item.group, item.kind) == (CILIUM, "CiliumLoadBalancerIPPool"):
            yield _cilium_pool(item)
        elif (item.group, item.kind) == (METALLB, "IPAddressPool"):
            yield _metallb_pool(item)


def find_announcements(items: tuple[Item, ...]) -> Iterator[Announcement]:
    """Yield everything that announces LoadBalancer addresses, in the order of the items."""
    for item in items:
        match (item.group, item.kind):
            case (group, "CiliumL2AnnouncementPolicy") if group == CILIUM:
                yield Announcement(item=item, owner="cilium", how="l2")
            case (group, "CiliumBGPAdvertisement" | "CiliumBGPPeeringPolicy") if group == CILIUM:
                yield Announcement(item=item, owner="cilium", how="bgp")
            case (group, "L2Advertisement") if group == METALLB:
                yield Announcement(item=item, owner="metallb", how="l2")
            case (group, "BGPAdvertisement") if group == METALLB:
                yield Announcement(item=item, owner="metallb", how="bgp")


def _cilium_pool(item: Item) -> Pool:
    written = item.items("spec", "blocks")
    blocks = [
        Block(range=found, path=("spec", "blocks", number), text=_text_of(one))
        for number, one in enumerate(written)
        if isinstance(one, Mapping) and (found := _cilium_block(one)) is not None
    ]
    return Pool(
        item=item,
        owner="cilium",
        blocks=tuple(blocks),
        unreadable=len(blocks) < len(written) or not written,
        selector=item.mapping("spec", "serviceSelector"),
        automatic=item.get("spec", "disabled") is not True,
    )


def _cilium_block(block: Mapping[str, Any]) -> AddressRange | None:
    if "cidr" in block:
        return read_range(str(block["cidr"]))
    start, stop = block.get("start"), block.get("stop", block.get("start"))
    return read_range(f"{start}-{stop}") if start else None


def _text_of(block: Mapping[str, Any]) -> str:
    return str(block.get("cidr") or f"{block.get('start')}-{block.get('stop', block.get('start'))}")


def _metallb_pool(item: Item) -> Pool:
    written = item.items("spec", "addresses")
    blocks = [
        Block(range=found, path=("spec", "addresses", number), text=str(one))
        for number, one in enumerate(written)
        if (found := read_range(str(one))) is not None
    ]
    return Pool(
        item=item,
        owner="metallb",
        blocks=tuple(blocks),
        unreadable=len(blocks) < len(written) or not written,
        selector=item.mapping("spec", "serviceAllocation"),
        automatic=item.get("spec", "autoAssign") is not False,
    )


def read_range(text: str) -> AddressRange | None:
    """Return the addresses of `10.0.0.0/24` (host bits do not matter), `10.0.0.1-10.0.0.9` or a single address."""
    from ipaddress import ip_network  # noqa: PLC0415 - the lenient reading is wanted only here

    first, dash, last = (part.strip() for part in text.partition("-"))
    try:
        if dash:
            return AddressRange(parse_address(first), parse_address(last))
        return AddressRange.of(ip_network(text.strip(), strict=False))
    except ValueError:
        return None
