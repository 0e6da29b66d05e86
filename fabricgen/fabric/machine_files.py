"""Files that are each about one machine, and what templates of machine configs say: the home-ops way with Talos.

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
from fabricgen.fabric.systems import Role, TalosDocument, folder_of_role, role_of
from fabricgen.repository import Item, SourceDocument
from fabricgen.repository.templates import Filled, TemplateError, fill_template, rendered_name
from fabricgen.validation.machine.forms import is_talos

_HOSTNAME = ("machine", "network", "hostname")
_HINT = "it is passed over; name the machine with --node where a description is made of this"


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
class Templates:
    """What templates of machine configs say: their documents, and what could not be read."""

    documents: tuple[TalosDocument, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_templates(templates: Mapping[str, str], *, cluster: str) -> Templates:
    """Return the Talos documents of the templates of one cluster, by path.

    Where several folders have such, the one counts that is called after the cluster.
    """
    problems: list[Problem] = []
    found: dict[str, list[TalosDocument]] = {}
    for file, text in templates.items():
        if documents := list(_documents(file, text, problems)):
            found[file] = documents
    bases = {_base(PurePosixPath(file)) for file in found}
    if not bases:
        return Templates(problems=tuple(problems))
    kept = bases if len(bases) == 1 else {one for one in bases if cluster and cluster in one.parts}
    if len(kept) != 1:
        folders = ", ".join(sorted(map(str, bases)))
        told = f"several folders have machine configs, and none tells which is of this cluster: {folders}"
        return Templates(
            problems=(
                Problem(message=told, file=next(iter(found)), line=1, hint="name the folder of one cluster"),
            )
        )
    return Templates(
        documents=tuple(
            one
            for file, documents in found.items()
            if _base(PurePosixPath(file)) in kept
            for one in documents
        ),
        problems=tuple(one for one in problems if _is_below(one.file, kept)),
    )


def beside_talhelper(templates: Mapping[str, str]) -> Templates:
    """Return that templates are not read beside talconfig.yaml: both tell all of a machine, and only one can count."""
    told = "talconfig.yaml tells the machines, so these templates are another form of the same, or of what was before"
    return Templates(problems=tuple(Problem(message=told, file=file, line=1) for file in list(templates)[:1]))


def _is_below(file: str | None, bases: set[PurePosixPath]) -> bool:
    return any(base in PurePosixPath(file or "").parents for base in bases)


def _base(file: PurePosixPath) -> PurePosixPath:
    """Return the folder of all machines: above those of roles and of single ones."""
    folder = file.parent
    while folder.name and folder_of_role(folder.name) is not None:
        folder = folder.parent
    return folder


def _documents(file: str, text: str, problems: list[Problem]) -> Iterator[TalosDocument]:
    try:
        texts = [(role, fill_template(text, control_plane=role)) for role in (True, False)]
    except TemplateError as error:
        problems.append(Problem(message=str(error), file=file, line=error.line, hint=_HINT))
        return
    told, node = role_of(PurePosixPath(rendered_name(file)))
    by_role = texts[0][1].by_role and told != "worker" if told != "control-plane" else False
    if not texts[0][1].by_role or told in {"control-plane", "worker"}:
        filled = texts[1 if told == "worker" and texts[0][1].by_role else 0][1]
        yield from _of_text(file, filled, (told, node), problems)
    elif told == "node":
        yield from _common(file, texts[0][1], texts[1][1], node)
    elif by_role:
        yield from _of_text(file, texts[0][1], ("control-plane", ""), problems)
        yield from _of_text(file, texts[1][1], ("worker", ""), problems)


def _common(file: str, one: Filled, other: Filled, node: str) -> Iterator[TalosDocument]:
    """Yield what a machine's file says whichever role it has."""
    ignored: list[Problem] = []
    bodies = [document.body for document in _of_text(file, other, ("node", node), ignored)]
    for document in _of_text(file, one, ("node", node), ignored):
        if document.body in bodies:
            yield document


def _of_text(
    file: str, filled: Filled, meant: tuple[Role, str], problems: list[Problem]
) -> Iterator[TalosDocument]:
    from fabricgen.yamlio import YamlSyntaxError, read_value, split_documents  # noqa: PLC0415 - few have such

    role, node = meant
    for index, chunk in enumerate(split_documents(filled.text)):
        try:
            body = read_value(chunk.text)
        except YamlSyntaxError as error:
            problems += [
                Problem(message=one.problem, file=file, line=chunk.line + one.line - 1, hint=_HINT)
                for one in error.problems
            ]
            continue
        if isinstance(body, Mapping) and is_talos(body, file=file):
            origin = SourceDocument(file, chunk.text, chunk.line, index, body)
            item = Item(origin=origin, body=body, exact=False)
            yield TalosDocument(item=item, prefix=(), body=body, role=role, node=node)


def find_machine_files(documents: Sequence[TalosDocument]) -> tuple[MachineFile, ...]:
    """Return the files that are each about one machine, by path."""
    by_file: defaultdict[str, list[TalosDocument]] = defaultdict(list)
    for one in documents:
        if one.prefix == () and one.body is one.item.body:
            by_file[one.item.origin.file].append(one)
    found = [known for file, mine in by_file.items() if (known := _machine_file(file, mine)) is not None]
    inside = {
        base for one in found if (base := _base(PurePosixPath(one.file))) != PurePosixPath(one.file).parent
    }
    found = [one for one in found if one.address or PurePosixPath(one.file).parent not in inside]
    names = [one.name for one in found if one.name]
    kept = [one for one in found if names.count(one.name) < 2]  # noqa: PLR2004 - one machine has one file
    types = _types(by_file, {one.file for one in kept})
    return tuple(
        replace(one, control_plane=types.get(_base(PurePosixPath(one.file))))
        if one.control_plane is None
        else one
        for one in sorted(kept, key=lambda one: one.file)
    )


def _types(by_file: Mapping[str, Sequence[TalosDocument]], own: set[str]) -> dict[PurePosixPath, bool]:
    """Return, for each folder whose shared machine config is of one type only, whether that is control planes."""
    told: defaultdict[PurePosixPath, set[object]] = defaultdict(set)
    for file, documents in by_file.items():
        if file not in own:
            told[_base(PurePosixPath(file))] |= {
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


def of_machines(documents: Sequence[TalosDocument], files: Sequence[MachineFile]) -> Iterator[TalosDocument]:
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
