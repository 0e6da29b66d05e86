"""How commands tell what a plan changes."""

from collections.abc import Iterable
from typing import TextIO

from fabricgen.tree import Plan

_WORDS = {
    "add": "added",
    "change": "changed",
    "remove": "removed",
    "edited": "edited by hand",
    "foreign": "not ours",
}


def changes_of(plan: Plan) -> dict[str, list[str]]:
    """Return the paths of the plan by what happens to them; unchanged files are left out."""
    by_kind: dict[str, list[str]] = {word: [] for word in _WORDS.values()}
    for change in plan.changes:
        if change.kind in _WORDS:
            by_kind[_WORDS[change.kind]].append(str(change.path))
    return by_kind


def report_kept(plans: Iterable[Plan], *, out: TextIO) -> None:
    """Tell which files were edited by hand and so were kept."""
    for plan in plans:
        for change in plan.edited:
            print(
                f"{plan.root / change.path}: edited by hand, kept as it is; change the description or a template instead, or --force",
                file=out,
            )
