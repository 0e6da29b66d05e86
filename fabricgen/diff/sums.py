"""Sentences and numbers of a report that every form shares: what is told once for many nodes, and how many of what.

Fed by reports; read by the modules of `output`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fabricgen import yamlio
from fabricgen.diff.cause import Cause
from fabricgen.diff.counting import counted
from fabricgen.diff.delta import Delta
from fabricgen.diff.tree_diff import ObjectDiff, TreeDiff, ValueChange
from fabricgen.impact import Impact
from fabricgen.impact.impact import Path

_LONGEST: Final = 160
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Objects that change alike, such as the patches of many nodes; the first stands for all."""

    objects: tuple[ObjectDiff, ...]

    @property
    def first(self) -> ObjectDiff:
        """The one that is shown."""
        return self.objects[0]

    @property
    def others(self) -> str:
        """The other objects, as words: ` and 15 others`."""
        labels = [one.label for one in self.objects[1:]]
        if len(labels) > _NAMED:
            return f", {', '.join(labels[: _NAMED - 1])} and {len(labels) - _NAMED + 1} others"
        return "".join(f", {label}" for label in labels)


def groups(tree: TreeDiff) -> tuple[Group, ...]:
    """Return the objects that differ, those that change in the same way together, pages for people left out."""
    found: dict[str, list[ObjectDiff]] = {}
    for one in tree.objects:
        if one.family not in {"page", "text"}:
            found.setdefault(f"{one.family}{one.kind}{one.values!r}", []).append(one)
    return tuple(Group(objects=tuple(ones)) for ones in found.values())


def texts_of(tree: TreeDiff) -> tuple[str, ...]:
    """Return pages and scripts that differ; what is in them is not looked at."""
    return tuple(one.file for one in tree.objects if one.family in {"page", "text"})


def by_impact(tree: TreeDiff) -> Iterator[tuple[Impact | None, tuple[Group, ...]]]:
    """Yield each class with what is of it, heaviest first, what nobody knows at the start."""
    whole = groups(tree)
    for impact in (None, *sorted(Impact, reverse=True)):
        here = tuple(one for one in whole if heaviest(one.first) == impact)
        if here:
            yield impact, here


def heaviest(one: ObjectDiff) -> Impact | None:
    """Return the class under which an object is told: unknown if any of its values is."""
    if any(value.judgement.impact is None for value in one.values):
        return None
    return one.impact


def alike(values: Iterable[ValueChange]) -> Iterator[tuple[ValueChange, int]]:
    """Yield values, those of several items of one list that change alike once, with how many there are besides."""
    found: dict[str, list[ValueChange]] = {}
    for one in values:
        steps = tuple("*" if isinstance(step, int) or "=" in step else step for step in one.path)
        short = (steps, one.before, one.after, one.does, one.judgement, one.why)
        alone = one.does in {"add", "remove"} and steps[-1:] == ("*",)
        found.setdefault(f"{one.path if alone else ''}{short!r}", []).append(one)
    yield from ((ones[0], len(ones) - 1) for ones in found.values())


def label_of(impact: Impact | None) -> str:
    """Return the class in the words of people."""
    return "unknown" if impact is None else impact.label


def format_steps(path: Path) -> str:
    """Return a path as people write it: `nodes[name=cp-1].address`; keys with dots stand in quotes."""
    text = ""
    for step in path:
        if isinstance(step, int) or "=" in step:
            text += f"[{step}]"
        elif "." in step or not step:
            text += f'["{step}"]'
        else:
            text += f".{step}" if text else step
    return text


def said(value: Any) -> str:  # noqa: ANN401 - values are whatever YAML holds
    """Return a value on one line, cut where it is long."""
    plain = isinstance(value, str) and value.isprintable() and value
    text = str(value) if plain else yamlio.inline(value)
    text = " ".join(text.split())
    return f"{text[: _LONGEST - 2]} …" if len(text) > _LONGEST else text


def change_of(one: ValueChange | Delta) -> str:
    """Return from what to what: `a → b`, `+ b`, `- a`, or that only the order differs."""
    match one.does:
        case "add":
            return f"+ {said(one.after)}"
        case "remove":
            return f"- {said(one.before)}"
        case "order":
            return "only the order"
        case "change":
            return f"{said(one.before)} → {said(one.after)}"


def cause_of(cause: Cause) -> str:
    """Return a cause as one sentence: what changed, and what it touches."""
    names = [f"{format_steps(one.path)} {change_of(one)}".strip() for one in cause.changes]
    what = "; ".join(names) if names else "several changes together"
    together = "together: " if len(names) > 1 else ""
    if not cause.settings:
        return f"{together}{what} touches no setting"
    return f"{together}{what} touches {counted(cause.settings, 'setting')} in {counted(cause.files, 'file')}"


def numbers_of(tree: TreeDiff) -> str:
    """Return how many objects and values differ."""
    objects = [one for one in tree.objects if one.family not in {"page", "text"}]
    values = sum(len(one.values) for one in objects)
    parts = [counted(len(objects), "object"), counted(values, "value")]
    if tree.unknown:
        parts.append(f"{tree.unknown} unknown")
    return ", ".join(parts)
