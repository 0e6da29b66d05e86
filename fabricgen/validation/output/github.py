"""`-output github`: findings as annotations of a GitHub Actions run.

Source: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>; how values are escaped
is told by <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>, how many annotations are shown
by <https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations>.
"""

from __future__ import annotations

from fabricgen.validation.output.places import from_root
from fabricgen.validation.output.report import Report
from fabricgen.validation.output.sentences import finding_line, message_of, one_line, say, summary_lines
from fabricgen.validation.output.text import line_of

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import Final, TextIO

    from fabricgen.finding import Finding
    from fabricgen.validation.output.report import Style
    from fabricgen.validation.result import Summary, Verdict

_COMMANDS: Final = {"error": "error", "warning": "warning", "info": "notice"}
_SHOWN: Final = 10
"""Annotations of each kind that GitHub shows for a step; it drops the others without a word."""


class GitHub(Report):
    """Annotations for the first ten findings of each severity, lines in the log for all others."""

    def __init__(self, out: TextIO, style: Style) -> None:
        super().__init__(out, style)
        self._told = dict.fromkeys(_COMMANDS.values(), 0)

    def add(self, verdict: Verdict) -> None:
        """Write the document's line for the log, then its findings."""
        if not (verdict.findings or self._style.verbose or verdict.status in {"invalid", "error"}):
            return
        self._write(f"{verdict.status}: {_harmless(line_of(verdict))}\n")
        for finding in verdict.findings:
            self.tell(finding)
        if not verdict.findings and verdict.status in {"invalid", "error"}:
            self._write(f"::error file={_property(self._file(verdict.file))}::{_data(message_of(verdict))}\n")

    def tell(self, finding: Finding) -> None:
        """Write one finding: an annotation, or a line for the log when there are ten of its severity."""
        command = _COMMANDS[finding.severity]
        self._told[command] += 1
        self._write(self._annotation(finding) if self._told[command] <= _SHOWN else _line(finding))

    def _file(self, file: str) -> str:
        return file if self._style.stdin and file == "stdin" else from_root(file, root=self._style.root)

    def _annotation(self, finding: Finding) -> str:
        places = {
            "file": self._file(finding.file),
            "line": str(finding.line or ""),
            "col": str(finding.column or ""),
            "title": f"{finding.object} [{finding.rule}]" if finding.object else finding.rule,
        }
        told = ",".join(f"{key}={_property(value)}" for key, value in places.items() if value)
        return f"::{_COMMANDS[finding.severity]} {told}::{_data(say(finding))}\n"

    def finish(self, summary: Summary) -> None:
        """Write the numbers, if they are wanted, and which findings are not among the annotations."""
        self.tell_rest()
        if self._style.summary:
            self._write(_harmless(summary_lines(summary, stdin=self._style.stdin), lines=True))

    def tell_rest(self) -> None:
        """Write how many findings are not among the annotations, if there are such."""
        for command, number in self._told.items():
            if number > _SHOWN:
                self._write(
                    f"GitHub shows {_SHOWN} annotations of a kind for a step: "
                    f"{number - _SHOWN} more findings ({command}) stand only in this log\n"
                )


def _line(finding: Finding) -> str:
    return f"{finding.severity}: {_harmless(finding_line(finding))}\n"


def _harmless(text: str, *, lines: bool = False) -> str:
    """Return `text` without GitHub's older commands, which count anywhere in a line: `##[error]`."""
    return (text if lines else one_line(text)).replace("##[", "##\\[")


def _data(text: str) -> str:
    return one_line(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
