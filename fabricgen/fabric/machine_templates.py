"""What templates of Talos machine configs say, for each role: the home-ops way, as far as it holds whatever is filled in.

Fed by a repository's templates; feeds `machine_files`, which knows whose documents these are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from fabricgen.errors import Problem
from fabricgen.fabric.systems import Role, TalosDocument, folder_of_role, role_of
from fabricgen.repository import Item, SourceDocument
from fabricgen.repository.templates import Filled, TemplateError, fill_template, rendered_name
from fabricgen.validation.machine.forms import is_talos

_HINT = "it is passed over; name the machine with --node where a description is made of this"


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
    bases = {base_of(PurePosixPath(file)) for file in found}
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
            if base_of(PurePosixPath(file)) in kept
            for one in documents
        ),
        problems=tuple(one for one in problems if _is_below(one.file, kept)),
    )


def beside_talhelper(templates: Mapping[str, str]) -> Templates:
    """Return that templates are not read beside talconfig.yaml: both tell all of a machine, and only one can count."""
    told = "talconfig.yaml tells the machines, so these templates are another form of the same, or of what was before"
    return Templates(
        problems=tuple(Problem(message=told, file=file, line=1, hint=_HINT) for file in list(templates)[:1])
    )


def _is_below(file: str | None, bases: set[PurePosixPath]) -> bool:
    return any(base in PurePosixPath(file or "").parents for base in bases)


def base_of(file: PurePosixPath) -> PurePosixPath:
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
