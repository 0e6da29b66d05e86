"""Files with releases of Helm that wait for other documents: held back while a run goes on, told of at its end.

Used by `run`. Loads what finishes them only if a chart is named anywhere that something is known of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from fabricgen.validation.helm.watch import NEEDED
from fabricgen.validation.result import Verdict
from fabricgen.validation.review import Review

if TYPE_CHECKING:
    from fabricgen.validation.engine import Engine
    from fabricgen.validation.helm.nearby import Nearby

_KUSTOMIZATION: Final = ("kustomization.yaml", "kustomization.yml")


class Held:
    """The reviews that are held back, and where documents are that others may need."""

    def __init__(self, *, fail_fast: bool) -> None:
        """Hold nothing yet; `fail_fast` lets a review pass that ends the run."""
        self.stdin: bytes | None = None
        self._fail_fast = fail_fast
        self._reviews: list[Review] = []
        self._files: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def takes(self, review: Review, *, file: str) -> bool:
        """Note what is in a file; tell whether its review is held back."""
        if not review.kinds.isdisjoint(NEEDED):
            for kind in review.kinds & NEEDED:
                self._files[kind].append(file)
        if not review.pending:
            return False
        if self._fail_fast and _is_bad(review):
            review.settle([one.verdict for one in review.pending])  # the run ends here
            return False
        self._reviews.append(review)
        return True

    def finished(self, engine: "Engine", *, files: Sequence[str]) -> Iterator[Review]:
        """Yield what was held back, finished, in its order; `files` are all of the run."""
        if not self._reviews:
            return
        for review, verdicts in zip(self._reviews, self._verdicts(engine, files), strict=True):
            review.settle(verdicts)
            yield review

    def _verdicts(self, engine: "Engine", files: Sequence[str]) -> Iterable[Sequence[Verdict]]:
        """Return the verdicts on what is pending in each review: those of the last run, if nothing has changed since."""
        kustomizations = [
            path for path in files if path.endswith(("kustomization.yaml", "kustomization.yml"))
        ]
        if engine.options.cache is None or self.stdin is not None:
            return self._fresh(engine, kustomizations, read=set())
        from fabricgen.validation.helm.memo import Memo  # noqa: PLC0415 - who has no cache needs no memo

        pending = [one for review in self._reviews for one in review.pending]
        asked = [sorted(self._files.items()), kustomizations, engine.charts.digest]
        memo = Memo(engine.options, asked=asked, pending=pending)
        known = memo.load()
        if known is None:
            read: set[str] = set()
            found = [
                verdict for verdicts in self._fresh(engine, kustomizations, read=read) for verdict in verdicts
            ]
            memo.save(found, read=read)
            known = found
        every = iter(known)
        return [[next(every) for _ in review.pending] for review in self._reviews]

    def _fresh(
        self, engine: "Engine", kustomizations: Sequence[str], *, read: set[str]
    ) -> Iterator[Sequence[Verdict]]:
        """Yield the verdicts on what is pending in each review; the files that are read for it are added to `read`."""
        nearby = self._nearby(engine, kustomizations, read=read)
        if nearby is None:
            yield from ([one.verdict for one in review.pending] for review in self._reviews)
            return
        last = engine.last(nearby)
        yield from (tuple(last.finish(review.pending)) for review in self._reviews)

    def _nearby(self, engine: "Engine", kustomizations: Sequence[str], *, read: set[str]) -> "Nearby | None":
        """Return what finds documents; None if no release can be of a chart that is known."""
        from fabricgen.validation.helm.sources import files_naming  # noqa: PLC0415 - few runs need it

        sources = files_naming(engine.charts.names, self._files, stdin=self.stdin, read=read)
        if not sources and all(one.source for review in self._reviews for one in review.pending):
            return None
        from fabricgen.validation.helm.nearby import Nearby  # noqa: PLC0415 - the same

        return Nearby(
            files=self._files, sources=sources, kustomizations=kustomizations, stdin=self.stdin, read=read
        )


def _is_bad(review: Review) -> bool:
    found = {*review.counts, *(one.verdict.status for one in review.pending)}
    return not found.isdisjoint({"invalid", "error"})


def _is_kustomization(path: str) -> bool:
    return path.rpartition("/")[2] in _KUSTOMIZATION
