"""Where a document is, and where in it each value is written. Used by everything that tells of a document."""

from collections.abc import Mapping
from dataclasses import dataclass

from fabricgen import yamlio
from fabricgen.errors import Path
from fabricgen.yamlio import Position, YamlSyntaxError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document is: its file, its text, the line it starts in, and which one of the file it is.

    `within` is the path to an object that is packed into a list.
    """

    file: str
    text: str
    line: int
    index: int
    within: Path = ()


def positions_of(place: Place) -> Mapping[Path, Position]:
    """Return where each value of the document is written, in lines of its own text; nothing where it is not YAML."""
    try:
        documents = yamlio.read_documents(place.text, source=place.file)
    except YamlSyntaxError:
        return {}
    return documents[0].positions if documents else {}


def position_at(path: Path, positions: Mapping[Path, Position]) -> Position:
    """Return where `path` is written, or the nearest place above it that is."""
    for length in range(len(path), -1, -1):
        if (found := positions.get(path[:length])) is not None:
            return found
    return Position(1, 1)
