"""A repository's set-up, line by line: what is fine, what could be better, what is broken, and what to do about it.

Fed by the disk, git and the programs on PATH; told by `commands.doctor`. `examination` has the order; the modules
beside it look, each at one thing.
"""

from fabricgen.doctor.examination import examine
from fabricgen.doctor.line import Line, Status

__all__ = ["Line", "Status", "examine"]
