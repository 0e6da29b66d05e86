"""Load balancing: what a pool of addresses looks like, and whether its owner can read it."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_interface
from typing import Any, Final

from fabricgen.addresses import Address
from fabricgen.fabric import Fabric, Pool
from fabricgen.fabric.usage import is_used, words_of
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Edit, Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_LB_IPAM: Final = f"{_CODE}/operator/pkg/lbipam/lbipam.go"
_RANGES: Final = f"{_CODE}/pkg/ipalloc/ipalloc.go"
_CRD: Final = f"{_CODE}/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumloadbalancerippools.yaml"
_METALLB: Final = "https://github.com/metallb/metallb/blob/v0.16.1/internal/config/config.go"
_REFUSED: Final = "The operator cannot read the pool and hands out nothing of it: Services stay in <pending>."
Path = tuple[str | int, ...]


def pools_of(fabric: Fabric, owner: str) -> Iterator[Pool]:
    """Return the pools of `cilium` or `metallb`."""
    return (one for one in fabric.pools if one.owner == owner)


def hit_of(item: Item, path: Path, message: str, *edits: Edit) -> Hit:
    """Return the hit at a path of an object."""
    return Hit(place=item.place(*path), message=message, object=item.label, edits=edits)


def edit_of(item: Item, operation: Any, path: Path, value: Any = None) -> Edit:  # noqa: ANN401 - as Edit has them
    """Return a change at a path of an object."""
    return Edit(item.place(*path), item.origin.index, operation, path, value)


def _blocks(fabric: Fabric) -> Iterator[tuple[Item, Path, Mapping[str, Any]]]:
    """Yield the blocks of Cilium's pools that can be read as they stand."""
    for pool in pools_of(fabric, "cilium"):
        for number, block in enumerate(pool.item.items("spec", "blocks")):
            if isinstance(block, Mapping) and not any(is_open(value) for value in block.values()):
                yield pool.item, ("spec", "blocks", number), block


