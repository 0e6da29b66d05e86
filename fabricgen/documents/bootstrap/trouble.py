"""What can go wrong in a step: how it looks, the command that shows it, what to do, and who says so.

Filled by the modules of troubles beside this one; told by the runbook below its step, in the order of likelihood.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fabricgen.cluster import Cluster
from fabricgen.documents.markdown import prose, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One way to fail. `look` is a line of bash that changes nothing; the others are sentences."""

    sign: str
    look: str
    mend: str
    source: str

    @property
    def told(self) -> str:
        """Return sign and cure as Markdown, around the command that shows it."""
        return f"**{prose(self.sign)}** Look: `{self.look}`. {prose(self.mend)} ({source(self.source)})"


Troubles = Mapping[str, Callable[[Cluster], tuple[Trouble, ...]]]
"""For each step, by its name, what can go wrong in a cluster."""
