"""Files that are each about one machine with Talos -> its name, role and address, and what else templates cannot tell.

Fed by the fabric, which knows those files and what templates of machine configs say; `talos` reads the rest of them.
"""

from collections.abc import Mapping
from typing import Final

from fabricgen.fabric import Fabric, MachineFile
from fabricgen.fabric.machines import read_address
from fabricgen.importing.draft import Draft, Left, Origin
from fabricgen.importing.machines import Machines
from fabricgen.importing.page import Page
from fabricgen.repository import Item
from fabricgen.repository.templates import rendered_name

_CONTROL: Final = ("controller", "controlPlane", "control_plane", "controlplane")


def read_machine_files(fabric: Fabric, draft: Draft, machines: Machines) -> None:
    """Put the machines that files are called after or tell the name of; list the templates that cannot be read."""
    for one in fabric.talos_machines.problems:
        draft.leave(
            Left(
                place=f"{one.file}:{one.line}",
                path="the template",
                why=one.message,
                todo="tell what it says by flags, or import what it renders to",
            )
        )
    for template in fabric.talos_machines.templates:
        draft.read.setdefault(template, "Talos template")
    for file in () if machines.listed else fabric.talos_machines.files:
        _read(file, draft, machines)
    for item in () if machines.nodes else fabric.items:
        _mapped(item, draft, machines)


def _mapped(item: Item, draft: Draft, machines: Machines) -> None:
    """Read a file of data for templates: `nodes` by name, each with an address and whether it is a control plane."""
    nodes = item.get("nodes")
    if item.kind or not isinstance(nodes, Mapping) or "talos" not in item.origin.file.lower():
        return
    page = Page(item=item, body=item.body)
    for name, one in nodes.items():
        role = [one[key] for key in _CONTROL if key in one] if isinstance(one, Mapping) else []
        address = read_address(one.get("ip") or one.get("address")) if isinstance(one, Mapping) else None
        if address is None or len(role) != 1 or not isinstance(role[0], bool):
            continue
        draft.read.setdefault(item.origin.file, "data of Talos templates")
        machines.put(str(name), "role", "control-plane" if role[0] else "worker", page.origin("nodes", name))
        machines.put(str(name), "address", str(address), page.origin("nodes", name))


def _read(file: MachineFile, draft: Draft, machines: Machines) -> None:
    place = file.named.item.place(*file.path)
    origin = Origin(place=f"{place.file}:{place.line}")
    called = Origin(place=f"{file.file}:1", note="the file is called after it")
    role = "control-plane" if file.control_plane else "worker"
    if not file.name:
        told = "nothing tells the name of this machine"
        todo = f"--node NAME={file.address}:{role if file.control_plane is not None else 'control-plane or :worker'}"
        draft.leave(Left(place=called.place, path=f"machine {file.address}", why=told, todo=todo))
        return
    machines.nodes.setdefault(file.name, {})
    machines.put(file.name, "role", role if file.control_plane is not None else None, origin)
    machines.put(file.name, "address", str(file.address) if file.address else None, called)
    if rendered_name(file.file) == file.file:
        draft.read.setdefault(file.file, "Talos")
