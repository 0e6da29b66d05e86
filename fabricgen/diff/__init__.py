"""Two trees in, what differs in meaning out: objects, values, reasons, classes of impact, causes.

Fed with texts by path: what stands on disk or in git, and what a render makes. Feeds the command, `upgrade`, `plan`
and `import`.
"""

from fabricgen.diff.compare import compare_texts
from fabricgen.diff.tree_diff import ObjectDiff, TreeDiff, ValueChange

__all__ = ["ObjectDiff", "TreeDiff", "ValueChange", "compare_texts"]
