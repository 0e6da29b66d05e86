"""`fabricgen addresses`: who has which address, what overlaps, what is free. stdout: the plan; stderr: talk."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from fabricgen.addresses import AddressRange, size_of
from fabricgen.addressplan import AddressPlan, Entry, PodShares, PoolRoom, Suggestion, plans_at, suggest
from fabricgen.commands.descriptions import FOLDER
from fabricgen.commands.progress import Progress

_WHAT: Final[Mapping[str, str]] = {
    "nodes": "network of nodes",
    "pods": "network of pods",
    "services": "network of Services",
    "node": "node",
    "api": "Kubernetes API",
    "router": "router",
    "dns": "DNS server",
    "reserved": "reserved",
    "pool": "pool",
    "pinned": "pinned",
    "free": "free",
}
_ROW = tuple[str, str, str, str]


def run(args: argparse.Namespace) -> int:
    """Print the plan of each cluster. Returns 1 if addresses have two owners."""
    with Progress("addresses: reading"):
        plans = plans_at(args.path or (FOLDER if FOLDER.is_dir() else Path()))
    if args.format == "json":
        print(json.dumps([_json(plan, args.suggest) for plan in plans], indent=2))
    else:
        print("\n\n".join("\n".join(_text(plan, args.suggest)) for plan in plans))
    if not plans:
        print("no address is told here", file=sys.stderr)
    return 1 if any(plan.overlaps() for plan in plans) else 0


def _text(plan: AddressPlan, wanted: int | None) -> Iterator[str]:
    if plan.name:
        yield plan.name
        yield ""
    yield from _table([("ADDRESSES", "COUNT", "WHAT", "OWNER"), *_rows(plan)])
    yield ""
    for one in plan.overlaps():
        yield f"overlap: {one.shared} is {_named(one.one)} and {_named(one.other)}"
    yield from (_pods(one) for one in plan.pods)
    yield from (_pool(one) for one in plan.pools)
    if plan.unassigned:
        yield f"{plan.unassigned} of what wants an address takes any"
    yield from (f"unknown: {one}" for one in plan.unknown)
    if wanted is not None:
        yield _suggested(suggest(plan, wanted), wanted)


def _rows(plan: AddressPlan) -> Iterator[_ROW]:
    whole = [(one.addresses, one.kind, one.owner) for one in plan.entries]
    free = [(one, "free", "") for one in plan.free()]
    for addresses, kind, owner in sorted((*whole, *free), key=lambda one: _order(one[0])):
        inside = kind not in {"nodes", "pods", "services"} and _is_within(addresses, plan.networks)
        yield f"{'  ' if inside else ''}{addresses}", size_of(addresses.size), _WHAT[kind], owner


def _order(addresses: AddressRange) -> tuple[int, int, int]:
    return addresses.version, int(addresses.first), -int(addresses.last)


def _is_within(addresses: AddressRange, networks: Iterable[AddressRange]) -> bool:
    return any(addresses.first in one and addresses.last in one for one in networks)


def _table(rows: Sequence[_ROW]) -> Iterator[str]:
    """Yield rows in columns, numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for addresses, count, what, owner in rows:
        line = f"{addresses:<{widths[0]}}  {count:>{widths[1]}}  {what:<{widths[2]}}  {owner}"
        yield line.rstrip()


def _named(entry: Entry) -> str:
    """Return an owner in words; networks by their addresses, for they have no names."""
    if entry.kind in {"nodes", "pods", "services"}:
        return f"the {_WHAT[entry.kind]} {entry.addresses}"
    named = entry.kind in {"node", "pool", "pinned", "reserved"} and entry.owner
    return f"{_WHAT[entry.kind]} {entry.owner}" if named else f"the {_WHAT[entry.kind]}"


def _pods(one: PodShares) -> str:
    nodes = f"{one.nodes} of {size_of(one.shares)} nodes"
    return (
        f"pods: {one.network} in shares of /{one.node_mask}: {nodes}, {size_of(one.addresses)} addresses each"
    )


def _pool(one: PoolRoom) -> str:
    count = f"{size_of(one.size)} addresses, {one.pinned} asked for, {size_of(one.left)} left"
    how = "how it is announced is not told" if one.announced is None else _announced(one.announced)
    reach = f"; out of reach of L2: {', '.join(map(str, one.off_link))}" if one.off_link else ""
    return f"pool {one.name} ({one.owner}): {count}; {how}{reach}"


def _announced(how: Sequence[str]) -> str:
    return f"announced by {' and '.join(one.upper() for one in how)}" if how else "announced by nothing"


def _suggested(found: Suggestion | None, wanted: int) -> str:
    if found is None:
        return f"suggestion: no {wanted} addresses in a row are free in the nodes' networks"
    block = _block(found)
    written = ", ".join(f"{key}: {value}" for key, value in block.items())
    return f"suggestion for {wanted} addresses: {found.addresses}, blocks: [{{ {written} }}]"


def _block(found: Suggestion) -> dict[str, str]:
    """Return the block of a pool that has these addresses."""
    if found.is_aligned:
        return {"cidr": str(found.addresses.networks()[0])}
    return {"start": str(found.addresses.first), "stop": str(found.addresses.last)}


def _json(plan: AddressPlan, wanted: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "cluster": plan.name,
        "entries": [_entry(one) for one in plan.entries],
        "overlaps": [
            {"one": _entry(one.one), "other": _entry(one.other), **_range(one.shared)}
            for one in plan.overlaps()
        ],
        "free": [_range(one) for one in plan.free()],
        "pods": [_json_pods(one) for one in plan.pods],
        "pools": [_json_pool(one) for one in plan.pools],
        "unassigned": plan.unassigned,
        "unknown": list(plan.unknown),
    }
    if wanted is not None:
        found = suggest(plan, wanted)
        told["suggestion"] = {**_range(found.addresses), "block": _block(found)} if found else None
    return told


def _range(addresses: AddressRange) -> dict[str, Any]:
    return {
        "addresses": str(addresses),
        "first": str(addresses.first),
        "last": str(addresses.last),
        "count": addresses.size,
    }


def _entry(one: Entry) -> dict[str, Any]:
    return {"kind": one.kind, "owner": one.owner, **_range(one.addresses)}


def _json_pods(one: PodShares) -> dict[str, Any]:
    return {
        "network": str(one.network),
        "nodeMask": one.node_mask,
        "nodes": one.nodes,
        "shares": one.shares,
        "addressesPerNode": one.addresses,
    }


def _json_pool(one: PoolRoom) -> dict[str, Any]:
    return {
        "name": one.name,
        "owner": one.owner,
        "count": one.size,
        "askedFor": one.pinned,
        "left": one.left,
        "announced": None if one.announced is None else list(one.announced),
        "offLink": [str(block) for block in one.off_link],
    }
