"""What comes out of reading a YAML text: values, and where each of them is written.

Made by `builder`, handed out by `reader`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
"""Where a value is in its document: keys and list indices, from the top."""


class Position(NamedTuple):
    """A place in a text; both numbers count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlProblem:
    """One problem of a text, at a line and column that both count from 1."""

    line: int
    column: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguity:
    """A scalar that YAML readers disagree about.

    Attributes:
        path: the value, or the entry whose key it is.
        position: where the scalar itself is written.
        text: the scalar as written.
        readings: who reads what, such as "false for Kubernetes and YAML 1.1, the text 'no' for YAML 1.2".
    """

    path: Path
    position: Position
    text: str
    readings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlDocument:
    """One document of a YAML text.

    Attributes:
        value: plain dict, list, str, int, float, bool or None, as Kubernetes' reader takes it.
        positions: of each value, by its path; for the entry of a mapping the place of its key. What an alias
            or a merge key brings in is placed where it is written out.
        line: the first line of the document, that of its `---` if it has one.
        ambiguous: the scalars that other readers take for something else, in the order of the text; the first
            thousand of them.
        refused: infinite numbers and those that are none, which Kubernetes' reader reads and then cannot keep.
    """

    value: Any
    positions: Mapping[Path, Position]
    line: int
    ambiguous: tuple[Ambiguity, ...]
    refused: tuple[YamlProblem, ...] = ()
