"""Rules about the disks that Talos is installed on."""

import re
from collections import defaultdict
from collections.abc import Iterator

from fabricgen.description import Description, Node
from fabricgen.description.nodes import DiskSelector
from fabricgen.errors import Path, Problem
from fabricgen.hardware import BUILT_IN
from fabricgen.resolve.rules.hardware import board_name, class_chain

_DISK_SIZE = re.compile(r"(<=|>=|==|<|>)? *\d+(\.\d+)? *([kKMGTP]i?)?[bB]?")


def disk_of(description: Description, node: Node) -> str | DiskSelector | None:
    """Return the node's install disk: its own, its class's, its board's."""
    classes = class_chain(description, node.hardware or "")
    board = BUILT_IN.get(board_name(description, node))
    disks = (node.disk, *(one.disk for _, one in classes), board.disk if board else None)
    return next((disk for disk in disks if disk is not None), None)


def rule_talos_knows_where_to_install(description: Description) -> Iterator[Problem]:
    """Talos takes no disk by itself: that would erase whichever came first."""
    talos = description.distribution.talos
    if talos is None or talos.docker is not None:
        return
    for index, node in enumerate(description.nodes):
        if disk_of(description, node) is None:
            yield Problem(
                message=f"{node.name} has no install disk, and neither has its hardware class",
                path=("nodes", index),
                hint="write disk: /dev/sda, or disk: {type: ssd}",
            )


def _written_disks(description: Description) -> Iterator[tuple[Path, str | DiskSelector]]:
    for name, hardware in description.hardware.items():
        if hardware.disk is not None:
            yield ("hardware", name, "disk"), hardware.disk
    for index, node in enumerate(description.nodes):
        if node.disk is not None:
            yield ("nodes", index, "disk"), node.disk


def rule_disks_are_devices(description: Description) -> Iterator[Problem]:
    """Talos looks for exactly this path; a size is a number with a unit, and a comparison in front."""
    for path, disk in _written_disks(description):
        if isinstance(disk, str) and not re.fullmatch(r"/dev/[^\s/][^\s]*", disk):
            hint = (
                f"did you mean /dev/{disk.strip().strip('/')}?"
                if re.fullmatch(r"[\w/-]+", disk.strip())
                else ""
            )
            yield Problem(message=f"{disk!r} is no device such as /dev/sda", path=path, hint=hint)
        if isinstance(disk, DiskSelector) and disk.size is not None and not _DISK_SIZE.fullmatch(disk.size):
            yield Problem(message=f"{disk.size!r} is no size such as '>= 100GB'", path=(*path, "size"))


def rule_disks_are_in_one_machine(description: Description) -> Iterator[Problem]:
    """A serial number, a WWID or a path by ID names one disk in the world."""
    owners: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, node in enumerate(description.nodes):
        for mark in _marks_of(disk_of(description, node)):
            owners[mark].append(index)
    for (key, value), (first, *others) in owners.items():
        for index in others:
            name = description.nodes[first].name
            message = f"the disk with {key} {value} is also that of nodes[{first}] ({name})"
            yield Problem(
                message=message,
                path=("nodes", index, "disk"),
                hint="look which disk is in which machine: talosctl get disks",
            )


def _marks_of(disk: str | DiskSelector | None) -> Iterator[tuple[str, str]]:
    if isinstance(disk, str) and disk.startswith("/dev/disk/by-id/"):
        yield "path", disk
    if isinstance(disk, DiskSelector):
        yield from (
            (key, value) for key, value in (("serial", disk.serial), ("wwid", disk.wwid)) if value is not None
        )
