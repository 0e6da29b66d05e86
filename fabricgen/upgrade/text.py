"""Plans and tables of pins as plain text for a terminal of any width. Fed by `outline` and `standing`."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from fabricgen.upgrade.outline import Line, Section, outline
from fabricgen.upgrade.planning import UpgradePlan
from fabricgen.upgrade.standing import Standing, Standings, is_newest_patch
from fabricgen.validation.output.sentences import one_line
from fabricgen.versions.lifetimes import READ_ON

_WIDTH: Final = 118
_HEADINGS: Final = ("PIN", "LINE", "PINNED", "NEWEST PATCH", "NEWEST", "MAINTAINED", "RENOVATE")


def plan_text(plan: UpgradePlan) -> str:
    """Return the whole plan, with a final line end."""
    return "\n".join(line for section in outline(plan) for line in _section(section)).strip() + "\n"


def _section(section: Section) -> Iterator[str]:
    if section.level == 1:
        yield ""
    yield section.title if section.level == 1 else f"  {section.title}"
    margin = "  " * section.level
    for at, line in enumerate(section.lines, 1):
        yield from _line(line, mark=f"{at}." if section.numbered else "-", margin=margin)


def _line(line: Line, *, mark: str, margin: str) -> Iterator[str]:
    inner = margin + " " * (len(mark) + 1)
    yield from textwrap.wrap(
        line.text,
        _WIDTH,
        initial_indent=f"{margin}{mark} ",
        subsequent_indent=inner,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (f"{inner}$ {command}" for command in line.commands)
    if line.source:
        yield from textwrap.wrap(
            line.source,
            _WIDTH,
            initial_indent=f"{inner}source: ",
            subsequent_indent=inner + " " * len("source: "),
            break_long_words=False,
            break_on_hyphens=False,
        )


def standings_text(standings: Standings) -> str:
    """Return the table of one cluster's pins, the ranges below it, and what is missing."""
    rows = [_HEADINGS, *(_row(one) for one in standings.pins)]
    lines = [f"{standings.cluster} ({one_line(standings.file)})", "", *_table(rows), ""]
    lines += [
        f"{one.product} {one.partner} {one.range}: {one.pinned} {'fits' if one.fits else 'DOES NOT FIT'}"
        for one in standings.partners
    ]
    lines += [
        f"{one_line(standings.file)}:{one.line}: Renovate does not find {one.name}: write above it: {one.comment}"
        for one in standings.pins
        if not one.renovate
    ]
    lines.append(f"Newest releases as known on {READ_ON.isoformat()}; nothing is looked up.")
    return "\n".join(lines) + "\n"


def _row(one: Standing) -> tuple[str, ...]:
    return (
        one.name,
        str(one.line) if one.line else "follows",
        one.version,
        "is it" if one.newest and is_newest_patch(one) else one.newest_patch or "not known",
        "is it" if one.newest == one.version else one.newest or "not known",
        one.lifetime.told if one.lifetime else "not known",
        "finds it" if one.renovate and one.line else "needs none" if not one.line else "MISSES IT",
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
