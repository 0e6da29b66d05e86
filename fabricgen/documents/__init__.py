"""Cluster -> files: `build` runs the families in a fixed order, then gives each draft its shape by its template.

Fed by `resolve`; feeds `check`, `tree` and `explain`. A family is a module with `drafts(cluster)`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from fabricgen import yamlio
from fabricgen.cluster import Cluster
from fabricgen.documents.document import Document, Draft, File, Identity, Part, TextFile, identity_of
from fabricgen.documents.families import FAMILIES, OVER_ALL
from fabricgen.errors import Problem, TemplateError
from fabricgen.templates import Templates

HEADER = (
    "Rendered by fabricgen from the description of {name}: change that (or a template), then render again."
)
CONSIDERED = "considered/cilium"


def drafts(cluster: Cluster) -> tuple[Draft, ...]:
    """Return every file of the cluster's tree before it is rendered."""
    found = [draft for family in FAMILIES for draft in family(cluster)]
    for family in OVER_ALL:
        found.extend(list(family(cluster, found)))
    return tuple(found)


def build(cluster: Cluster, templates: Templates) -> tuple[File, ...]:
    """Return every document and text file of the cluster's tree, paths relative to its folder.

    What is only considered stands under considered/, where nothing applies it. Raises TemplateError with every
    template that is wrong.
    """
    own = [one.templates for one in cluster.components if one.templates is not None]
    files = tuple(_shaped(drafts(cluster), cluster, templates.and_those_in(own)))
    if cluster.considered is None:
        return files
    beside = build(cluster.considered.cluster, templates)
    return (*files, *(replace(file, path=PurePosixPath(CONSIDERED) / file.path) for file in beside))


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
    name = templates.name_for(draft.path, default=draft.template)
    text = templates.render(name, _context(draft, cluster))
    path = PurePosixPath(draft.path)
    if not draft.is_yaml:
        return (TextFile(path=path, text=text),)
    try:
        parsed = yamlio.read_documents(text, source=name)
    except yamlio.YamlSyntaxError as error:
        problem = Problem(message=f"the template does not make YAML: {error}", file=templates.path_of(name))
        raise TemplateError([problem]) from error
    reasons = {identity_of(part.body): part for part in draft.parts}
    return tuple(_document(one.value, draft, reasons, name=cluster.name) for one in parsed)


def _context(draft: Draft, cluster: Cluster) -> dict[str, Any]:
    bodies = [part.body for part in draft.parts]
    only = {"part": bodies[0]} if len(bodies) == 1 else {}
    return {"cluster": cluster, "parts": bodies, **only, **draft.context}


def _document(body: Any, draft: Draft, reasons: Mapping[Identity, Part], *, name: str) -> Document:  # noqa: ANN401 - what a template makes is anything until it is checked
    if not isinstance(body, dict):
        raise TemplateError(
            [Problem(message="the template makes something else than a mapping", file=draft.template)]
        )
    part = reasons.get(identity_of(body))
    header = draft.header or HEADER.format(name=name)
    return Document(
        path=PurePosixPath(draft.path), body=body, settings=part.settings if part else (), header=header
    )
