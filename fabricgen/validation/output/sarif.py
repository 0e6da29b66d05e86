"""`-output sarif`: the Static Analysis Results Interchange Format, as code scanning takes it.

Plain dictionaries: sarif-om is from 2019 and costs 47 ms to import, sarif-pydantic 102 ms, and both want all results
at once. Here results are written as they come; the tool and its rules, which are known only then, stand after them.

Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, and what GitHub reads of it:
<https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support>.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from urllib.parse import quote

from fabricgen import __version__
from fabricgen.finding import Finding
from fabricgen.validation.output.places import from_root
from fabricgen.validation.output.report import Report
from fabricgen.validation.output.sentences import json_of, say

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final, TextIO

    from fabricgen.validation.output.report import Style
    from fabricgen.validation.result import Summary, Verdict

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
# GitHub's own fingerprint, primaryLocationLineHash, is left to its upload action, which has the sources.
_FINGERPRINT: Final = "fabricgenFinding/v1"
_RULES: Final = {
    "SCH000": "The document can be judged",
    "YML001": "The file is YAML as Kubernetes reads it",
    "SCH001": "The object has the fields and types of its kind's schema",
    "SCH002": "The object keeps the validation rules (CEL) of its kind",
    "SCH003": "The document says which object it is",
    "SCH004": "There is a schema for the object's kind",
    "SCH005": "The object is of a kind that is allowed here",
    "HLM001": "The chart reads every value that a release sets",
    "HLM002": "The chart takes values of these types",
    "HLM003": "The chart takes these words and numbers",
    "TLS001": "The Talos document has the fields and types of its minor's schema",
    "TLS002": "The Talos document says things as its minor does",
    "TLS003": "The schematic has the fields that Talos' image factory knows",
    "K3C001": "The config of k3s has the keys and values of its role",
    "K3C002": "The config of k3s says things once, and by their present names",
    "K3C003": "The registries of k3s have the fields that it knows",
    "JSP001": "The JSON patch is made of operations",
}


class Sarif(Report):
    """One log with one run."""

    def __init__(self, out: TextIO, style: Style) -> None:
        super().__init__(out, style)
        self._rules: dict[str, dict[str, Any]] = {}
        self._begun = False

    def add(self, verdict: Verdict) -> None:
        """Write the results of one document."""
        for finding in verdict.findings or _unexplained(verdict):
            self.tell(finding, first_line=verdict.line)

    def know(self, rule: str, metadata: dict[str, Any]) -> None:
        """Take over what is told of a rule, if nothing is known of it yet."""
        self._rules.setdefault(rule, metadata)

    def tell(
        self, finding: Finding, *, first_line: int = 1, extra: Mapping[str, object] | None = None
    ) -> None:
        """Write one result; `extra` are further properties of it, and `first_line` is for one that has no line."""
        self._begin()
        result = {**self._result(finding, first_line=first_line), **(extra or {})}
        self._write(json_of(result))

    def location(self, file: str) -> dict[str, str]:
        """Return where a file is: relative to the root of the sources, or absolute when it is not below it."""
        if self._style.stdin and file == "stdin":
            return {"uri": file}
        name = from_root(file, root=self._style.root)
        uri = quote(os.fsencode(name))
        return {"uri": f"file://{uri}"} if name.startswith("/") else {"uri": uri, "uriBaseId": "%SRCROOT%"}

    def _begin(self) -> None:
        start = f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{"results": [\n'
        self._write(",\n" if self._begun else start)
        self._begun = True

    def _result(self, finding: Finding, *, first_line: int) -> dict[str, Any]:
        location = self.location(finding.file)
        self._rules.setdefault(finding.rule, _rule(finding))
        region = {"startLine": finding.line or first_line} | (
            {"startColumn": finding.column} if finding.column else {}
        )
        named = ": ".join(part for part in (finding.object, finding.path) if part)
        logical = {"logicalLocations": [{"fullyQualifiedName": named, "kind": "resource"}]} if named else {}
        return {
            "ruleId": finding.rule,
            "ruleIndex": list(self._rules).index(finding.rule),
            "level": _LEVELS[finding.severity],
            "message": {"text": say(finding)},
            "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}, **logical}],
            "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, uri=location["uri"])},
        }

    def finish(self, summary: Summary) -> None:  # noqa: ARG002 - SARIF has no place for numbers
        """Write the tool, with the rules that were broken."""
        if not self._begun:
            self._write(f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{"results": [')
        rest = {
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": True}],
            "tool": {
                "driver": {
                    "name": "fabricgen",
                    "semanticVersion": __version__,
                    "rules": list(self._rules.values()),
                }
            },
        }
        self._write("\n], " + json_of(rest)[1:] + "]}\n")


def _unexplained(verdict: Verdict) -> tuple[Finding, ...]:
    """Return a finding for a document that could not be judged and of which only the reason is known."""
    if verdict.status not in {"invalid", "error"}:
        return ()
    named = " ".join(part for part in (verdict.kind, verdict.name) if part)
    return (
        Finding(
            rule="SCH000",
            severity="error",
            file=verdict.file,
            object=named,
            message=verdict.reason or "not judged",
        ),
    )


def _rule(finding: Finding) -> dict[str, Any]:
    told = {"text": _RULES.get(finding.rule, f"fabricgen's check {finding.rule}")}
    rule = {
        "id": finding.rule,
        "shortDescription": told,
        "fullDescription": {"text": finding.why} if finding.why else told,
    }
    link = {"helpUri": finding.source} if finding.source else {}
    return {**rule, **link, "defaultConfiguration": {"level": _LEVELS[finding.severity]}}


def _fingerprint(finding: Finding, *, uri: str) -> str:
    """Return what stays the same when lines move: the rule, the file, the object, the path, and what is said."""
    told = json.dumps([finding.rule, uri, finding.object, finding.path, finding.message])
    return blake2b(told.encode(), digest_size=16).hexdigest()
