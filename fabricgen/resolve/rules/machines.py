"""Rules about what the machines are: hardware classes, disks, links."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import chain

from fabricgen.description import Description, Node
from fabricgen.description.nodes import DiskSelector, Hardware, Interface
from fabricgen.errors import Path, Problem, format_path
from fabricgen.hardware import BUILT_IN

_DISK_SIZE = re.compile(r"(<=|>=|==|<|>)? *\d+(\.\d+)? *([kKMGTP]i?)?[bB]?")
_MAC = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}")
_MOST_LINK_NAME = 15


def class_chain(description: Description, name: str) -> tuple[tuple[str, Hardware], ...]:
    """Return the user's classes from `name` up, each once, even if they extend each other in a circle."""
    found: dict[str, Hardware] = {}
    while name in description.hardware and name not in found:
        found[name] = description.hardware[name]
        name = found[name].extends or ""
    return tuple(found.items())


def board_name(description: Description, node: Node) -> str:
    """Return the built-in class that the node's classes end at; "" if they end nowhere."""
    classes = class_chain(description, node.hardware or "")
    if node.hardware is None:
        return f"generic-{node.arch or 'amd64'}"
    last = classes[-1][1].extends if classes else node.hardware
    arches = (node.arch, *(one.arch for _, one in classes), "amd64")
    end = last or f"generic-{next(arch for arch in arches if arch)}"
    return end if end in BUILT_IN else ""


def _known_classes(description: Description) -> tuple[str, ...]:
    return (*description.hardware, *BUILT_IN)


def _unknown_class(description: Description, name: str, path: Path) -> Problem:
    known = _known_classes(description)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    return Problem(message=f"there is no hardware class {name}", path=path, hint=hint)


def rule_hardware_classes_exist(description: Description) -> Iterator[Problem]:
    """A class is built in, or one of `hardware`."""
    known = _known_classes(description)
    for name, hardware in description.hardware.items():
        if hardware.extends is not None and hardware.extends not in known:
            yield _unknown_class(description, hardware.extends, ("hardware", name, "extends"))
    for index, node in enumerate(description.nodes):
        if node.hardware is not None and node.hardware not in known:
            yield _unknown_class(description, node.hardware, ("nodes", index, "hardware"))


def rule_hardware_classes_have_names_of_their_own(description: Description) -> Iterator[Problem]:
    """A class that hides a built-in one would change what the name means."""
    for name in description.hardware:
        if name in BUILT_IN:
            hint = f"choose another name, with extends: {name}"
            yield Problem(message=f"{name} is built in", path=("hardware", name), hint=hint)


def rule_hardware_classes_do_not_extend_in_a_circle(description: Description) -> Iterator[Problem]:
    """Told once for each circle, at the class that was written first."""
    told: set[str] = set()
    for name in description.hardware:
        names = [one for one, _ in class_chain(description, name)]
        last = description.hardware[names[-1]].extends
        if last in names and last not in told and name in names[names.index(last) :]:
            told.update(names)
            circle = " → ".join((*names[names.index(last) :], last))
            yield Problem(
                message=f"classes extend each other in a circle: {circle}", path=("hardware", name, "extends")
            )


def rule_arch_is_that_of_the_board(description: Description) -> Iterator[Problem]:
    """A board has one architecture; an image of another does not boot."""
    for name, hardware in description.hardware.items():
        board = BUILT_IN.get(hardware.extends or "")
        if board is not None and hardware.arch is not None and hardware.arch != board.arch:
            message = f"{hardware.extends} is {board.arch}, not {hardware.arch}"
            yield Problem(message=message, path=("hardware", name, "arch"), hint="remove it")
    for index, node in enumerate(description.nodes):
        arches = _class_arches(description, node)
        if node.arch is not None and arches and node.arch != arches[0][1]:
            message = f"{arches[0][0]} is {arches[0][1]}, not {node.arch}"
            yield Problem(
                message=message, path=("nodes", index, "arch"), hint="remove it, or choose another hardware"
            )


def _class_arches(description: Description, node: Node) -> list[tuple[str, str]]:
    """Return the classes of a node that say an architecture, nearest first."""
    classes = class_chain(description, node.hardware or "")
    own = [(name, hardware.arch) for name, hardware in classes if hardware.arch is not None]
    last = classes[-1][1].extends if classes else node.hardware
    board = BUILT_IN.get(last or "")
    return [*own, *([(last or "", board.arch)] if board is not None else [])]


def disk_of(description: Description, node: Node) -> str | DiskSelector | None:
    """Return the node's install disk: its own, its class's, its board's."""
    classes = class_chain(description, node.hardware or "")
    board = BUILT_IN.get(board_name(description, node))
    disks = (node.disk, *(one.disk for _, one in classes), board.disk if board else None)
    return next((disk for disk in disks if disk is not None), None)


