"""A finding: one thing that a check has to say about a document. The JSON form of it is a promise."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong where. `line` and `column` count from 1, 0 is unknown; `object` is `Kind namespace/name`.

    Example:
        >>> finding = fabricgen.Finding(rule="HSE001", severity="info", file="a.yaml", line=3, message="is long")
        >>> str(finding)
        'a.yaml:3: is long [HSE001]'
    """

    rule: str
    severity: Severity
    file: str
    message: str
    line: int = 0
    column: int = 0
    path: str = ""
    object: str = ""
    why: str = ""
    source: str = ""
    fix: str = ""

    def __str__(self) -> str:
        """Return one line for people: `file: object: path: message [rule]`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = (place, self.object, self.path, f"{self.message} [{self.rule}]")
        return ": ".join(part for part in parts if part)
