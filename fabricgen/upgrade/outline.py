"""A plan as headings and lines: what text and Markdown show alike.

Fed by `planning`; used by `text` and `markdown`, which only decide how it looks.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fabricgen import yamlio
from fabricgen.diff import ObjectDiff, ValueChange
from fabricgen.documents.document import copy_of
from fabricgen.errors import format_path
from fabricgen.upgrade.changes import Changes, KeyChange
from fabricgen.upgrade.defaults import SOURCE
from fabricgen.upgrade.ladder import WHY
from fabricgen.upgrade.planning import Stop, UpgradePlan
from fabricgen.upgrade.products import NAMES, written
from fabricgen.upgrade.restarts import Restart
from fabricgen.upgrade.served import ApiChange
from fabricgen.upgrade.step import Step
from fabricgen.versions import Clash
from fabricgen.versions.lifetimes import READ_ON

_LONGEST: Final = 90
_CONTEXT: Final = 12
"""Characters that are shown before the place where two long values part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to tell: a sentence, commands that belong to it, who says so."""

    text: str
    commands: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines under a heading; `level` 1 is a stop, 2 a part of it. `numbered` lines are done in their order."""

    title: str
    lines: tuple[Line, ...] = ()
    level: int = 2
    numbered: bool = False


def outline(plan: UpgradePlan) -> tuple[Section, ...]:
    """Return the whole plan: what it is about, then every stop."""
    stops = (section for at, stop in enumerate(plan.stops, 1) for section in _stop(stop, at=at, plan=plan))
    return (_summary(plan), *stops)


def _summary(plan: UpgradePlan) -> Section:
    title = f"{plan.cluster}: {_title(plan)}"
    lines = [Line(text=f"{NAMES[one]} is at {written(one, plan.asked[one])} already") for one in plan.already]
    if plan.stops:
        lines.append(Line(text=f"In the end, and together: {_set(plan)}"))
        lines += [Line(text=f"Nobody tests: {_pair(one)}", source=one.source) for one in plan.goal.cautions()]
        lines += [
            Line(text=f"{NAMES[product]}: {WHY[product][0]}", source=WHY[product][1])
            for product in dict.fromkeys(move.product for stop in plan.stops for move in stop.leg.moves)
        ]
        lines.append(
            Line(text=f"Newest releases as known on {READ_ON.isoformat()}; newer ones are not looked up")
        )
    return Section(title=title, lines=tuple(lines), level=1)


def _title(plan: UpgradePlan) -> str:
    if not plan.stops:
        return "nothing to upgrade"
    first = {move.product: move.before for stop in reversed(plan.stops) for move in stop.leg.moves}
    last = {move.product: move.after for stop in plan.stops for move in stop.leg.moves}
    parts = [
        f"{NAMES[product]} {written(product, first[product])} to {written(product, last[product])}"
        for product in plan.asked
        if product in last
    ]
    count = len(plan.stops)
    return f"{', '.join(parts)}, in {count} stop{'s' if count > 1 else ''}"


def _set(plan: UpgradePlan) -> str:
    return ", ".join(
        f"{NAMES[product]} {written(product, version)}"
        for product, version in plan.goal.versions.items()
        if product != "gateway-api" or not plan.goal.follows
    )


def _pair(clash: Clash) -> str:
    return f"{clash.left} with {clash.right}; tested: {clash.allowed}"


def _stop(stop: Stop, *, at: int, plan: UpgradePlan) -> Iterator[Section]:
    moves = " and ".join(str(move) for move in stop.leg.moves)
    yield Section(title=f"Stop {at} of {len(plan.stops)}: {moves}", lines=tuple(_order(stop)), level=1)
    if stop.problems:
        lines = tuple(Line(text=str(problem)) for problem in stop.problems)
        yield Section(title="To change in the description before this stop", lines=lines)
    if stop.changes is not None:
        yield from _changes(stop.changes)
        yield Section(title=f"What restarts: {_worst(stop)}", lines=tuple(_restarts(stop.restarts)))
        yield from _output(stop.changes)
    if stop.procedure is not None:
        yield Section(title="Steps", lines=tuple(_steps(stop.procedure.steps)), numbered=True)
        yield Section(title="The way back", lines=tuple(_steps(stop.procedure.rollback)))


def _order(stop: Stop) -> Iterator[Line]:
    for one in dict.fromkeys(stop.leg.lets_go):
        yield Line(
            text=f"Goes first, since else {one.left} would meet {one.right}: {one.why}", source=one.source
        )
    for one in stop.cautions:
        yield Line(text=f"Nobody tests {_pair(one)}", source=one.source)


def _changes(changes: Changes) -> Iterator[Section]:
    act = tuple(Line(text=one.text, source=one.source) for one in changes.notes if one.level == "act")
    know = tuple(Line(text=one.text, source=one.source) for one in changes.notes if one.level == "know")
    if act:
        yield Section(title="To do or to look at before", lines=act)
    if know:
        yield Section(title="To know", lines=know)
    if changes.apis:
        yield Section(title="apiVersions", lines=tuple(_apis(changes.apis)))
    if changes.keys:
        yield Section(title="Keys and defaults of the chart", lines=tuple(_keys(changes.keys)))


def _apis(apis: Iterable[ApiChange]) -> Iterator[Line]:
    for (event, since, source), group in _grouped(apis).items():
        names = [f"{one.api_version} {one.kind}{_ours_of(one)}" for one in group]
        said = {"gone": "not served from", "deprecated": "deprecated from", "new": "served from"}[event]
        yield Line(text=f"{said} {since} on: {', '.join(names)}", source=source)


