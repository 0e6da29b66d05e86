"""Compares two trees, object by object, and judges each value that differs.

Fed with texts by path and, for reasons, with the documents behind them; feeds `output` and everyone who asks.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fabricgen.cluster import Cluster
from fabricgen.diff.delta import Delta, deltas
from fabricgen.diff.pools import BLOCKS, only_wider
from fabricgen.diff.reasons import Reasons
from fabricgen.diff.secrets import shown
from fabricgen.diff.thing import Thing, chart_of, node_of, things_built, things_in
from fabricgen.diff.tree_diff import Kind, ObjectDiff, TreeDiff, ValueChange
from fabricgen.documents.document import File
from fabricgen.impact import Edit, Impact, Judgement, Versions, judge
from fabricgen.impact.edit import Does
from fabricgen.impact.impact import Path

Texts = Mapping[PurePosixPath, str]


def compare_texts(
    before: Texts, after: Texts, *, cluster: Cluster | None = None, files: Iterable[File] = ()
) -> TreeDiff:
    """Return what differs, objects matched by what they are, in whichever file they stand.

    `cluster` tells the versions that run; `files` are those behind `after`, for the reasons of their settings.
    """
    changed = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    old = [thing for path in changed if path in before for thing in things_in(path, before[path])]
    new = [thing for path in changed if path in after for thing in things_in(path, after[path])]
    judging = _Judging(
        versions=versions_of(cluster), reasons=Reasons(files), nodes=_nodes(before) ^ _nodes(after)
    )
    found = _objects(old, new, judging)
    told = {one.file for one in found} | {one.moved_from for one in found}
    return TreeDiff(objects=found, layout=tuple(str(path) for path in changed if str(path) not in told))


def compare_built(
    before: Iterable[File], after: Iterable[File], *, cluster: Cluster | None = None
) -> TreeDiff:
    """Return what differs between built files; what they look like as text is not looked at, nor are reasons."""
    old, new = things_built(before), things_built(after)
    nodes = (frozenset(node for one in half if (node := node_of(one.file))) for half in (old, new))
    judging = _Judging(
        versions=versions_of(cluster), reasons=Reasons(()), nodes=frozenset.symmetric_difference(*nodes)
    )
    return TreeDiff(objects=_objects(old, new, judging))


def _objects(old: Sequence[Thing], new: Sequence[Thing], judging: "_Judging") -> tuple[ObjectDiff, ...]:
    compared = (_compare(*pair, judging=judging) for pair in pairs(old, new))
    return tuple(sorted((one for one in compared if one is not None), key=lambda one: one.file))


def versions_of(cluster: Cluster | None) -> Versions:
    """Return the versions of a cluster as the tables want them."""
    if cluster is None:
        return Versions()
    pins = cluster.versions
    parts = {"cilium": pins.cilium, "talos": pins.talos, "k3s": pins.k3s}
    return Versions(
        kubernetes=str(pins.kubernetes),
        flux=str(pins.flux),
        **{name: str(version) for name, version in parts.items() if version is not None},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """What judging takes; `nodes` are the folders of nodes that come or go."""

    versions: Versions
    reasons: Reasons
    nodes: frozenset[str]


def _nodes(texts: Texts) -> frozenset[str]:
    return frozenset(node for path in texts if (node := node_of(str(path))))


def pairs(old: Iterable[Thing], new: Iterable[Thing]) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Yield what was beside what will be, one of them None where there is no other.

    Several of one name are paired within their file first, then in their order.
    """
    here: dict[tuple[str, ...], deque[Thing]] = {}
    for one in old:
        here.setdefault((one.file, *one.key), deque()).append(one)
    waiting: list[Thing] = []
    for one in new:
        same = here.get((one.file, *one.key))
        if same:
            yield same.popleft(), one
        else:
            waiting.append(one)
    left: dict[tuple[str, ...], deque[Thing]] = {}
    for one in (each for same in here.values() for each in same):
        left.setdefault(one.key, deque()).append(one)
    for one in waiting:
        yield (left[one.key].popleft() if left.get(one.key) else None), one
    yield from ((one, None) for things in left.values() for one in things)


