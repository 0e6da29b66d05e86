"""Plans and tables of pins as Markdown, for pull requests and runbooks. Fed by `outline` and `standing`."""

from collections.abc import Iterator

from fabricgen.documents.markdown import code, prose
from fabricgen.upgrade.outline import Line, Section, outline
from fabricgen.upgrade.planning import UpgradePlan
from fabricgen.upgrade.standing import Standings
from fabricgen.versions.lifetimes import READ_ON


def plan_markdown(plan: UpgradePlan) -> str:
    """Return the whole plan, with a final line end."""
    return "\n".join(line for section in outline(plan) for line in _section(section)).strip() + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"{'#' * (section.level + 1)} {prose(section.title)}"
    yield ""
    for at, line in enumerate(section.lines, 1):
        yield from _line(line, mark=f"{at}." if section.numbered else "-")
    if section.lines:
        yield ""


def _line(line: Line, *, mark: str) -> Iterator[str]:
    inner = " " * (len(mark) + 1)
    yield f"{mark} {prose(line.text)}" + (f" ({prose(line.source)})" if line.source else "")
    if line.commands:
        yield ""
        yield f"{inner}```sh"
        yield from (f"{inner}{command}" for command in line.commands)
        yield f"{inner}```"
        yield ""


def standings_markdown(standings: Standings) -> str:
    """Return the table of one cluster's pins and the ranges below it, with a final line end."""
    lines = [
        f"## {prose(standings.cluster)}",
        "",
        "| pin | line | pinned | newest patch | newest | maintained | Renovate |",
        "|---|---|---|---|---|---|---|",
        *_rows(standings),
        "",
        *(
            f"- {prose(f'{one.product} {one.partner} {one.range}')}: {prose(one.pinned)} "
            f"{'fits' if one.fits else '**does not fit**'} ({prose(one.source)})"
            for one in standings.partners
        ),
        "",
        f"Newest releases as known on {READ_ON.isoformat()}.",
    ]
    return "\n".join(lines) + "\n"


def _rows(standings: Standings) -> Iterator[str]:
    for one in standings.pins:
        lifetime = one.lifetime.told if one.lifetime else "not known"
        newest = (code(text) if text else "not known" for text in (one.newest_patch, one.newest))
        finds = "finds it" if one.renovate else f"needs {code(one.comment)}"
        cells = (one.name, str(one.line or "-"), code(one.version), *newest, lifetime, finds)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