@rule(
    "LBS001",
    "error",
    "A block has cidr, or start and stop, and not both",
    why="Cilium takes cidr and never looks at start and stop, so other addresses are handed out than it says.",
    source=_LB_IPAM,
    fix="Keep the form that is meant.",
)
def block_of_both_forms(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block in two forms."""
    for item, path, block in _blocks(fabric):
        if block.get("cidr") and (block.get("start") or block.get("stop")):
            written = f"{block.get('start') or ''}-{block.get('stop') or ''}"
            yield hit_of(
                item, path, f"the block has cidr {block['cidr']}, and {written} beside it counts for nothing"
            )


@rule(
    "LBS002",
    "error",
    "A block has cidr or start",
    why=_REFUSED,
    source=_LB_IPAM,
    fix="Write cidr, or start with stop.",
)
def block_of_no_form(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block without a first address."""
    for item, path, block in _blocks(fabric):
        if not block.get("cidr") and not block.get("start"):
            told = f"only stop {block['stop']}" if block.get("stop") else "neither cidr nor start"
            yield hit_of(item, path, f"the block has {told}")


def _address(written: object) -> Address | None:
    try:
        return ip_address(str(written).strip())
    except ValueError:
        return None


@rule(
    "LBS003",
    "error",
    "A block ends after it starts, in the same family",
    why=_REFUSED,
    source=_RANGES,
    fix="Write the lower address as start and the higher one as stop.",
)
def block_backwards(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block from a later address to an earlier one, or from one family into the other."""
    for item, path, block in _blocks(fabric):
        start, stop = _address(block.get("start")), _address(block.get("stop"))
        if block.get("cidr") or start is None or stop is None:
            continue
        if start.version != stop.version:
            message = f"start {start} is IPv{start.version}, and stop {stop} is IPv{stop.version}"
            yield hit_of(item, (*path, "stop"), message)
        elif int(stop) < int(start):
            edits = (
                edit_of(item, "set", (*path, "start"), str(stop)),
                edit_of(item, "set", (*path, "stop"), str(start)),
            )
            yield hit_of(item, (*path, "stop"), f"stop {stop} comes before start {start}", *edits)


@rule(
    "LBS004",
    "warning",
    "The addresses of a block in CIDR form start where its network does",
    why="What is before the slash is cut to the network: other addresses are handed out than one reads.",
    source=_LB_IPAM,
    fix="Write the network itself, or start and stop for addresses that are no network.",
)
def block_with_host_bits(fabric: Fabric) -> Iterator[Hit]:
    """Yield each network that is written with an address inside of it."""
    for pool in fabric.pools:
        for block in pool.blocks:
            if "/" not in block.text:
                continue
            interface = ip_interface(block.text.strip())
            if interface.ip != interface.network.network_address:
                first, last, size = block.range.first, block.range.last, block.range.size
                message = f"{block.text} hands out {first} to {last}, not the {size} from {interface.ip} on"
                yield hit_of(pool.item, block.path, message)


@rule(
    "LBS006",
    "error",
    'allowFirstLastIPs is "Yes" or "No"',
    why="The API server refuses the pool, and with it Flux the whole Kustomization.",
    source=_CRD,
    fix='Write "Yes" or "No", with a capital and in quotes.',
)
def first_last_misspelt(fabric: Fabric) -> Iterator[Hit]:
    """Yield each other spelling; without quotes kustomize makes texts of Yes and No, so these are none."""
    path = ("spec", "allowFirstLastIPs")
    meant = {"yes": "Yes", "true": "Yes", "no": "No", "false": "No"}
    for pool in pools_of(fabric, "cilium"):
        written = _as_written(pool.item, *path)
        if written is None or written in {"Yes", "No"} or is_open(written):
            continue
        right = meant.get(written.lower())
        edits = (edit_of(pool.item, "set", path, right),) if right else ()
        yield hit_of(pool.item, path, f"allowFirstLastIPs is {written}", *edits)


def _as_written(item: Item, *path: str) -> str | None:
    """Return a scalar as it stands in the file, where it stands there; else its value as text."""
    value = item.get(*path)
    if value is None:
        return None
    lines = item.origin.text.splitlines()
    line = item.place(*path).line - item.origin.line
    found = re.search(rf"{path[-1]}['\"]?:\s*['\"]?(?P<text>\w+)", lines[line]) if line < len(lines) else None
    return found["text"] if found and isinstance(value, bool) else str(value)


@rule(
    "LBS009",
    "error",
    "A pool has addresses",
    why="Nothing can be handed out of it; MetalLB refuses its whole configuration over it.",
    source=_METALLB,
    fix="List addresses, or remove the pool.",
)
def pool_without_addresses(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool that lists nothing."""
    for pool in fabric.pools:
        key = "blocks" if pool.owner == "cilium" else "addresses"
        if pool.item.exact and not pool.item.get("spec", key) and not pool.item.get("spec", "cidrs"):
            yield hit_of(pool.item, ("spec",), f"pool {pool.name} has no {key}")


@rule(
    "LBS010",
    "error",
    "MetalLB's pools list networks or ranges",
    why="MetalLB refuses its whole configuration: no Service gets an address, and changes are no longer announced.",
    source=_METALLB,
    fix="Write a network, such as 10.0.0.5/32 for one address, or a range with first and last address.",
)
def metallb_address_alone(fabric: Fabric) -> Iterator[Hit]:
    """Yield each entry that is neither, and each range that runs backwards."""
    for pool in pools_of(fabric, "metallb"):
        for number, written in enumerate(pool.item.items("spec", "addresses")):
            if not isinstance(written, str) or is_open(written):
                continue
            path = ("spec", "addresses", number)
            if (alone := _address(written)) is not None:
                edit = edit_of(pool.item, "set", path, f"{alone}/{alone.max_prefixlen}")
                yield hit_of(pool.item, path, f"{written} is an address without a prefix length", edit)
            elif _is_backwards(written):
                yield hit_of(pool.item, path, f"{written} does not end after it starts")


def _is_backwards(written: str) -> bool:
    """Tell whether a range `first-last` is none, though both are addresses."""
    first, _, last = written.partition("-")
    start, stop = _address(first), _address(last)
    if start is None or stop is None:
        return False
    return start.version != stop.version or int(stop) < int(start)


@rule(
    "LBS011",
    "error",
    "Cilium hands out addresses where it has pools",
    why="With enableLBIPAM off nobody takes addresses of the pools, and Services stay in <pending>.",
    source="https://docs.cilium.io/en/v1.20/network/lb-ipam/",
    fix="Set enableLBIPAM: true, or remove the pools.",
)
def pools_without_ipam(fabric: Fabric) -> Iterator[Hit]:
    """Yield the switch that makes pools useless."""
    cilium = fabric.cilium
    if cilium is None or not any(pools_of(fabric, "cilium")):
        return
    if not cilium.is_on("enableLBIPAM"):
        message = f"enableLBIPAM is off, and there is pool {next(pools_of(fabric, 'cilium')).name}"
        yield Hit(place=cilium.place("enableLBIPAM"), message=message, object=cilium.item.label)


@rule(
    "LBS012",
    "warning",
    "A pool's selector selects a Service",
    why="Nobody gets an address of the pool, and those it was meant for get one of another pool, or none.",
    source="https://docs.cilium.io/en/v1.20/network/lb-ipam/#service-selectors",
    fix="Write labels, or the namespace, that the Services have.",
)
def pool_for_nobody(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool whose labels stand nowhere else."""
    pools = [one for one in pools_of(fabric, "cilium") if one.selector and not is_open(str(one.selector))]
    words = words_of(fabric) if pools else frozenset()
    for pool in pools if words else ():
        if not is_used(words, pool.selector):
            message = f"nothing here has what the selector of pool {pool.name} asks for"
            yield hit_of(pool.item, ("spec", "serviceSelector"), message)
