"""What a change restarts: classes, and tables of facts with their sources.

Fed by `diff`, `upgrade` and `plan` with single changes; says of each what it costs.
"""

from fabricgen.impact.edit import Edit, Versions
from fabricgen.impact.impact import Impact, Judgement, worst
from fabricgen.impact.judge import judge

__all__ = ["Edit", "Impact", "Judgement", "Versions", "judge", "worst"]
