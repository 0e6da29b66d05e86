"""`--format markdown`: a comment for a pull request: a table, and behind it what each rule is about."""

import re
from collections.abc import Iterator
from typing import Final

from fabricgen.finding import Finding
from fabricgen.lint.outcome import SEVERITIES, Outcome
from fabricgen.lint.output import Telling
from fabricgen.lint.output.numbers import numbers_of
from fabricgen.validation.output.sentences import one_line

_SIGNS: Final = {"error": "\u274c error", "warning": "\u26a0\ufe0f warning", "info": "\u2139\ufe0f info"}
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>|#~&])")
_MOST: Final = 200
"""Rows; GitHub takes no comment of more than 65,536 characters."""


def write(outcome: Outcome, telling: Telling) -> None:
    """Write the comment, the worst findings first."""
    telling.out.write("".join(f"{line}\n" for line in _lines(outcome)))


def _lines(outcome: Outcome) -> Iterator[str]:
    yield from ("### fabricgen lint", "", f"{numbers_of(outcome)}.")
    findings = sorted(outcome.findings, key=lambda one: SEVERITIES.index(one.severity))
    if not findings:
        return
    yield from ("", "| | rule | where | what |", "|---|---|---|---|")
    yield from (_row(one) for one in findings[:_MOST])
    if (more := len(findings) - _MOST) > 0:
        yield from ("", f"and {more} more.")
    yield from ("", "<details><summary>What the rules are about</summary>", "")
    for one in {finding.rule: finding for finding in findings[:_MOST]}.values():
        yield from (_about(one), "")
    yield "</details>"


def _row(one: Finding) -> str:
    place = f"{one.file}:{one.line}" if one.line else one.file
    about = f"{_plain(one.object)}: " if one.object else ""
    return f"| {_SIGNS[one.severity]} | {one.rule} | {_code(place)} | {about}{_plain(one.message)} |"


def _about(one: Finding) -> str:
    source = f" [source]({one.source})" if one.source else ""
    return f"- **{one.rule}** {_plain(one.why)} *{_plain(one.fix)}*{source}"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text))


def _code(text: str) -> str:
    """Return text between as many backticks as nothing in it has; a bar would end the cell even there."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence}{one_line(text).replace('|', chr(92) + '|')}{fence}"
