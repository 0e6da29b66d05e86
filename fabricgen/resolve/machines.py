"""Nodes: what they say, over what their class says, over what we know of the board.

Fed by the description; gives `cluster.Node`s, sorted by address.
"""

from collections.abc import Iterator
from typing import TypeVar

from fabricgen.cluster import Bond, DiskSelector, Interface, Node, Schematic, Taint
from fabricgen.description import Description
from fabricgen.description import nodes as written
from fabricgen.hardware import BUILT_IN, HardwareClass
from fabricgen.schematic import schematic_of

T = TypeVar("T")


def resolve_nodes(description: Description) -> tuple[Node, ...]:
    """Return one node per written node, sorted by first address, so that the order of the input does not matter."""
    workers = any(node.role == "worker" for node in description.nodes)
    nodes = (_node(description, node, workers=workers) for node in description.nodes)
    return tuple(sorted(nodes, key=lambda node: (node.address.version, int(node.address))))


def _node(description: Description, node: written.Node, *, workers: bool) -> Node:
    chain = tuple(_classes(description, hardware_of(node)))
    board = board_of(description, node)
    control_plane = node.role == "control-plane"
    return Node(
        name=node.name,
        control_plane=control_plane,
        addresses=node.address,
        hardware=hardware_of(node),
        arch=arch_of(description, node),
        memory_mib=_first(node.memory, *(one.memory for one in chain)),
        disk=_disk(node, chain, board=board),
        interface=_interface(node, chain, board=board),
        extensions=_extensions(description, node, chain),
        kernel_args=_kernel_args(description, chain),
        labels=dict(sorted(node.labels.items())),
        taints=tuple(Taint(key=taint.key, value=taint.value, effect=taint.effect) for taint in node.taints),
        schedulable=_first(node.schedulable, not control_plane or not workers),
        schematic=_schematic(description, node, chain),
        external_address=node.external_address,
    )


def hardware_of(node: written.Node) -> str:
    """Return the name of the node's class: what it says, or the generic one of its arch (amd64 if it says nothing)."""
    return node.hardware or f"generic-{node.arch or 'amd64'}"


def schematic_name(node: written.Node) -> str:
    """Return what the node's schematic is called: after its class, which its nodes share, or after the node as well."""
    return f"{hardware_of(node)}-{node.name}" if node.extensions else hardware_of(node)


def _classes(description: Description, name: str) -> Iterator[written.Hardware]:
    """Yield the user's classes from the node's own up to the one that extends a built-in class."""
    while (found := description.hardware.get(name)) is not None:
        yield found
        if found.extends is None:
            return
        name = found.extends


def board_of(description: Description, node: written.Node) -> HardwareClass:
    """Return the built-in class at the end of the node's chain of classes."""
    name = hardware_of(node)
    while (found := description.hardware.get(name)) is not None:
        name = found.extends or f"generic-{found.arch or node.arch or 'amd64'}"
    return BUILT_IN[name]


def arch_of(description: Description, node: written.Node) -> written.Arch:
    """Return the node's architecture: its own word, its class's, the board's."""
    chain = _classes(description, hardware_of(node))
    return _first(node.arch, *(one.arch for one in chain), board_of(description, node).arch)


def _first(*values: T | None) -> T:
    return next((value for value in values if value is not None), None)  # type: ignore[return-value]  # callers end with a value, or T is optional


def _disk(
    node: written.Node, chain: tuple[written.Hardware, ...], *, board: HardwareClass
) -> str | DiskSelector | None:
    candidates: tuple[str | written.DiskSelector | None, ...] = (
        node.disk,
        *(one.disk for one in chain),
        board.disk,
    )
    disk = next((one for one in candidates if one is not None), None)
    if not isinstance(disk, written.DiskSelector):
        return disk
    return DiskSelector(type=disk.type, size=disk.size, model=disk.model, serial=disk.serial, wwid=disk.wwid)


def _interface(node: written.Node, chain: tuple[written.Hardware, ...], *, board: HardwareClass) -> Interface:
    """Return the link; details without a link of their own (a VLAN, an MTU) are those of the class's link."""
    links: tuple[str | written.Interface | None, ...] = (*(one.interface for one in chain), board.interface)
    link = next((one for one in links if one is not None), None)
    wanted = node.interface if node.interface is not None else link
    if wanted is None or isinstance(wanted, str):
        return Interface(name=wanted)
    bond = wanted.bond
    own = wanted.name is not None or wanted.mac is not None or bond is not None
    of_class = link if isinstance(link, str) else link.name if link else None
    return Interface(
        name=wanted.name if own else of_class,
        mac=wanted.mac,
        bond=Bond(name=bond.name, links=bond.links, mode=bond.mode) if bond else None,
        vlan=wanted.vlan,
        mtu=wanted.mtu,
    )


def _extensions(
    description: Description, node: written.Node, chain: tuple[written.Hardware, ...]
) -> tuple[str, ...]:
    talos = description.distribution.talos
    every = talos.extensions if talos else ()
    of_class = tuple(name for one in chain for name in one.extensions)
    return tuple(sorted({*every, *of_class, *node.extensions}))


def _kernel_args(description: Description, chain: tuple[written.Hardware, ...]) -> tuple[str, ...]:
    talos = description.distribution.talos
    every = talos.kernel_args if talos else ()
    return tuple(dict.fromkeys((*every, *(arg for one in reversed(chain) for arg in one.kernel_args))))


def _schematic(
    description: Description, node: written.Node, chain: tuple[written.Hardware, ...]
) -> Schematic | None:
    talos = description.distribution.talos
    if talos is None or talos.docker is not None:
        return None
    return schematic_of(
        name=schematic_name(node),
        overlay=board_of(description, node).overlay,
        extensions=_extensions(description, node, chain),
        kernel_args=_kernel_args(description, chain),
    )
