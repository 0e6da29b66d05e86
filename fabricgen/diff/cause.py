"""What changed in the description, and what each change touches: found by rendering with that change alone.

Fed with two descriptions as values and a way to build one; feeds `report`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.cluster import Cluster
from fabricgen.diff.compare import compare_built, versions_of
from fabricgen.diff.delta import Delta, coarse, look_up
from fabricgen.diff.tree_diff import TreeDiff
from fabricgen.documents.document import File
from fabricgen.errors import FabricgenError
from fabricgen.impact import Edit, Impact, Judgement, judge, worst
from fabricgen.impact.impact import Path

MOST: Final = 30
"""Changes of which each is rendered alone; what is beyond is told together."""

Build = Callable[[Mapping[str, Any]], tuple[Cluster, tuple[File, ...]]]
Touched = frozenset[tuple[str, str, Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Changes of a description and what they touch.

    Attributes:
        changes: one; several where none of them can stand alone, or where there are too many.
        settings: how many values of the tree differ because of it, pages for people not counted.
        files: in how many files.
        impact: the heaviest class of those values and of the changes themselves; None if nothing of it is known.
        judgements: what is known of the changes themselves, whatever the tree says.
    """

    changes: tuple[Delta, ...]
    settings: int
    files: int
    impact: Impact | None
    judgements: tuple[Judgement, ...] = ()


def find_causes(before: Mapping[str, Any], after: Mapping[str, Any], *, build: Build) -> tuple[Cause, ...]:
    """Return what changed in a description, each with what it touches, in the order of the description.

    `build` makes the files of a description and raises FabricgenError where it means no cluster. Changes that mean
    none alone, and those after the first thirty, are told together at the end.
    """
    changes = coarse(before, after)
    if not changes:
        return ()
    cluster, old = build(before)
    _, new = build(after)
    all_of_it = compare_built(old, new, cluster=cluster)
    if len(changes) == 1:
        return (_cause(changes, all_of_it, cluster),)
    found: list[Cause] = []
    rest: list[Delta] = list(changes[MOST:])
    touched: set[tuple[str, str, Path]] = set()
    for one in changes[:MOST]:
        try:
            _, files = build(apply(before, one))
        except FabricgenError:
            rest.append(one)
            continue
        tree = compare_built(old, files, cluster=cluster)
        touched |= touched_by(tree)
        found.append(_cause((one,), tree, cluster))
    return (*found, *_together(rest, _without(all_of_it, touched), cluster))


def _together(rest: Sequence[Delta], tree: TreeDiff, cluster: Cluster) -> tuple[Cause, ...]:
    return (_cause(rest, tree, cluster),) if rest or touched_by(tree) else ()


def _cause(changes: Sequence[Delta], tree: TreeDiff, cluster: Cluster) -> Cause:
    touched = touched_by(tree)
    judged = tuple(
        judge(
            Edit(family="description", path=one.path, before=one.before, after=one.after, does=one.does),
            versions=versions_of(cluster),
        )
        for one in changes
    )
    own = tuple(one for one in judged if one.impact is not None)
    values = tuple(value.judgement for one, value in tree.values if _counts(one.family))
    return Cause(
        changes=tuple(changes),
        settings=len(touched),
        files=len({file for file, _, _ in touched}),
        impact=worst((*own, *values)),
        judgements=own,
    )


def touched_by(tree: TreeDiff) -> Touched:
    """Return the values that differ, as file, object and path; pages for people are not counted."""
    return frozenset((one.file, one.label, value.path) for one, value in tree.values if _counts(one.family))


def _counts(family: str) -> bool:
    return family not in {"page", "text"}


def _without(tree: TreeDiff, touched: Iterable[tuple[str, str, Path]]) -> TreeDiff:
    """Return the differences that no single change makes."""
    known = frozenset(touched)
    objects = tuple(
        type(one)(
            label=one.label,
            file=one.file,
            kind=one.kind,
            family=one.family,
            values=tuple(value for value in one.values if (one.file, one.label, value.path) not in known),
        )
        for one in tree.objects
    )
    return TreeDiff(objects=tuple(one for one in objects if one.values))


def apply(value: Mapping[str, Any], change: Delta) -> Mapping[str, Any]:
    """Return a description with one change; the given one stays as it is."""
    changed = deepcopy(dict(value))
    *above, last = change.path
    parent = look_up(changed, tuple(above))
    if change.does == "order":
        _sort(look_up(changed, change.path), change.after)
    elif isinstance(parent, list):
        _change_item(parent, last, change)
    elif change.does == "remove":
        del parent[last]
    else:
        parent[last] = change.after
    return changed


def _change_item(items: list[Any], step: str | int, change: Delta) -> None:
    if change.does == "add":
        items.insert(step if isinstance(step, int) else len(items), change.after)
    elif change.before in items:
        index = items.index(change.before)
        items[index : index + 1] = [] if change.does == "remove" else [change.after]


def _sort(items: list[Any], names: Sequence[Any]) -> None:
    """Put items in the order of what they are known by; those without a place go last."""
    order = {str(name): index for index, name in enumerate(names)}

    def place(item: Any) -> int:  # noqa: ANN401 - a description holds anything
        known = (str(one) for one in (item.values() if isinstance(item, Mapping) else (item,)))
        return next((order[one] for one in known if one in order), len(order))

    items.sort(key=place)
