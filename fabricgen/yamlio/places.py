"""Where the values of a document are written: a tree beside the values, looked into only when somebody asks.

Made by `builder`. A path for each value up front would take longer than reading the values, and with deep
nesting hundreds of times the memory of the text.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.yamlio.parsed import Path, Position


class Branch:
    """The place of a mapping or list, with the places of its parts."""

    __slots__ = ("mark", "parts")

    def __init__(self, mark: object, parts: "Parts") -> None:
        self.mark = mark
        self.parts = parts


# PyYAML's marks, which hold line and column, serve as they are: making something else of them takes time.
Place = Any  # a mark, or a Branch
Parts = dict[str, Place] | list[Place]


def place_at(mark: object, parts: Parts | None) -> Place:
    """The place at `mark` of a value with `parts`, which scalars have not."""
    return mark if parts is None else Branch(mark, parts)


def parts_of(place: Place) -> Parts | None:
    """The places of what a mapping or list holds; None for that of a scalar."""
    return place.parts if isinstance(place, Branch) else None


def position_of(place: Place) -> Position:
    """The line and column of a place, both from 1."""
    mark: Any = place.mark if isinstance(place, Branch) else place
    return Position(mark.line + 1, mark.column + 1)


class Positions(Mapping[Path, Position]):
    """The position of every value of a document, by its path, in the order of the text."""

    __slots__ = ("_root",)

    def __init__(self, root: Place) -> None:
        """Look into the tree of `root`."""
        self._root = root

    def __getitem__(self, path: Path) -> Position:
        place = self._root
        for step in path:
            parts: Any = parts_of(place)
            try:
                place = parts[step]
            except (LookupError, TypeError):
                raise KeyError(path) from None
        return position_of(place)

    def __iter__(self) -> Iterator[Path]:
        return (path for path, _ in _walk((), self._root))

    def __len__(self) -> int:
        return sum(1 for _ in _walk((), self._root))


def _walk(path: Path, place: Place) -> Iterator[tuple[Path, Place]]:
    yield path, place
    parts = parts_of(place)
    if isinstance(parts, dict):
        for key, part in parts.items():
            yield from _walk((*path, key), part)
    elif parts is not None:
        for index, part in enumerate(parts):
            yield from _walk((*path, index), part)
