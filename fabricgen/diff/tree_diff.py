"""What differs between two trees: objects, values, and what that costs.

`compare` makes it; `output`, `upgrade`, `plan` and `import` read it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fabricgen.impact import Impact, Judgement, worst
from fabricgen.impact.impact import Path

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One value that differs. `why` and `source` are those of the setting that we emit, if it is one.

    `before` and `after` are None where nothing stood or will stand; what looks like a secret is `(not shown)`.
    """

    path: Path
    before: Any
    after: Any
    judgement: Judgement
    does: Literal["add", "remove", "change", "order"] = "change"
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDiff:
    """One object that differs: an object of Kubernetes, a document of Talos, a file of values, a script.

    An object that comes or goes as a whole has one value, whose path is empty. `moved` differs only in its file.
    """

    label: str
    file: str
    kind: Kind
    values: tuple[ValueChange, ...]
    family: str
    moved_from: str = ""

    @property
    def impact(self) -> Impact | None:
        """The heaviest class of its values that is known."""
        return worst(tuple(one.judgement for one in self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeDiff:
    """All that differs, objects sorted by file; `layout` are files where only comments, order of keys or quotes do."""

    objects: tuple[ObjectDiff, ...]
    layout: tuple[str, ...] = ()

    @property
    def values(self) -> Iterator[tuple[ObjectDiff, ValueChange]]:
        """Every value that differs, with its object."""
        return ((one, value) for one in self.objects for value in one.values)

    @property
    def impact(self) -> Impact | None:
        """The heaviest class that is known; None when something differs and nothing of it is known."""
        return worst(tuple(value.judgement for _, value in self.values))

    @property
    def unknown(self) -> int:
        """How many values no table knows: `impact` says nothing about them."""
        return sum(value.judgement.impact is None for _, value in self.values)
