"""From what runs today to what a description wants: states, the steps between them, and what cannot be done.

`plan_from` is the whole way; `plan` has the order of the steps.
"""

from fabricgen.migration.markdown import as_data, as_markdown
from fabricgen.migration.plan import Plan, plan_move
from fabricgen.migration.reading import plan_from
from fabricgen.migration.saving import how_to_save
from fabricgen.migration.state import State
from fabricgen.migration.step import Move, Question, Refusal, Step

__all__ = [
    "Move",
    "Plan",
    "Question",
    "Refusal",
    "State",
    "Step",
    "as_data",
    "as_markdown",
    "how_to_save",
    "plan_from",
    "plan_move",
]
