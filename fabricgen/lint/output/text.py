"""`--format text`: findings by file, each with the line that it is about."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from fabricgen.finding import Finding
from fabricgen.lint.outcome import Outcome
from fabricgen.lint.output import Telling
from fabricgen.lint.output.numbers import numbers_of
from fabricgen.lint.output.sources import Sources
from fabricgen.validation.output.sentences import one_line

_COLORS: Final = {"error": "\033[31m", "warning": "\033[33m", "info": "\033[36m"}
_BOLD: Final = "\033[1m"
_FAINT: Final = "\033[2m"
_PLAIN: Final = "\033[0m"
_WIDTH: Final = 110


def write(outcome: Outcome, telling: Telling) -> None:
    """Write the findings, what a rule is about only where it is told first, and the numbers."""
    page = _Page(Sources(outcome.texts), color=telling.color)
    for file, findings in groupby(outcome.findings, key=lambda one: one.file):
        telling.out.write(f"{page.painted(one_line(file), _BOLD)}\n")
        for finding in findings:
            telling.out.write("".join(f"{line}\n" for line in page.finding(finding)))
        telling.out.write("\n")
    for entry in outcome.gone:
        telling.out.write(f"no longer occurs: {one_line(entry)}\n")
    telling.out.write(f"{numbers_of(outcome)}\n")


class _Page:
    """Knows which rules were explained already."""

    def __init__(self, sources: Sources, *, color: bool) -> None:
        self._sources = sources
        self._color = color
        self._explained: set[str] = set()

    def painted(self, text: str, color: str) -> str:
        return f"{color}{text}{_PLAIN}" if self._color else text

    def finding(self, one: Finding) -> Iterator[str]:
        place = f"{one.line}:{one.column}" if one.column else str(one.line or "-")
        severity = self.painted(one.severity, _COLORS[one.severity])
        yield f"  {place} {severity} {one.rule} {one_line(one.message)}"
        about = " · ".join(one_line(part) for part in (one.object, one.path) if part)
        if about:
            yield f"      {self.painted(about, _FAINT)}"
        yield from self._excerpt(one)
        if one.rule not in self._explained:
            self._explained.add(one.rule)
            yield from self._rule(one)

    def _excerpt(self, one: Finding) -> Iterator[str]:
        line = self._sources.line(one.file, one.line)
        if line is None:
            return
        margin = " " * len(str(one.line))
        start = max(0, one.column - _WIDTH // 2) if len(line) > _WIDTH else 0
        yield f"      {one.line} | {one_line(line[start : start + _WIDTH].replace(chr(9), ' '))}"
        if one.column:
            caret = self.painted("^", _COLORS[one.severity])
            yield f"      {margin} | {' ' * (one.column - 1 - start)}{caret}"

    def _rule(self, one: Finding) -> Iterator[str]:
        for name, text in (("why", one.why), ("fix", one.fix), ("see", one.source)):
            if text:
                yield f"      {self.painted(name, _FAINT)}: {text}"
