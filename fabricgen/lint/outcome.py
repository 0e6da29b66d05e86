"""What a run of lint comes to: findings with all that outputs and fixes want to know of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fabricgen.errors import Path
from fabricgen.finding import Finding, Severity
from fabricgen.rules import Edit

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")
"""The worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding with its path in parts, the clusters that have it, what would fix it, and where else the same is true."""

    finding: Finding
    path: Path = ()
    clusters: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    same: tuple[tuple[Finding, Path], ...] = ()

    def within(self, is_told: Callable[[str, tuple[str, ...]], bool]) -> "Found | None":
        """Return it at the first of its places in a file that is told; None if none of them is."""
        if is_told(self.finding.file, self.clusters):
            moved = self
        else:
            here = next((one for one in self.same if is_told(one[0].file, self.clusters)), None)
            if here is None:
                return None
            moved = replace(self, finding=here[0], path=here[1])
        edits = (
            tuple(one for one in self.edits if is_told(one.place.file, self.clusters))
            if self.same
            else self.edits
        )
        return replace(moved, edits=edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found, in the order of files and lines, and what was not told.

    Attributes:
        found: what is told.
        suppressed: how many findings comments, settings and descriptions suppress.
        known: how many findings the baseline knows.
        gone: entries of the baseline that no longer occur, as sentences.
        files, documents: how much was read.
        texts: the text of files that are only in memory, by their name in findings.
    """

    found: tuple[Found, ...] = ()
    suppressed: int = 0
    known: int = 0
    gone: tuple[str, ...] = ()
    files: int = 0
    documents: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(one.finding for one in self.found)

    def fails(self, severity: Severity | None) -> bool:
        """Tell whether anything of this severity or a worse one was found; None never fails."""
        if severity is None:
            return False
        bad = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return any(one.finding.severity in bad for one in self.found)


def in_order(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return findings by file and line."""
    return tuple(sorted(found, key=_place))


def _place(found: Found) -> tuple[str, int, int, str, str, str]:
    one = found.finding
    return one.file, one.line, one.column, one.rule, one.path, one.message


def joined(outcomes: Iterable[Outcome]) -> Outcome:
    """Return several outcomes as one."""
    whole = tuple(outcomes)
    return Outcome(
        found=in_order(found for one in whole for found in one.found),
        suppressed=sum(one.suppressed for one in whole),
        known=sum(one.known for one in whole),
        gone=tuple(entry for one in whole for entry in one.gone),
        files=sum(one.files for one in whole),
        documents=sum(one.documents for one in whole),
        texts={file: text for one in whole for file, text in one.texts.items()},
    )
