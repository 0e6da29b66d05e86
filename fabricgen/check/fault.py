"""What a check says of a document that is to be written: what is wrong, where, by which rule.

Made by the checks of this folder; `check` gives it the line that the document will have in its file.
"""

from dataclasses import dataclass

from fabricgen.documents.document import Document
from fabricgen.errors import Path
from fabricgen.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with `document` at `path`."""

    document: Document
    rule: str
    message: str
    path: Path = ()
    severity: Severity = "error"
    why: str = ""
    source: str = ""
    fix: str = ""