def _grouped(apis: Iterable[ApiChange]) -> dict[tuple[str, str, str], list[ApiChange]]:
    groups: dict[tuple[str, str, str], list[ApiChange]] = {}
    for one in apis:
        groups.setdefault((one.event, one.since, one.source), []).append(one)
    return groups


def _ours_of(one: ApiChange) -> str:
    versions = [version.rpartition("/")[2] for version in one.ours]
    return f" (this tree: {' -> '.join(versions)})" if versions else ""


def _keys(keys: Sequence[KeyChange]) -> Iterator[Line]:
    shown = [one for one in keys if _is_shown(one)]
    for one in shown:
        yield Line(text=_key(one), source="" if one.source == SOURCE else one.source)
    left = len(keys) - len(shown)
    if left:
        yield Line(
            text=f"and {left} more, new ones that are off and parts that are off here; --format json names all"
        )
    yield Line(text="defaults are those of both charts' values.yaml", source=SOURCE)


def _is_shown(one: KeyChange) -> bool:
    if one.ours is not None:
        return True
    return not one.part_is_off and (one.change.kind != "new" or one.change.is_on)


def _key(one: KeyChange) -> str:
    ours = "" if one.ours is None else f"; this cluster writes {_value(one.ours)}"
    return f"{_difference(one)}{ours}"


def _difference(one: KeyChange) -> str:
    change = one.change
    match change.kind:
        case "changed":
            return f"changed: {change.key}: {_from_to(change.before, change.after)}"
        case "new":
            return f"new: {change.key}: {_short(change.after)}"
        case "gone":
            return f"gone: {change.key}" + (f"; {one.instead}" if one.instead else "")


def _from_to(before: str, after: str) -> str:
    """Return how a default differs: of lists of words what comes and goes, of other lists that they do."""
    if before.startswith("[") and after.startswith("["):
        was, becomes = json.loads(before), json.loads(after)
        words = all(isinstance(one, str) for one in (*was, *becomes))
        more, less = ([one for one in a if one not in b] for a, b in ((becomes, was), (was, becomes)))
        if words:
            return ", ".join([*(f"adds {one}" for one in more), *(f"drops {one}" for one in less)])
    if before.startswith(("[", "...")) and after.startswith(("[", "...")):
        return "another list"
    note = "; null: the chart's templates decide" if after == "null" else ""
    return f"{_short(before)} -> {_short(after)}{note}"


def _short(text: str) -> str:
    if text.startswith("..."):
        return f"({text.removeprefix('...')} characters)"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _value(value: Any) -> str:  # noqa: ANN401 - a value is whatever YAML holds
    return _short(yamlio.inline(copy_of(value)))


def _worst(stop: Stop) -> str:
    known = [one.judgement.impact for one in stop.restarts if one.judgement.impact is not None]
    unknown = sum(one.judgement.impact is None for one in stop.restarts)
    said = max(known).label if known else "unknown"
    return f"{said}, and {unknown} changes that no table knows" if unknown else said


def _restarts(restarts: Iterable[Restart]) -> Iterator[Line]:
    for one in restarts:
        yield Line(
            text=f"{one.judgement.label}: {one.about}: {one.judgement.why}", source=one.judgement.source
        )


def _output(changes: Changes) -> Iterator[Section]:
    shown = [one for one in changes.output.objects if not _says_again(one.file)]
    again = len(changes.output.objects) - len(shown)
    lines = [*_whole(shown), *_values(shown)]
    if again:
        lines.append(
            Line(text=f"and {again} files of the README, its pictures and the runbook, which say it again")
        )
    if lines:
        yield Section(title="What our tree says differently", lines=tuple(lines))


def _says_again(file: str) -> bool:
    """Whether a file says what others say: pages, pictures and the runbook, which people read and nothing applies."""
    *folders, name = file.split("/")
    return name == "README.md" or not {"bootstrap", "pictures"}.isdisjoint(folders)


def _whole(objects: Sequence[ObjectDiff]) -> Iterator[Line]:
    for one in objects:
        if one.kind != "changed":
            yield Line(
                text=f"{one.kind}: {one.file}"
                if one.label == one.file
                else f"{one.kind}: {one.label} in {one.file}"
            )


def _values(objects: Sequence[ObjectDiff]) -> Iterator[Line]:
    """Yield each value that changes; one that changes alike in several objects comes once, with all of them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in objects:
        for value in one.values if one.kind == "changed" else ():
            groups.setdefault((_value_change(value), value.source), []).append(one.label)
    for (text, source), labels in groups.items():
        yield Line(text=f"{', '.join(dict.fromkeys(labels))}: {text}", source=source)


def _value_change(value: ValueChange) -> str:
    path, why = format_path(value.path), f", because {value.why}" if value.why else ""
    match value.does:
        case "add":
            return f"{path}: new: {_value(value.after)}{why}"
        case "remove":
            return f"{path}: gone, was {_value(value.before)}{why}"
        case _:
            before, after = (yamlio.inline(copy_of(one)) for one in (value.before, value.after))
            alike = _alike(before, after) if max(len(before), len(after)) > _LONGEST else 0
            cut = max(alike - _CONTEXT, 0)
            return f"{path}: {_tail(before, cut)} -> {_tail(after, cut)}{why}"


def _alike(before: str, after: str) -> int:
    """Return how many characters two texts have in common at their start."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))


def _tail(text: str, cut: int) -> str:
    return _short(f"… {text[cut:]}" if cut else text)


def _steps(steps: Iterable[Step]) -> Iterator[Line]:
    for one in steps:
        yield Line(text=one.what, commands=one.commands, source=one.source)
