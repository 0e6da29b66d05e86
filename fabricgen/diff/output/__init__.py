"""Forms of a report: text for terminals, JSON for programs, Markdown for pull requests.

Each module has `write(reports, telling)`; `FORMS` names them.
"""

from dataclasses import dataclass
from typing import IO, Final

FORMS: Final = ("text", "json", "markdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How to tell: where to, and which parts of it."""

    out: IO[str]
    unified: bool = True
    meaning: bool = True
    color: bool = False
