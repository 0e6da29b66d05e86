"""`-output text`: kubeconform's line for each document, and below it each finding in a line of its own."""

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
    from fabricgen.validation.result import Summary, Verdict


class Text(Report):
    """Plain lines, for people and for `grep`."""

    def add(self, verdict: Verdict) -> None:
        """Write the document's line and its findings; nothing for one that is fine, unless all are wanted."""
        if verdict.findings or self._style.verbose or verdict.status in {"invalid", "error"}:
            lines = [one_line(line_of(verdict)), *("  " + finding_line(one) for one in verdict.findings), ""]
            self._write("\n".join(lines))

    def finish(self, summary: Summary) -> None:
        """Write the numbers, if they are wanted."""
        if self._style.summary:
            self._write(summary_lines(summary, stdin=self._style.stdin))


def line_of(verdict: Verdict) -> str:
    """Return kubeconform's line; the order of name and kind in `skipped` is kubeconform's too."""
    match verdict.status:
        case "valid":
            return f"{verdict.file} - {verdict.kind} {verdict.name} {valid_with(verdict)}"
        case "invalid":
            return f"{verdict.file} - {verdict.kind} {verdict.name} is invalid: {headline_of(verdict)}"
        case "error" if verdict.kind and verdict.name:
            return f"{verdict.file} - {verdict.kind} {verdict.name} failed validation: {headline_of(verdict)}"
        case "error":
            return f"{verdict.file} - failed validation: {headline_of(verdict)}"
        case "skipped":
            return f"{verdict.file} - {verdict.name} {verdict.kind} skipped"