def _compare(old: Thing | None, new: Thing | None, *, judging: _Judging) -> ObjectDiff | None:
    """Return how a thing differs; None if it says the same, in the same file."""
    thing = new or old
    if thing is None:
        return None
    if old is None or new is None:
        change = _whole(thing, "remove" if new is None else "add", judging)
        return _told(thing, "removed" if new is None else "added", (change,))
    if old.body is None and new.body is None:
        found = [Delta(path=(), before=None, after=None, does="change")] if old.text != new.text else []
    else:
        found = list(deltas(old.body, new.body))
    moved = old.file if old.file != new.file else ""
    if not found and not moved:
        return None
    wider = _wider(old, new)
    values = tuple(_value(new, one, judging, wider=wider) for one in found)
    return _told(new, "changed" if found else "moved", values, moved_from=moved)


def _wider(old: Thing, new: Thing) -> Path:
    """Return where the blocks of a pool stand that only gets wider; nothing for other things."""
    place = BLOCKS.get(new.family)
    return place if place and only_wider(old.body, new.body, family=new.family) else ()


def _told(thing: Thing, kind: Kind, values: tuple[ValueChange, ...], *, moved_from: str = "") -> ObjectDiff:
    return ObjectDiff(
        label=thing.label,
        file=thing.file,
        kind=kind,
        values=values,
        family=thing.family,
        moved_from=moved_from,
    )


def _whole(thing: Thing, does: Does, judging: _Judging) -> ValueChange:
    """Return the change that a thing as a whole is: judged by its own row, or as the worst of what is in it."""
    node = node_of(thing.file)
    family = "node" if node in judging.nodes else thing.family
    judgement = judge(Edit(family=family, path=(), does=does, file=thing.file), versions=judging.versions)
    if judgement.impact is None and thing.body is not None:
        judgement = _worst(thing, does, judging)
    return ValueChange(path=(), before=None, after=None, judgement=judgement, does=does)


def _worst(thing: Thing, does: Does, judging: _Judging) -> Judgement:
    empty: dict[str, object] = {}
    halves = (empty, thing.body) if does == "add" else (thing.body, empty)
    judged = [_judge(thing, one, judging) for one in deltas(*halves) if one.path[0] not in _NAMING]
    unknown = next((one for one in judged if one.impact is None), None)
    if unknown is not None or not judged:
        return unknown or Judgement(impact=None, why="nothing is known of it", source="")
    return max(judged, key=lambda one: one.impact or Impact.NOTHING)


_NAMING = frozenset(("apiVersion", "kind"))


def _value(thing: Thing, one: Delta, judging: _Judging, *, wider: Path) -> ValueChange:
    """Return a value that differs; those at `wider` count as blocks that come."""
    is_block = bool(wider) and one.path[: len(wider)] == wider and one.does != "order"
    judged = Delta(path=(*wider, 0), before=None, after=None, does="add") if is_block else one
    reason = judging.reasons.find(thing, one.path) if one.does != "remove" else None
    return ValueChange(
        path=one.path,
        before=shown(one.path, one.before, family=thing.family),
        after=shown(one.path, one.after, family=thing.family),
        judgement=_judge(thing, judged, judging),
        does=one.does,
        why=reason.why if reason else "",
        source=reason.source if reason else "",
    )


def _judge(thing: Thing, one: Delta, judging: _Judging) -> Judgement:
    family, path = address_of(thing, one.path)
    edit = Edit(family=family, path=path, before=one.before, after=one.after, does=one.does, file=thing.file)
    return judge(edit, versions=judging.versions)


def address_of(thing: Thing, path: Path) -> tuple[str, Path]:
    """Return the family and the path of a value: those of a release belong to its chart."""
    if thing.family.startswith("release/"):
        chart = thing.family.partition("/")[2]
        if path[:2] == ("spec", "values"):
            return f"values/{chart_of(thing.body) if chart == '?' else chart}", path[2:]
        if path[:2] == ("spec", "valuesContent"):
            return f"values/{chart}", path[2:]
    return thing.family, path
