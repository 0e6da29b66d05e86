"""What all forms of output have in common: they are given verdicts, then the summary."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from typing import TextIO

    from fabricgen.validation.result import Summary, Verdict


class Style:
    """How a run is told; no dataclass, whose module takes longer to import than a whole cached run may.

    Attributes:
        summary: whether the numbers are told at the end.
        verbose: whether valid and skipped documents are told too.
        color: whether colour codes may be used.
        stdin: whether what is told of was piped in rather than found in files.
        root: the absolute folder that SARIF and GitHub count files from; empty leaves them as they were found.
    """

    __slots__ = ("color", "root", "stdin", "summary", "verbose")

    def __init__(
        self,
        *,
        summary: bool = False,
        verbose: bool = False,
        color: bool = False,
        stdin: bool = False,
        root: str = "",
    ) -> None:
        self.summary = summary
        self.verbose = verbose
        self.color = color
        self.stdin = stdin
        self.root = root


class Report(ABC):
    """One run, told to a stream of text."""

    def __init__(self, out: TextIO, style: Style) -> None:
        self._write = out.write
        self._style = style

    @abstractmethod
    def add(self, verdict: Verdict) -> None:
        """Tell of one document; those of a file come together, in its order."""

    @abstractmethod
    def finish(self, summary: Summary) -> None:
        """Tell of the whole run; nothing is added after it."""
