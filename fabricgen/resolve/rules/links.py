"""Rules about network cards, bonds and VLANs."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from fabricgen.description import Description, Node
from fabricgen.description.nodes import Interface
from fabricgen.errors import Path, Problem, format_path
from fabricgen.hardware import BUILT_IN
from fabricgen.resolve.rules.hardware import board_name, class_chain
from fabricgen.resolve.systems import contract_of
from fabricgen.versions.talos import Dialect, dialect_of
from fabricgen.versions.version import format_minor

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
_MOST_LINK_NAME = 15


def interface_of(description: Description, node: Node) -> Interface:
    """Return the node's link: its own, its class's, its board's; empty if nothing is said."""
    classes = class_chain(description, node.hardware or "")
    board = BUILT_IN.get(board_name(description, node))
    links = (node.interface, *(one.interface for _, one in classes), board.interface if board else None)
    link = next((link for link in links if link is not None), None)
    return Interface(name=link) if isinstance(link, str) else link or Interface()


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
            if not _MAC.fullmatch(one):
                yield (*path, "bond", "links", index), one


def rule_links_have_names_that_linux_takes(description: Description) -> Iterator[Problem]:
    """At most 15 characters, no spaces, no slash: IFNAMSIZ in include/uapi/linux/if.h."""
    for path, link in _written_links(description):
        for place, name in _link_names(path, link):
            if len(name) > _MOST_LINK_NAME or re.search(r"[\s/]", name) or name in {".", ".."}:
                message = f"{name!r} is no name of a link: at most {_MOST_LINK_NAME} characters, no spaces, no slash"
                yield Problem(
                    message=message,
                    path=place,
                    hint="write the name as the system has it: ip link, or talosctl get links",
                )


def rule_vlans_leave_room_in_the_name(description: Description) -> Iterator[Problem]:
    """A VLAN's link is called <link>.<id>."""
    for path, link in _written_links(description):
        if isinstance(link, Interface) and link.vlan is not None:
            parent = link.bond.name if link.bond else link.name
            if parent is not None and len(full := f"{parent}.{link.vlan}") > _MOST_LINK_NAME >= len(parent):
                message = f"the VLAN's link would be called {full}, and names have at most {_MOST_LINK_NAME} characters"
                yield Problem(
                    message=message, path=(*path, "vlan"), hint="shorten the name of the link below it"
                )


def rule_bonds_have_links_of_their_own(description: Description) -> Iterator[Problem]:
    """A link belongs to a bond once, and a bond is not its own link."""
    for path, link in _written_links(description):
        bond = link.bond if isinstance(link, Interface) else None
        if bond is None:
            continue
        for index, one in enumerate(bond.links):
            if one in bond.links[:index]:
                yield Problem(
                    message=f"{one} is in the bond twice",
                    path=(*path, "bond", "links", index),
                    hint="leave it out once",
                )
            if one == bond.name:
                yield Problem(
                    message=f"{one} is the bond itself",
                    path=(*path, "bond", "links", index),
                    hint="name the physical links",
                )


def rule_bonds_name_their_links_in_one_way(description: Description) -> Iterator[Problem]:
    """Up to contract 1.11 a bond has a list of names or one of selectors, never both.

    Source: https://github.com/siderolabs/talos/blob/v1.11.6/pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go
    """
    talos = description.distribution.talos
    if talos is None or dialect_of(contract_of(talos)) is not Dialect.V1ALPHA1:
        return
    contract = format_minor(contract_of(talos))
    for path, link in _written_links(description):
        bond = link.bond if isinstance(link, Interface) else None
        kinds = {bool(_MAC.fullmatch(one)): one for one in bond.links} if bond else {}
        if len(kinds) > 1:
            yield Problem(
                message=f"{kinds[False]} is a name and {kinds[True]} a MAC address, and with config contract {contract} "
                "the links of a bond must all be one or the other",
                path=(*path, "bond", "links"),
                hint="write the MAC address of each",
            )


def rule_network_cards_are_in_one_machine(description: Description) -> Iterator[Problem]:
    """A MAC address names one card; in a class it would be every node's."""
    owners: defaultdict[str, list[int]] = defaultdict(list)
    for index, node in enumerate(description.nodes):
        link = interface_of(description, node)
        macs = chain([link.mac or ""], link.bond.links if link.bond else ())
        for mac in {one for one in macs if _MAC.fullmatch(one)}:
            owners[mac].append(index)
    for mac, (first, *others) in owners.items():
        for index in others:
            message = f"{mac} is also the network card of nodes[{first}] ({description.nodes[first].name})"
            yield Problem(
                message=message,
                path=("nodes", index, "interface"),
                hint="look which card is in which machine: talosctl get links",
            )


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
