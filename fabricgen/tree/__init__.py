"""Text of documents -> files on disk: plan the difference, then write it, all or nothing.

Fed by the pipeline with paths and text. `names` says which paths are allowed, `disk` reads what is there,
`record` remembers which files are ours, `plan` compares, `lock` keeps a
second writer out, `write` stages and renames.
"""

from fabricgen.errors import TreeError
from fabricgen.tree.lock import Patience
from fabricgen.tree.names import RECORD_NAME
from fabricgen.tree.plan import Change, Kind, Plan, plan_tree
from fabricgen.tree.record import Record, read_record
from fabricgen.tree.write import write_plan

__all__ = [
    "RECORD_NAME",
    "Change",
    "Kind",
    "Patience",
    "Plan",
    "Record",
    "TreeError",
    "plan_tree",
    "read_record",
    "write_plan",
]