def interface_of(description: Description, node: Node) -> Interface:
    """Return the node's link: its own, its class's, its board's; empty if nothing is said."""
    classes = class_chain(description, node.hardware or "")
    board = BUILT_IN.get(board_name(description, node))
    links = (node.interface, *(one.interface for _, one in classes), board.interface if board else None)
    link = next((link for link in links if link is not None), None)
    return Interface(name=link) if isinstance(link, str) else link or Interface()


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
            yield Problem(message=message, path=("nodes", index, "disk"))


def _marks_of(disk: str | DiskSelector | None) -> Iterator[tuple[str, str]]:
    if isinstance(disk, str) and disk.startswith("/dev/disk/by-id/"):
        yield "path", disk
    if isinstance(disk, DiskSelector):
        yield from (
            (key, value) for key, value in (("serial", disk.serial), ("wwid", disk.wwid)) if value is not None
        )


def _written_links(description: Description) -> Iterator[tuple[Path, str | Interface]]:
    for name, hardware in description.hardware.items():
        if hardware.interface is not None:
            yield ("hardware", name, "interface"), hardware.interface
    for index, node in enumerate(description.nodes):
        if node.interface is not None:
            yield ("nodes", index, "interface"), node.interface


def _link_names(path: Path, link: str | Interface) -> Iterator[tuple[Path, str]]:
    if isinstance(link, str):
        yield path, link
        return
    if link.name is not None:
        yield (*path, "name"), link.name
    if link.bond is not None:
        yield (*path, "bond", "name"), link.bond.name
        for index, one in enumerate(link.bond.links):
            if not _MAC.fullmatch(one.lower()):
                yield (*path, "bond", "links", index), one


def rule_links_have_names_that_linux_takes(description: Description) -> Iterator[Problem]:
    """At most 15 characters, no spaces, no slash: IFNAMSIZ in include/uapi/linux/if.h."""
    for path, link in _written_links(description):
        for place, name in _link_names(path, link):
            if len(name) > _MOST_LINK_NAME or re.search(r"[\s/]", name) or name in {".", ".."}:
                message = f"{name!r} is no name of a link: at most {_MOST_LINK_NAME} characters, no spaces, no slash"
                yield Problem(message=message, path=place)


def rule_vlans_leave_room_in_the_name(description: Description) -> Iterator[Problem]:
    """A VLAN's link is called <link>.<id>."""
    for path, link in _written_links(description):
        if isinstance(link, Interface) and link.vlan is not None:
            parent = link.bond.name if link.bond else link.name
            if parent is not None and len(full := f"{parent}.{link.vlan}") > _MOST_LINK_NAME >= len(parent):
                message = f"the VLAN's link would be called {full}, and names have at most {_MOST_LINK_NAME} characters"
                yield Problem(message=message, path=(*path, "vlan"))


def rule_bonds_have_links_of_their_own(description: Description) -> Iterator[Problem]:
    """A link belongs to a bond once, and a bond is not its own link."""
    for path, link in _written_links(description):
        bond = link.bond if isinstance(link, Interface) else None
        if bond is None:
            continue
        for index, one in enumerate(bond.links):
            if one in bond.links[:index]:
                yield Problem(message=f"{one} is in the bond twice", path=(*path, "bond", "links", index))
            if one == bond.name:
                yield Problem(message=f"{one} is the bond itself", path=(*path, "bond", "links", index))


def rule_network_cards_are_in_one_machine(description: Description) -> Iterator[Problem]:
    """A MAC address names one card; in a class it would be every node's."""
    owners: defaultdict[str, list[int]] = defaultdict(list)
    for index, node in enumerate(description.nodes):
        link = interface_of(description, node)
        macs = chain([link.mac or ""], link.bond.links if link.bond else ())
        for mac in {one.lower().replace("-", ":") for one in macs if _MAC.fullmatch(one.lower())}:
            owners[mac].append(index)
    for mac, (first, *others) in owners.items():
        for index in others:
            message = f"{mac} is also the network card of nodes[{first}] ({description.nodes[first].name})"
            yield Problem(message=message, path=("nodes", index, "interface"))


def rule_one_lan_has_one_mtu_and_one_vlan(description: Description) -> Iterator[Problem]:
    """Larger packets are lost at machines that take smaller ones, and tagged ones at another VLAN."""
    links = [(index, interface_of(description, node)) for index, node in enumerate(description.nodes)]
    mtus: Mapping[int, int] = {index: link.mtu or 1500 for index, link in links}
    tags = {index: link.vlan for index, link in links if link.vlan is not None}
    yield from _differing(description, mtus, key="mtu", what="MTU")
    yield from _differing(description, tags, key="vlan", what="VLAN")


def _differing(
    description: Description, values: Mapping[int, int], *, key: str, what: str
) -> Iterator[Problem]:
    """Yield the first node that differs from the first one: the rest is the same mistake."""
    if not values:
        return
    first = next(iter(values))
    other = next((index for index, value in values.items() if value != values[first]), None)
    if other is not None:
        one, two = f"nodes[{first}] ({description.nodes[first].name})", format_path(("nodes", other))
        message = f"{what} {values[other]} on {two}, but {values[first]} on {one}, and both are on one LAN"
        yield Problem(
            message=message, path=("nodes", other, "interface", key), hint=f"write the same {key} for all"
        )
