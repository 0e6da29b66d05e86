"""`-output pretty`: text with marks, and with colours where the terminal has them."""

from __future__ import annotations

from fabricgen.validation.output.report import Report
from fabricgen.validation.output.sentences import (
    finding_line,
    headline_of,
    one_line,
    summary_lines,
    valid_with,
)

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import Final

    from fabricgen.validation.result import Summary, Verdict

_MARKS: Final = {"valid": "\u2714", "invalid": "\u2716", "error": "\u2716", "skipped": "-"}
_WARNED: Final = "\u26a0"
_COLORS: Final = {"valid": "\033[32m", "invalid": "\033[31m", "error": "\033[31m", "skipped": "\033[33m"}
_PLAIN: Final = "\033[0m"


class Pretty(Report):
    """Lines for people."""

    def add(self, verdict: Verdict) -> None:
        """Write the document's line and its findings; nothing for one that is fine, unless all are wanted."""
        if verdict.findings or self._style.verbose or verdict.status in {"invalid", "error"}:
            lines = [self._line(verdict), *("    " + finding_line(one) for one in verdict.findings), ""]
            self._write("\n".join(lines))

    def _line(self, verdict: Verdict) -> str:
        warned = verdict.status == "valid" and verdict.findings
        color, plain = (
            (_COLORS["skipped" if warned else verdict.status], _PLAIN) if self._style.color else ("", "")
        )
        mark = f"{color}{_WARNED if warned else _MARKS[verdict.status]}{plain}"
        return f"{mark} {one_line(verdict.file)}: {color}{one_line(_said(verdict))}{plain}"

    def finish(self, summary: Summary) -> None:
        """Write the numbers, if they are wanted."""
        if self._style.summary:
            self._write(summary_lines(summary, stdin=self._style.stdin))


def _said(verdict: Verdict) -> str:
    named = " ".join(part for part in (verdict.kind, verdict.name) if part)
    subject = f"{named} " if named else ""
    match verdict.status:
        case "valid":
            return f"{subject}{valid_with(verdict)}"
        case "invalid":
            return f"{subject}is invalid: {headline_of(verdict)}"
        case "error":
            return f"{subject}failed validation: {headline_of(verdict)}"
        case "skipped":
            return f"{subject}skipped"
