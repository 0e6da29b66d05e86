"""What a render does to a tree, by kind; the same of a plan and of what is remembered. Told by the commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fabricgen.tree import Plan

EDITED = "edited by hand"
_WORDS = {"add": "added", "change": "changed", "remove": "removed", "edited": EDITED, "foreign": "not ours"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The tree of the cluster `name`: its folder as it was named, and paths below it by what happens to them."""

    name: str
    root: str
    by_kind: Mapping[str, Sequence[str]]

    @property
    def edited(self) -> Sequence[str]:
        """Files that were edited by hand, and so were kept."""
        return self.by_kind[EDITED]


def changes_of(plan: "Plan") -> dict[str, list[str]]:
    """Return the paths of the plan by what happens to them; unchanged files are left out."""
    by_kind: dict[str, list[str]] = {word: [] for word in _WORDS.values()}
    for change in plan.changes:
        if change.kind in _WORDS:
            by_kind[_WORDS[change.kind]].append(str(change.path))
    return by_kind


def remembered(answer: list[Any]) -> Changes:
    """Return what is known of a tree for which there is nothing to do."""
    name, root, by_kind = answer
    return Changes(name=name, root=root, by_kind=by_kind)
