"""`--format text`: causes, then what changes in meaning, heaviest first, then the lines as git would show them."""

from collections.abc import Iterable, Iterator
from textwrap import fill
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
from fabricgen.diff.unified import colored, unified
from fabricgen.impact import Impact

_WIDTH: Final = 118
_BOLD: Final = "\033[1m"
_FAINT: Final = "\033[2m"
_PLAIN: Final = "\033[0m"
_COLORS: Final = {
    None: "\033[35m",
    Impact.NOTHING: "\033[32m",
    Impact.AGENTS_ROLL: "\033[36m",
    Impact.TRAFFIC_PAUSES: "\033[33m",
    Impact.PODS_RECREATED: "\033[33m",
    Impact.NODE_REBOOTS: "\033[31m",
    Impact.CLUSTER_REBUILT: "\033[31m",
}


def write(reports: Iterable[Report], telling: Telling) -> None:
    """Write the reports of all clusters that differ."""
    for report in reports:
        if telling.meaning:
            telling.out.write("".join(f"{line}\n" for line in _meaning(report, color=telling.color)))
        if telling.unified:
            for change in report.files:
                diff = unified(change, root=report.root)
                telling.out.write(colored(diff) if telling.color else diff)


def _meaning(report: Report, *, color: bool) -> Iterator[str]:
    if not (report.differs or report.edited):
        return
    head = f"{report.root} against {report.against}: {label_of(report.impact)}; {numbers_of(report.tree)}"
    yield _painted(head, _BOLD, color=color)
    yield from (f"  someone else's file in our place, so nothing is written: {one}" for one in report.foreign)
    yield from (f"  edited by hand, and kept: {one}" for one in report.edited)
    yield from _causes(report, color=color)
    for impact, found in by_impact(report.tree):
        yield ""
        yield _painted(f"  {label_of(impact)}", _COLORS[impact], color=color)
        for group in found:
            yield from _group(group, color=color)
    if pages := texts_of(report.tree):
        yield ""
        yield f"  pages and scripts: {', '.join(pages)}"
    if report.tree.layout:
        yield ""
        layout = (
            f"only comments, order or quotes differ, and nothing restarts: {', '.join(report.tree.layout)}"
        )
        yield _filled(layout, indent=2)
    yield ""


def _causes(report: Report, *, color: bool) -> Iterator[str]:
    for cause in report.causes or ():
        sentence = f"{cause_of(cause)}: {label_of(cause.impact)}"
        yield _painted(_filled(sentence, indent=2), _COLORS[cause.impact], color=color)
        yield from (_filled(f"{one.why} ({one.source})", indent=4) for one in dict.fromkeys(cause.judgements))
    if report.unexplained:
        yield _filled(report.unexplained, indent=2)


def _group(group: Group, *, color: bool) -> Iterator[str]:
    one = group.first
    kind = "" if one.kind == "changed" else f" {one.kind}"
    moved = f", was {one.moved_from}" if one.moved_from else ""
    more = f" and {counted(len(group.objects) - 1, 'file')} more" if len(group.objects) > 1 else ""
    file = "" if one.label == one.file else f"  {one.file}{more}"
    yield f"    {_painted(one.label + group.others, _BOLD, color=color)}{kind}{file}{moved}"
    told: set[str] = set()
    for value, others in alike(one.values):
        if value.path:
            more = f" and {others} more like it" if others else ""
            yield f"      {format_steps(value.path)}{more}: {change_of(value)}"
        for line in _about(value):
            if line not in told:
                yield _painted(line, _FAINT, color=color)
            told.add(line)


def _about(value: ValueChange) -> Iterator[str]:
    """Yield why a value is what it will be, and what the change costs."""
    if value.why:
        yield _filled(f"why: {value.why}", indent=8)
    source = f" ({value.judgement.source})" if value.judgement.source else ""
    yield _filled(f"{value.judgement.label}: {value.judgement.why}{source}", indent=8)


def _filled(text: str, *, indent: int) -> str:
    return fill(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _painted(text: str, style: str, *, color: bool) -> str:
    return f"{style}{text}{_PLAIN}" if color else text
