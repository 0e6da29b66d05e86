"""`-output junit`: kubeconform's form of JUnit's XML, one suite a file, one case a document.

The numbers of a suite, and of all suites, stand before what they count, so the cases wait in two temporary files.
Written by hand: junitparser lets a NUL byte through, holds all in memory, and takes 51 s for 10,000 suites; the
standard library's XMLGenerator lets control characters through as well, and costs 28 ms to import.
"""

from __future__ import annotations

import time
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile

from fabricgen.validation.output.report import Report
from fabricgen.validation.output.sentences import UNSAFE, finding_line, message_of

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import IO, Final, TextIO

    from fabricgen.validation.output.report import Style
    from fabricgen.validation.result import Summary, Verdict

_KEPT_IN_MEMORY: Final = 1 << 16
# XML 1.0 has no form at all for these. Source: <https://www.w3.org/TR/xml/#charsets>.
_IMPOSSIBLE: Final = (*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
_ESCAPES: Final = (
    {code: f"&#x{code:X};" for code in UNSAFE}
    | dict.fromkeys(_IMPOSSIBLE, "\ufffd")
    | {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&#34;", ord("'"): "&#39;"}
    | {ord("\t"): "&#x9;", ord("\n"): "&#xA;", ord("\r"): "&#xD;"}
)


class JUnit(Report):
    """Suites and cases."""

    def __init__(self, out: TextIO, style: Style) -> None:
        super().__init__(out, style)
        self._out = out
        self._began = time.monotonic()
        self._suites = _spool()
        self._cases = _spool()
        self._counts = dict.fromkeys(("valid", "invalid", "error", "skipped"), 0)
        self._file = ""
        self._number = 0

    def add(self, verdict: Verdict) -> None:
        """Keep the case of one document; with the first of another file, the suite of the one before is done."""
        if verdict.file != self._file or not self._number:
            self._end_suite()
            self._file = verdict.file
            self._number += 1
        self._counts[verdict.status] += 1
        self._cases.write(_case(verdict))

    def _end_suite(self) -> None:
        if tests := sum(self._counts.values()):
            self._suites.write(
                f'  <testsuite name="{_escape(self._file)}" id="{self._number}" tests="{tests}"'
                f' failures="{self._counts["invalid"]}" errors="{self._counts["error"]}" disabled="0"'
                f' skipped="{self._counts["skipped"]}">\n'
            )
            _move(self._cases, self._suites)
            self._suites.write("  </testsuite>\n")
        self._counts = dict.fromkeys(self._counts, 0)

    def finish(self, summary: Summary) -> None:
        """Write everything. Skipped cases count as `disabled` in the whole, as kubeconform has it."""
        self._end_suite()
        tests = summary.valid + summary.invalid + summary.errors + summary.skipped
        self._write(
            f'<testsuites name="fabricgen" time="{time.monotonic() - self._began:.6f}" tests="{tests}"'
            f' failures="{summary.invalid}" disabled="{summary.skipped}" errors="{summary.errors}">\n'
        )
        _move(self._suites, self._out)
        self._write("</testsuites>\n")
        self._suites.close()
        self._cases.close()


def _spool() -> IO[str]:
    return SpooledTemporaryFile(_KEPT_IN_MEMORY, mode="w+", encoding="utf-8", newline="\n")


def _move(source: IO[str], target: IO[str] | TextIO) -> None:
    """Append all of `source` to `target`, and empty it."""
    source.seek(0)
    copyfileobj(source, target, 1 << 16)
    source.seek(0)
    source.truncate()


def _case(verdict: Verdict) -> str:
    name = f"{verdict.namespace}/{verdict.name}" if verdict.namespace else verdict.name
    case = f'<testcase name="{_escape(name)}" classname="{_escape(f"{verdict.kind}@{verdict.api_version}")}" time="0"'
    match verdict.status:
        case "valid" if verdict.findings:
            return f"    {case}>\n      <system-out>{_lines(verdict)}</system-out>\n    </testcase>\n"
        case "valid":
            return f"    {case}></testcase>\n"
        case "skipped":
            message = _escape(message_of(verdict))
            return f'    {case}>\n      <skipped message="{message}"></skipped>\n    </testcase>\n'
        case "invalid":
            return f"    {case}>\n{_fault('failure', verdict)}    </testcase>\n"
        case "error":
            return f"    {case}>\n{_fault('error', verdict)}    </testcase>\n"


def _fault(element: str, verdict: Verdict) -> str:
    rules = " ".join(sorted({finding.rule for finding in verdict.findings}))
    message = _escape(message_of(verdict))
    return f'      <{element} message="{message}" type="{_escape(rules)}">{_lines(verdict)}</{element}>\n'


def _lines(verdict: Verdict) -> str:
    return "\n".join(_escape(finding_line(finding)) for finding in verdict.findings)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)
