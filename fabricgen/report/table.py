"""What a page is made of: sections with tables. Made by `cluster`, `state` and `settings`; given its look by `page`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of Markdown under headings."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page: what its link is called, a sentence, and tables; `text` is shown as it is."""

    key: str
    title: str
    told: str = ""
    tables: tuple[Table, ...] = ()
    text: str = ""


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table without the columns that are empty in every row."""
    whole = [tuple(row) for row in rows]
    kept = [at for at in range(len(heads)) if any(row[at] for row in whole)]
    return Table(
        title=title,
        heads=tuple(heads[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in whole),
    )


def tables(*found: Table) -> tuple[Table, ...]:
    """Return those tables that have rows."""
    return tuple(one for one in found if one.rows)
