"""One YAML document of a repository, and places in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fabricgen.errors import Path
from fabricgen.yamlio import Position, YamlSyntaxError, read_documents


class Place(NamedTuple):
    """Where something is written; line and column count from 1."""

    file: str
    line: int
    column: int
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """A YAML document as it stands in a file; two are the same only if they are the same place.

    Attributes:
        file: from the root of the repository, with slashes.
        text: of this document alone.
        line: the line of the file in which the text starts.
        index: which document of the file it is, from 0.
        body: what it says; a mapping, or a list for a JSON patch.
    """

    file: str
    text: str
    line: int
    index: int
    body: Any
    _positions: dict[Path, Position] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - a document holds anything
        """Return what stands at the top under `key`; nothing if it is not there."""
        return self.body.get(key) if isinstance(self.body, Mapping) else None

    def place(self, path: Path = ()) -> Place:
        """Return where `path` is written, or the nearest place above it that is."""
        if not self._positions:
            self._positions.update(_positions_of(self.text))
        for length in range(len(path), -1, -1):
            if (found := self._positions.get(path[:length])) is not None:
                return Place(self.file, self.line + found.line - 1, found.column, path)
        return Place(self.file, self.line, 1, path)


def _positions_of(text: str) -> Mapping[Path, Position]:
    try:
        documents = read_documents(text)
    except YamlSyntaxError:
        documents = ()
    return documents[0].positions if documents else {(): Position(1, 1)}
