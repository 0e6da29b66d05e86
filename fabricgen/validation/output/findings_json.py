"""Findings as JSON in our own shape, for the commands that check whole trees: `findings`, and how many there are."""

from __future__ import annotations

import json
from collections import Counter

from fabricgen.validation.output.sentences import json_of

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final, TextIO

    from fabricgen.finding import Finding

_KEYS: Final = (
    "rule",
    "severity",
    "file",
    "line",
    "column",
    "path",
    "object",
    "message",
    "why",
    "source",
    "fix",
)


def write_findings(findings: Iterable[Finding], *, out: TextIO) -> None:
    """Write `{"findings": [...], "summary": {"error": 1, "warning": 0, "info": 0}}`, each finding as it comes."""
    counts: Counter[str] = Counter(error=0, warning=0, info=0)
    out.write('{"findings": [')
    for finding in findings:
        out.write(",\n" if counts.total() else "\n")
        out.write(json_of({key: getattr(finding, key) for key in _KEYS}))
        counts[finding.severity] += 1
    out.write(f'\n], "summary": {json.dumps(counts)}}}\n')
