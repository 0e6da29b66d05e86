"""The words that several forms of output share. Everything that stands in a document comes out as harmless text."""

from __future__ import annotations

import json

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import Final

    from fabricgen.finding import Finding
    from fabricgen.validation.result import Summary, Verdict

_MOST_IN_A_LINE: Final = 5
# What would end a line, move the cursor, or turn the direction of writing: nothing of it in a name may reach a terminal.
# Source: the bidirectional ones are those of <https://trojansource.codes/>.
UNSAFE: Final = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_ESCAPES: Final = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in UNSAFE} | {  # noqa: PLR2004 - the last code that two digits write
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
}

_JSON_ESCAPES: Final = {code: f"\\u{code:04x}" for code in UNSAFE}


def one_line(text: str) -> str:
    r"""Return `text` with everything that a terminal would obey written as an escape: `\n`, `\x1b`."""
    return text if text.isprintable() else text.translate(_ESCAPES)


def json_of(value: object) -> str:
    """Return `value` as JSON in one line, in which a terminal finds nothing to obey either."""
    # Below 0x20 json.dumps escapes; all others can stand in texts only, where an escape means the same.
    return json.dumps(value, ensure_ascii=False).translate(_JSON_ESCAPES)


def place_of(finding: Finding) -> str:
    """Return `file:line:column` as far as it is known."""
    if not finding.line:
        return finding.file
    return (
        f"{finding.file}:{finding.line}:{finding.column}"
        if finding.column
        else f"{finding.file}:{finding.line}"
    )


def say(finding: Finding) -> str:
    """Return `path: message; hint`, with `warning` or `info` before the message of what is no error."""
    severity = "" if finding.severity == "error" else f"{finding.severity}: "
    path = f"{finding.path}: " if finding.path else ""
    hint = f"; {finding.fix}" if finding.fix else ""
    return f"{path}{severity}{finding.message}{hint}"


def finding_line(finding: Finding) -> str:
    """Return `file:line:column: path: message; hint [rule]`, which editors and terminals take for a link."""
    return one_line(f"{place_of(finding)}: {say(finding)} [{finding.rule}]")


def message_of(verdict: Verdict) -> str:
    """Return everything that is wrong, in one line; of a great many findings, the first."""
    said = [say(finding) for finding in verdict.findings[:_MOST_IN_A_LINE]]
    if (more := len(verdict.findings) - _MOST_IN_A_LINE) > 0:
        said.append(f"and {more} more")
    found = " | ".join(said)
    return one_line(": ".join(part for part in (verdict.reason, found) if part))


def headline_of(verdict: Verdict) -> str:
    """Return why, or how many problems there are, for a line that is followed by the findings themselves."""
    return one_line(verdict.reason) or count(len(verdict.findings), "problem")


def valid_with(verdict: Verdict) -> str:
    """Return `is valid`, and how many findings there are nevertheless."""
    if not verdict.findings:
        return "is valid"
    warnings = all(finding.severity == "warning" for finding in verdict.findings)
    return f"is valid, with {count(len(verdict.findings), 'warning' if warnings else 'finding')}"


def count(number: int, noun: str) -> str:
    """Return `1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary_lines(summary: Summary, *, stdin: bool) -> str:
    """Return the numbers in one line, as kubeconform has it, and one more on kinds without a schema."""
    documents = summary.valid + summary.invalid + summary.errors + summary.skipped
    # kubeconform writes the plural from two on, so that nothing is "0 resource".
    resources = f"{documents} resource{'s' if documents > 1 else ''}"
    where = "parsing stdin" if stdin else f"in {summary.files} file{'s' if summary.files > 1 else ''}"
    missing = f"{missing_line(summary)}\n" if summary.missing else ""
    return (
        f"Summary: {resources} found {where} - Valid: {summary.valid}, Invalid: {summary.invalid}, "
        f"Errors: {summary.errors}, Skipped: {summary.skipped}\n{missing}"
    )


def missing_line(summary: Summary) -> str:
    """Return which kinds have no schema, and how many documents are of each."""
    kinds = ", ".join(f"{kind} ({count(number, 'document')})" for kind, number in summary.missing)
    return one_line(f"No schema for: {kinds}")
