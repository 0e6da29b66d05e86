"""`-output json`: kubeconform's shape, with line, column, rule and hint added to each error.

Written by hand around the quoting of the standard library: its own indenting encoder is ten times as slow, and would
want all verdicts at once.
"""

from __future__ import annotations

import re

from fabricgen.validation.output.report import Report
from fabricgen.validation.output.sentences import json_of as quote
from fabricgen.validation.output.sentences import message_of

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import Final

    from fabricgen.finding import Finding
    from fabricgen.validation.result import Summary, Verdict

_STATUS: Final = {
    "valid": "statusValid",
    "invalid": "statusInvalid",
    "error": "statusError",
    "skipped": "statusSkipped",
}
# `["key.with.dots"]`, `[0]`, or a plain key, in which a bracket may stand that opens neither.
_PART: Final = re.compile(
    r'\["(?P<quoted>.*?)"\](?=[.\[]|$)|\[(?P<number>\d+)\]|\.?(?P<key>(?:[^.\[]|\[(?!\d+\]|"))+)'
)


class Json(Report):
    """One object: `resources`, and `summary` if it is wanted."""

    _begun = False

    def add(self, verdict: Verdict) -> None:
        """Write one of the `resources`."""
        if verdict.findings or self._style.verbose or verdict.status in {"invalid", "error"}:
            self._write(",\n" if self._begun else '{\n  "resources": [\n')
            self._begun = True
            self._write(_resource(verdict))

    def finish(self, summary: Summary) -> None:
        """Write the end of `resources`, and the numbers."""
        self._write("\n  ]" if self._begun else '{\n  "resources": []')
        self._write(f",\n{_summary(summary)}\n}}\n" if self._style.summary else "\n}\n")


def _resource(verdict: Verdict) -> str:
    errors = ",\n".join(_error(finding, within=verdict.file) for finding in verdict.findings)
    listed = f',\n      "validationErrors": [\n{errors}\n      ]' if errors else ""
    return (
        "    {\n"
        f'      "filename": {quote(verdict.file)},\n'
        f'      "kind": {quote(verdict.kind)},\n'
        f'      "name": {quote(verdict.name)},\n'
        f'      "version": {quote(verdict.api_version)},\n'
        f'      "status": "{_STATUS[verdict.status]}",\n'
        f'      "msg": {quote(message_of(verdict))}{listed}\n'
        "    }"
    )


def _error(finding: Finding, *, within: str) -> str:
    """Return one error; a Helm value may stand in another file than its release, which is named then."""
    file = f'          "filename": {quote(finding.file)},\n' if finding.file != within else ""
    hint = f',\n          "hint": {quote(finding.fix)}' if finding.fix else ""
    return (
        "        {\n"
        f"{file}"
        f'          "path": {quote(pointer(finding.path))},\n'
        f'          "msg": {quote(finding.message)},\n'
        f'          "line": {finding.line},\n'
        f'          "column": {finding.column},\n'
        f'          "rule": {quote(finding.rule)},\n'
        f'          "severity": "{finding.severity}"{hint}\n'
        "        }"
    )


def pointer(path: str) -> str:
    """Return `spec.ports[0]["a.b"]` as a JSON Pointer: `/spec/ports/0/a.b`. Source: RFC 6901."""
    parts = (match[match.lastgroup or 0] for match in _PART.finditer(path))
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _summary(summary: Summary) -> str:
    missing = ",\n".join(f"      {quote(kind)}: {number}" for kind, number in summary.missing)
    listed = f',\n    "missingSchemas": {{\n{missing}\n    }}' if missing else ""
    return (
        '  "summary": {\n'
        f'    "valid": {summary.valid},\n'
        f'    "invalid": {summary.invalid},\n'
        f'    "errors": {summary.errors},\n'
        f'    "skipped": {summary.skipped}{listed}\n'
        "  }"
    )
