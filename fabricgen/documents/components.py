"""Components of other packages: what they add, held to what our own families are held to.

Fed by `Cluster.components`; each is a layer of its own in infrastructure/<name>/.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from traceback import extract_tb
from typing import Final

from fabricgen.cluster import AddedComponent, Cluster
from fabricgen.documents.document import Draft, Part
from fabricgen.errors import PluginError, Problem

_WITHOUT_REASON: Final = frozenset({"apiVersion", "kind", "metadata"})


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield what each component adds, by its name. Raises PluginError with everything that is wrong with one."""
    for one in cluster.components:
        made = _made(cluster, one)
        if problems := list(_problems(made, one)):
            hint = f"tell who keeps {one.package}"
            about = f"{cluster.name}: component {one.name} of {one.package}"
            raise PluginError(Problem(message=f"{about}: {said}", hint=hint) for said in problems)
        yield from (draft for draft in made if isinstance(draft, Draft))


def _made(cluster: Cluster, one: AddedComponent) -> tuple[object, ...]:
    try:
        return tuple(one.make(cluster, one.options))
    except Exception as error:
        where = extract_tb(error.__traceback__)[-1]
        failed = f"component {one.name} of {one.package} failed: {type(error).__name__}: {error}"
        hint = f"tell who keeps {one.package}; without it, take components.{one.name} out of the description"
        problem = Problem(
            message=f"{cluster.name}: {failed}", file=where.filename, line=where.lineno or 0, hint=hint
        )
        raise PluginError([problem]) from error


def _problems(made: tuple[object, ...], one: AddedComponent) -> Iterator[str]:
    paths: set[str] = set()
    for draft in made:
        if not isinstance(draft, Draft):
            yield f"it gives a {type(draft).__name__}, not a fabricgen.Draft"
            continue
        if draft.path in paths:
            yield f"{draft.path} is there twice"
        paths.add(draft.path)
        yield from (f"{draft.path}: {said}" for said in _draft_problems(draft, one))
    if not made:
        yield "it gives no file, and a layer cannot be empty"


def _draft_problems(draft: Draft, one: AddedComponent) -> Iterator[str]:
    path = PurePosixPath(draft.path)
    if str(path.parent) != one.folder or path.suffix != ".yaml" or str(path) != draft.path:
        yield f"its files are {one.folder}/<name>.yaml"
    if path.name == "kustomization.yaml":
        yield "the list of the folder's files is written by fabricgen"
    if not draft.parts:
        yield "it has no documents"
    for part in draft.parts:
        yield from _part_problems(part)


def _part_problems(part: Part) -> Iterator[str]:
    """Yield each value that has no reason, or a reason without a source."""
    for key in part.base:
        if key not in _WITHOUT_REASON:
            yield f"{key} has no reason; give it as a fabricgen.Setting, not in the base"
    for one in part.settings:
        where = ".".join(str(step) for step in one.path)
        if not one.path or one.path[0] in {"apiVersion", "kind"}:
            yield f"a setting at {where or 'the root'} belongs into the base"
        if not one.why.strip() or not one.source.strip():
            yield f"the setting {where} has no {'reason' if not one.why.strip() else 'source'}"
