"""`--format sarif`: results with their rules and fixes, as code scanning and editors take them.

Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, §3.49 (rules) and §3.55 (fixes).
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from fabricgen.lint.outcome import Outcome
from fabricgen.lint.output import Telling
from fabricgen.lint.own import family_name, told_rules
from fabricgen.rules import Rule
from fabricgen.validation.output.report import Style
from fabricgen.validation.output.sarif import Sarif
from fabricgen.validation.result import Summary

_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_PRECISION: Final = {"error": "very-high", "warning": "high", "info": "medium"}


def write(outcome: Outcome, telling: Telling) -> None:
    """Write one log with one run."""
    report = Sarif(telling.out, Style(root=telling.root))
    rules = {rule.id: rule for rule in told_rules()}
    for number, finding in enumerate(outcome.findings):
        if finding.rule in rules:
            report.know(finding.rule, _metadata(rules[finding.rule]))
        fixes = telling.fixes.get(number)
        report.tell(finding, extra={"fixes": [_fix(finding.fix, fixes, report)]} if fixes else None)
    report.finish(Summary(files=outcome.files, valid=0, invalid=0, errors=0, skipped=0))


def _metadata(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "helpUri": rule.source,
        "help": {
            "text": f"{rule.why} {rule.fix}",
            "markdown": f"{rule.why}\n\n**Fix:** {rule.fix}\n\n[Source]({rule.source})",
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "precision": _PRECISION[rule.severity],
            "tags": [family_name(rule.id[:3])],
        },
    }


def _fix(what: str, files: Mapping[str, tuple[str, str]], report: Sarif) -> dict[str, Any]:
    return {
        "description": {"text": what},
        "artifactChanges": [
            {"artifactLocation": report.location(file), "replacements": list(_replacements(*texts))}
            for file, texts in files.items()
        ],
    }


def _replacements(before: str, after: str) -> Iterator[dict[str, Any]]:
    """Yield whole lines that are replaced; a region ends before the first column of the line that follows it."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        region = {"startLine": start + 1, "startColumn": 1, "endLine": end + 1, "endColumn": 1}
        yield {"deletedRegion": region, "insertedContent": {"text": "".join(new[first:last])}}
