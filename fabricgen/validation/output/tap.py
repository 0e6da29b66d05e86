"""`-output tap`: the Test Anything Protocol, one test a document.

Source: <https://testanything.org/tap-version-13-specification.html>; how `#` is escaped is from version 14.
"""

from __future__ import annotations

from fabricgen.validation.output.report import Report
from fabricgen.validation.output.sentences import finding_line, message_of, one_line

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from fabricgen.validation.result import Summary, Verdict


class Tap(Report):
    """Numbered tests; findings follow as comments."""

    _number = 0

    def add(self, verdict: Verdict) -> None:
        """Write the test of one document, whatever came of it."""
        if not self._number:
            self._write("TAP version 13\n")
        self._number += 1
        findings = "".join(f"#   {finding_line(finding)}\n" for finding in verdict.findings)
        self._write(f"{self._test(verdict)}\n{findings}")

    def _test(self, verdict: Verdict) -> str:
        file = _escape(verdict.file)
        named = _escape(f"{verdict.api_version}/{verdict.kind}/{verdict.namespace}/{verdict.name}")
        match verdict.status:
            case "valid":
                return f"ok {self._number} - {file} ({named})"
            case "invalid":
                return f"not ok {self._number} - {file} ({named}): {_escape(message_of(verdict))}"
            case "error":
                return f"not ok {self._number} - {file}: {_escape(message_of(verdict))}"
            case "skipped":
                return f"ok {self._number} - {file} ({named}) # skip"

    def finish(self, summary: Summary) -> None:  # noqa: ARG002 - the number of tests is all that TAP tells
        """Write the plan."""
        self._write(f"1..{self._number}\n" if self._number else "TAP version 13\n1..0\n")


def _escape(text: str) -> str:
    """Return `text` without what would make a test one to be skipped or still to be done."""
    return one_line(text).replace("#", "\\#")
