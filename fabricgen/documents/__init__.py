"""Cluster -> files: `build` runs the families in a fixed order, then gives each draft its shape by its template.

Fed by `resolve`; feeds `check`, `tree` and `explain`. A family is a module with `drafts(cluster)`.
"""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from fabricgen import yamlio
from fabricgen.cluster import Cluster
from fabricgen.documents.document import Document, Draft, File, Identity, Part, TextFile, identity_of
from fabricgen.documents.families import FAMILIES
from fabricgen.errors import Problem, TemplateError
from fabricgen.templates import Templates


def drafts(cluster: Cluster) -> tuple[Draft, ...]:
    """Return every file of the cluster's tree before it is rendered, in the order of the families."""
    return tuple(draft for family in FAMILIES for draft in family(cluster))


def build(cluster: Cluster, templates: Templates) -> tuple[File, ...]:
    """Return every document and text file of the cluster's tree, paths relative to its folder.

    Raises TemplateError with every template that is wrong.
    """
    return tuple(_shaped(drafts(cluster), cluster, templates))


def _shaped(wanted: Iterable[Draft], cluster: Cluster, templates: Templates) -> Iterator[File]:
    problems: list[Problem] = []
    for draft in wanted:
        try:
            yield from shape(draft, cluster, templates)
        except TemplateError as error:
            problems.extend(error.problems)
    if problems:
        raise TemplateError(problems)


def shape(draft: Draft, cluster: Cluster, templates: Templates) -> tuple[File, ...]:
    """Return what the template makes of one draft: its documents, or one text file."""
    text = templates.render(draft.template, _context(draft, cluster))
    path = PurePosixPath(draft.path)
    if not draft.is_yaml:
        return (TextFile(path=path, text=text),)
    try:
        parsed = yamlio.read_documents(text, source=draft.template)
    except yamlio.YamlSyntaxError as error:
        file = templates.path_of(draft.template)
        raise TemplateError([Problem(message=f"the template does not make YAML: {error}", file=file)]) from error
    reasons = {identity_of(part.body): part for part in draft.parts}
    return tuple(_document(path, one.value, reasons, draft) for one in parsed)


def _context(draft: Draft, cluster: Cluster) -> dict[str, Any]:
    bodies = [part.body for part in draft.parts]
    only = {"part": bodies[0]} if len(bodies) == 1 else {}
    return {"cluster": cluster, "parts": bodies, **only, **draft.context}


def _document(path: PurePosixPath, body: Any, reasons: dict[Identity, Part], draft: Draft) -> Document:  # noqa: ANN401 - what a template makes is anything until it is checked
    if not isinstance(body, dict):
        raise TemplateError([Problem(message="the template makes something else than a mapping", file=draft.template)])
    part = reasons.get(identity_of(body))
    return Document(path=path, body=body, settings=part.settings if part else (), header=draft.header)
