"""Files that are each about one machine with Talos, and which documents are for which machine.

Fed by Talos documents and by a repository's templates; feeds the fabric's `talos` and `nodes`, and the import. A file
that tells a host name is about that machine, wherever it stands; one that is called after an address, too.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import PurePosixPath

from fabricgen.addresses import Address
from fabricgen.errors import Problem
from fabricgen.fabric.machine_templates import base_of, beside_talhelper, read_templates
from fabricgen.fabric.systems import Role, TalosDocument, find_talos, folder_of_role, is_talconfig, role_of
from fabricgen.repository import Item
from fabricgen.repository.templates import rendered_name

_HOSTNAME = ("machine", "network", "hostname")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFile:
    """A file that is about one machine.

    Attributes:
        file: from the root of the repository.
        name: of the machine, as Kubernetes knows it; empty where nothing tells it.
        named: the document that tells the name, or the first of the file.
        path: where in that document the name stands; empty where the file's own name is it.
        control_plane: as the folder or the document says; None where neither does.
        address: that the file is called after; None where it is called otherwise.
    """

    file: str
    name: str
    named: TalosDocument
    path: tuple[str, ...] = ()
    control_plane: bool | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalosMachines:
    """What is told of machines with Talos.

    Attributes:
        documents: every document and patch, those in a machine's own file for that machine alone.
        files: those that are each about one machine; none beside talconfig.yaml, which names them all.
        templates: the files of `documents` that are templates.
        problems: the templates that are not read.
    """

    documents: tuple[TalosDocument, ...]
    files: tuple[MachineFile, ...]
    templates: tuple[str, ...]
    problems: tuple[Problem, ...]


def find_talos_machines(
    items: Sequence[Item], templates: Mapping[str, str], *, cluster: str
) -> TalosMachines:
    """Return what documents and templates tell of the machines of one cluster."""
    is_listed = any(map(is_talconfig, items))
    read = beside_talhelper(templates) if is_listed else read_templates(templates, cluster=cluster)
    documents = (*find_talos(items), *read.documents)
    files = () if is_listed else _find_machine_files(documents)
    return TalosMachines(
        documents=tuple(_of_machines(documents, files)),
        files=files,
        templates=tuple(dict.fromkeys(one.item.origin.file for one in read.documents)),
        problems=read.problems,
    )


def _find_machine_files(documents: Sequence[TalosDocument]) -> tuple[MachineFile, ...]:
    """Return the files that are each about one machine, by path."""
    by_file: defaultdict[str, list[TalosDocument]] = defaultdict(list)
    for one in documents:
        if one.prefix == () and one.body is one.item.body:
            by_file[one.item.origin.file].append(one)
    found = [known for file, mine in by_file.items() if (known := _machine_file(file, mine)) is not None]
    inside = {
        base for one in found if (base := base_of(PurePosixPath(one.file))) != PurePosixPath(one.file).parent
    }
    found = [one for one in found if one.address or PurePosixPath(one.file).parent not in inside]
    names = [one.name for one in found if one.name]
    kept = [one for one in found if names.count(one.name) < 2]  # noqa: PLR2004 - one machine has one file
    types = _types(by_file, {one.file for one in kept})
    return tuple(
        replace(one, control_plane=types.get(base_of(PurePosixPath(one.file))))
        if one.control_plane is None
        else one
        for one in sorted(kept, key=lambda one: one.file)
    )


def _types(by_file: Mapping[str, Sequence[TalosDocument]], own: set[str]) -> dict[PurePosixPath, bool]:
    """Return, for each folder whose shared machine config is of one type only, whether that is control planes."""
    told: defaultdict[PurePosixPath, set[object]] = defaultdict(set)
    for file, documents in by_file.items():
        if file not in own:
            told[base_of(PurePosixPath(file))] |= {
                str(type_) for one in documents if (type_ := one.get("machine", "type")) is not None
            }
    return {
        base: types == {"controlplane"}
        for base, types in told.items()
        if types in ({"controlplane"}, {"worker"})
    }


def _machine_file(file: str, documents: Sequence[TalosDocument]) -> MachineFile | None:
    path = PurePosixPath(rendered_name(file))
    named = [(one, where) for one in documents for where in ((_HOSTNAME, ("hostname",))) if _name(one, where)]
    names = {_name(one, where) for one, where in named}
    address = _address(path.stem)
    is_node = documents[0].role == "node"
    if is_node and role_of(path) != ("node", documents[0].node):
        return None  # a tool's own file tells whose it is
    if len(names) > 1 or not (names or address or is_node):
        return None
    document, where = named[0] if named else (documents[0], ())
    name = _name(document, where) if named else "" if address else documents[0].node
    if is_node and not address and not named and path.parent.name.lower() == name:
        return None  # a folder for each machine, with several files in it
    return MachineFile(
        file=file,
        name=name,
        named=document,
        path=where,
        control_plane=_role(path, documents),
        address=address,
    )


def _name(document: TalosDocument, path: tuple[str, ...]) -> str:
    """Return the host name that a document tells; of one with a domain, the first label, which is the node's name.

    Source: `registerWithFQDN`, without which the node is registered so, in
    <https://docs.siderolabs.com/talos/v1.14/reference/configuration/kubernetes/kubenodeconfig>.
    """
    if (path == _HOSTNAME) is bool(document.kind) or (document.kind and document.kind != "HostnameConfig"):
        return ""
    found = document.get(*path)
    usable = isinstance(found, str) and "$" not in found and "{" not in found and "://" not in found
    return str(found).partition(".")[0] if usable else ""


def _address(stem: str) -> Address | None:
    try:
        return ip_address(stem)
    except ValueError:
        return None


def _role(path: PurePosixPath, documents: Sequence[TalosDocument]) -> bool | None:
    """Return whether it is a control plane, by the type that its file tells, else by the folders above it."""
    for one in documents:
        if (told := one.get("machine", "type")) in ("controlplane", "worker"):
            return bool(told == "controlplane")
    for part in reversed(path.parent.parts):
        known = folder_of_role(part)
        if known in {"control-plane", "worker"}:
            return known == "control-plane"
        if known is None:
            return None
    return None


def _of_machines(documents: Sequence[TalosDocument], files: Sequence[MachineFile]) -> Iterator[TalosDocument]:
    """Yield the documents; those in a machine's own file are for that machine alone.

    What a template says to workers is left out where every machine that is told is a control plane.
    """
    names = {one.file: one.name or str(one.address) for one in files}
    only = bool(files) and all(one.control_plane for one in files)
    for one in documents:
        if only and one.role == "worker" and not one.item.exact:
            continue
        name = names.get(one.item.origin.file) if one.prefix == () and one.body is one.item.body else None
        if name is None:
            yield _of_type(one)
        else:
            yield replace(one, role="node", node=name)


def _of_type(document: TalosDocument) -> TalosDocument:
    """Return a document whose place tells no role, with the one that it says itself."""
    told: dict[object, Role] = {"controlplane": "control-plane", "worker": "worker"}
    role = told.get(document.get("machine", "type")) if document.role == "unknown" else None
    return replace(document, role=role) if role else document
