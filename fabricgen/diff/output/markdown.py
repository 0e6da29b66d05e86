"""`--format markdown`: a comment for a pull request: classes at a glance, details folded away."""

from collections.abc import Iterable, Iterator
from typing import Final

from fabricgen.diff.counting import counted
from fabricgen.diff.output import Telling
from fabricgen.diff.report import Report
from fabricgen.diff.sums import (
    Group,
    alike,
    by_impact,
    cause_of,
    change_of,
    format_steps,
    label_of,
    numbers_of,
    texts_of,
)
from fabricgen.diff.tree_diff import ValueChange
from fabricgen.diff.unified import unified
from fabricgen.documents.markdown import code, prose, source

_MOST: Final = 50_000
"""Characters of lines as git shows them; a comment on GitHub holds 65,536 in all."""


def write(reports: Iterable[Report], telling: Telling) -> None:
    """Write one section for each cluster that differs, or one line if none does."""
    found = [one for one in reports if one.differs or one.edited]
    if not found:
        telling.out.write("Rendering would change nothing.\n")
    for report in found:
        telling.out.write("".join(f"{line}\n" for line in _section(report, telling)))


def _section(report: Report, telling: Telling) -> Iterator[str]:
    yield f"### {prose(report.name)}: {label_of(report.impact)}"
    yield ""
    yield f"{code(report.root)} against {prose(report.against)}: {numbers_of(report.tree)}."
    yield ""
    yield from (f"- **someone else's file in our place:** {code(one)}" for one in report.foreign)
    yield from (f"- edited by hand, and kept: {code(one)}" for one in report.edited)
    if telling.meaning:
        yield from _causes(report)
        yield from _table(report)
        for impact, groups in by_impact(report.tree):
            body = [line for group in groups for line in _group(group)]
            yield from _folded(f"{label_of(impact)}: {counted(_number(groups), 'object')}", body)
    if telling.unified and report.files:
        yield from _folded(f"{counted(len(report.files), 'file')}, line by line", _lines(report))


def _causes(report: Report) -> Iterator[str]:
    for cause in report.causes or ():
        yield f"- {prose(cause_of(cause))}: **{label_of(cause.impact)}**"
        yield from (f"  {prose(one.why)} ({source(one.source)})" for one in dict.fromkeys(cause.judgements))
    if report.unexplained:
        yield f"- {prose(report.unexplained)}"
    yield ""


def _table(report: Report) -> Iterator[str]:
    yield "| what it costs | objects |"
    yield "|---|---|"
    for impact, groups in by_impact(report.tree):
        yield f"| {label_of(impact)} | {_number(groups)} |"
    if pages := texts_of(report.tree):
        yield f"| nothing restarts: pages and scripts | {len(pages)} |"
    if report.tree.layout:
        yield f"| nothing restarts: only comments, order or quotes | {len(report.tree.layout)} |"
    yield ""


def _number(groups: Iterable[Group]) -> int:
    return sum(len(one.objects) for one in groups)


def _group(group: Group) -> Iterator[str]:
    one = group.first
    kind = "" if one.kind == "changed" else f" {one.kind}"
    moved = f", was {code(one.moved_from)}" if one.moved_from else ""
    file = "" if one.label == one.file else f" in {code(one.file)}"
    yield f"**{prose(one.label + group.others)}**{kind}{file}{moved}"
    yield ""
    for value, others in alike(one.values):
        yield from _value(value, others)
    yield ""


def _value(value: ValueChange, others: int) -> Iterator[str]:
    more = f" and {others} more like it" if others else ""
    place = f"{code(format_steps(value.path))}{more}: {code(change_of(value))}. " if value.path else ""
    told = f"{label_of(value.judgement.impact)}: {value.judgement.why}"
    where = f" ({source(value.judgement.source)})" if value.judgement.source else ""
    yield f"- {place}{prose(told[0].upper() + told[1:])}{where}"
    if value.why:
        yield f"  <br>Why: {prose(value.why)}"


def _lines(report: Report) -> list[str]:
    text, left = "", len(report.files)
    for change in report.files:
        diff = unified(change, root=report.root)
        if len(text) + len(diff) > _MOST:
            break
        text, left = text + diff, left - 1
    rest = [f"{counted(left, 'file')} more; run `fabricgen diff --unified`."] if left else []
    fence = "`" * (max((len(run) for run in _runs(text)), default=2) + 1)
    return [f"{fence}diff", *text.removesuffix("\n").split("\n"), fence, *rest]


def _runs(text: str) -> Iterator[str]:
    """Yield runs of three backticks and more, which would end a fence."""
    run = ""
    for char in f"{text} ":
        if char == "`":
            run += char
            continue
        if len(run) > len("``"):
            yield run
        run = ""


def _folded(summary: str, body: Iterable[str]) -> Iterator[str]:
    yield "<details>"
    yield f"<summary>{summary}</summary>"
    yield ""
    yield from body
    yield ""
    yield "</details>"
    yield ""
