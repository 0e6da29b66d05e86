"""How commands tell what a plan changes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from fabricgen.fleet.changes import Changes, changes_of

if TYPE_CHECKING:
    from fabricgen.tree import Plan

__all__ = ["changes_of", "report_edited", "report_kept"]


def report_kept(plans: "Iterable[Plan]", *, out: TextIO) -> None:
    """Tell which files were edited by hand and so were kept."""
    report_edited((Changes(name="", root=str(one.root), by_kind=changes_of(one)) for one in plans), out=out)


def report_edited(trees: Iterable[Changes], *, out: TextIO) -> None:
    """Tell the same of trees that may be remembered rather than planned."""
    for tree in trees:
        for path in tree.edited:
            print(
                f"{tree.root}/{path}: edited by hand, kept as it is; change the description or a template instead, or --force",
                file=out,
            )
