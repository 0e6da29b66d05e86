"""What was found in one file, in a form that travels: between processes, and to the cache and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from fabricgen.finding import Finding
from fabricgen.validation.result import Status, Verdict

Plain = list[Any]
"""Lists, texts and numbers only, so that both `marshal` and JSON carry it."""

_FINDING = tuple(Finding.__annotations__)
_VERDICT = tuple(name for name in Verdict.__annotations__ if name not in {"file", "findings"})
_of_finding = attrgetter(*_FINDING)
_of_verdict = attrgetter(*_VERDICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A release of Helm whose values cannot be judged before the end of the run.

    `verdict` is all else that is said of it; `source` the name of the document that says which chart it installs,
    empty when it says so itself, and only values stand elsewhere.
    """

    verdict: Verdict
    source: str = ""


class Review:
    """The verdicts over the documents of one file.

    Attributes:
        counts: how many documents have each status.
        verdicts: those that are to be told, in the order of the file; not each of the counted ones.
        missing: (apiVersion, kind) without a schema, with how many documents have it.
        pending: those that other documents decide; they are neither counted nor among the verdicts.
        kinds: every `apiVersion` and `kind` that was judged by a schema; what the verdicts depend on.
    """

    __slots__ = ("counts", "kinds", "missing", "pending", "verdicts")

    def __init__(self) -> None:
        """Nothing is found yet."""
        self.counts: dict[Status, int] = {}
        self.verdicts: list[Verdict] = []
        self.missing: dict[tuple[str, str], int] = {}
        self.pending: list[Pending] = []
        self.kinds: set[tuple[str, str]] = set()

    def add(self, verdict: Verdict, *, told: bool = True) -> None:
        """Count `verdict`, and keep it if it is to be told."""
        self.counts[verdict.status] = self.counts.get(verdict.status, 0) + 1
        if verdict.missing_schema:
            key = verdict.api_version, verdict.kind
            self.missing[key] = self.missing.get(key, 0) + 1
        if told:
            self.verdicts.append(verdict)

    def count_valid(self, number: int) -> None:
        """Count documents that are valid and of which nothing else is told."""
        if number:
            self.counts["valid"] = self.counts.get("valid", 0) + number

    def settle(self, verdicts: Iterable[Verdict]) -> None:
        """Take the verdicts on what was pending, in the order of the file."""
        for verdict in verdicts:
            self.add(verdict)
        self.pending.clear()
        self.verdicts.sort(key=attrgetter("index"))

    def to_plain(self) -> Plain:
        """Return this as plain lists; the file's name is not in them."""
        verdicts = [verdict_to_plain(verdict) for verdict in self.verdicts]
        pending = [[one.source, verdict_to_plain(one.verdict)] for one in self.pending]
        missing = [[*kind, number] for kind, number in self.missing.items()]
        kinds = [list(kind) for kind in sorted(self.kinds)]
        return [list(map(list, self.counts.items())), verdicts, missing, pending, kinds]

    @classmethod
    def from_plain(cls, plain: Plain, *, file: str) -> "Review":
        """Return the review of `file` that `to_plain` was called on, maybe under another name of the file.

        Raises:
            TypeError, ValueError: it is not what `to_plain` makes.
        """
        counts, verdicts, missing, pending, kinds = plain
        review = cls()
        review.counts = dict(counts)
        review.verdicts = [verdict_from_plain(one, file=file) for one in verdicts]
        review.missing = {(api_version, kind): number for api_version, kind, number in missing}
        review.pending = [
            Pending(verdict=verdict_from_plain(verdict, file=file), source=source)
            for source, verdict in pending
        ]
        review.kinds = {(api_version, kind) for api_version, kind in kinds}
        return review


def verdict_to_plain(verdict: Verdict) -> Plain:
    """Return a verdict as plain lists, without the name of its file."""
    return [*_of_verdict(verdict), [list(_of_finding(one)) for one in verdict.findings]]


def verdict_from_plain(plain: Plain, *, file: str, elsewhere: bool = False) -> Verdict:
    """Return the verdict that was made plain, on a document in `file`; `elsewhere` leaves findings in other files there.

    Raises:
        TypeError, ValueError: it is not what `verdict_to_plain` makes.
    """
    *parts, findings = plain
    return Verdict(
        file=file,
        **dict(zip(_VERDICT, parts, strict=True)),
        findings=tuple(_finding(one, file="" if elsewhere else file) for one in findings),
    )


def _finding(plain: Iterable[Any], *, file: str) -> Finding:
    told = dict(zip(_FINDING, plain, strict=True))
    return Finding(**told | {"file": file or told["file"]})
