"""Finds the row of the tables that knows a change best.

Fed with edits by `diff` and by whoever asks of a single change; reads `table`.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Final

from fabricgen.impact.edit import Edit, Versions
from fabricgen.impact.impact import Judgement, Path
from fabricgen.impact.row import Row
from fabricgen.impact.table import ROWS
from fabricgen.versions.version import parse_minor

_NOBODY: Final = "no table says what it does"


def judge(edit: Edit, *, versions: Versions | None = None) -> Judgement:
    """Return what the change costs: by the row with the longest path that fits; unknown if there is none.

    A row of the very family goes before rows for several. Where rows differ by version and nobody knows which one
    runs, the heaviest counts.
    """
    row = find_row(edit, versions=versions or Versions())
    if row is None:
        return Judgement(impact=None, why=_NOBODY, source="")
    return Judgement(impact=row.impact, why=row.why, source=row.source)


def find_row(edit: Edit, *, versions: Versions) -> Row | None:
    """Return the row that `judge` goes by; None if there is none."""
    steps = tuple(_step(one) for one in edit.path)
    for family in _families(edit.family):
        known = _index().get(family)
        if known is None:
            continue
        for pattern in _patterns(steps):
            rows = [row for row in known.get(pattern, ()) if _fits(row, edit, steps, versions)]
            if rows:
                return max(rows, key=_weight)
    return None


@cache
def _index() -> dict[str, dict[Path, list[Row]]]:
    found: dict[str, dict[Path, list[Row]]] = {}
    for row in ROWS:
        found.setdefault(row.family, {}).setdefault(row.steps, []).append(row)
    return found


def _step(part: str | int) -> str:
    """Return a step as rows write it: items of lists are `*`."""
    return "*" if isinstance(part, int) or "=" in part else part


def _families(family: str) -> Iterator[str]:
    """Yield the family, then those for several: `object/Kind.group` is also `object/*.group` and `object/*`."""
    yield family
    part, slash, rest = family.partition("/")
    if slash:
        _, dot, group = rest.partition(".")
        if dot:
            yield f"{part}/*.{group}"
        yield f"{part}/*"


def _patterns(steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what may stand in the table: longest first, and at each length with fewest `*` first."""
    for length in range(len(steps), -1, -1):
        head = steps[:length]
        if length > _MOST_STEPS:
            continue
        choices = product(*((one, "*") if one != "*" else ("*",) for one in head))
        yield from sorted(choices, key=lambda one: one.count("*"))


_MOST_STEPS: Final = 6
"""No row has a longer path; what is deeper is judged by what is above it."""


def _fits(row: Row, edit: Edit, steps: tuple[str, ...], versions: Versions) -> bool:
    whole = not steps and edit.does in {"add", "remove"}
    if row.whole and not whole:
        return False
    # below the place of the row, something changes, whatever is done there
    does = edit.does if len(steps) == len(row.steps) else "change"
    return does in row.does and _runs(row, getattr(versions, row.product, ""))


def _runs(row: Row, version: str) -> bool:
    if not version:
        return True
    minor = parse_minor(version.partition("+")[0])
    return (not row.since or parse_minor(row.since) <= minor) and (
        not row.until or minor < parse_minor(row.until)
    )


def _weight(row: Row) -> tuple[bool, int, int]:
    return row.whole, -len(row.does), -1 if row.impact is None else row.impact


def rows_of(families: Iterable[str] = ()) -> tuple[Row, ...]:
    """Return the rows of these families, or all."""
    wanted = frozenset(families)
    return tuple(row for row in ROWS if not wanted or row.family in wanted)
