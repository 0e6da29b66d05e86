"""Whether a pool only gets wider: then Services keep their addresses, however its blocks are written.

Used by `compare`, which judges blocks one by one. CiliumLoadBalancerIPPool and MetalLB's IPAddressPool.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.addresses import AddressRange, parse_address, parse_network, subtract

BLOCKS: Final = {
    "object/CiliumLoadBalancerIPPool.cilium.io": ("spec", "blocks"),
    "object/IPAddressPool.metallb.io": ("spec", "addresses"),
}
"""Where each kind of pool has its blocks."""


def only_wider(before: Mapping[str, Any], after: Mapping[str, Any], *, family: str) -> bool:
    """Tell whether a pool gives every address that it gave; False where its blocks cannot be read."""
    part, key = BLOCKS[family]
    try:
        old = tuple(_blocks(before[part][key]))
        new = tuple(_blocks(after[part][key]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return not subtract(old, new)


def _blocks(blocks: list[Any]) -> Iterator[AddressRange]:
    for block in blocks:
        if isinstance(block, str):
            start, dash, stop = block.partition("-")
            yield _range(start.strip(), stop.strip()) if dash else AddressRange.of(parse_network(block))
        elif "cidr" in block:
            yield AddressRange.of(parse_network(block["cidr"]))
        else:
            yield _range(block["start"], block.get("stop", block["start"]))


def _range(start: str, stop: str) -> AddressRange:
    return AddressRange(parse_address(start), parse_address(stop))
