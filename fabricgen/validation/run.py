"""A whole run: paths in, verdicts out in the order of the files, the summary last.

Fed by the command and by scripts; asks the cache first, and spreads the other files over processes. Files with
releases of Helm that other documents decide come after all others, for only then it is known where those are.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Final

from fabricgen.validation.engine import Engine
from fabricgen.validation.files import find_files
from fabricgen.validation.helm.held import Held
from fabricgen.validation.helm.watch import NEEDED
from fabricgen.validation.options import Options
from fabricgen.validation.result import Summary, Verdict
from fabricgen.validation.review import Plain, Review
from fabricgen.validation.workers import cores, spread

if TYPE_CHECKING:
    from fabricgen.validation.cache import Cache

STDIN: Final = "-"
_PIPED: Final = "stdin"
_MOST_IN_A_PIECE: Final = 64
_PIECES_EACH: Final = 8


def validate(
    paths: Sequence[str], options: Options, *, stdin: IO[bytes] | None = None
) -> Iterator[Verdict | Summary]:
    """Yield the verdicts on all documents below `paths`, in the order of the files; then the summary.

    Files with releases of Helm that wait for other documents are told of after all others, in their order.

    `-` among the paths is `stdin`, and is called `stdin` in the verdicts. Without `options.every`, valid documents
    are only counted. With `options.fail_fast` the summary comes after the first document that is not valid.

    Raises:
        DescriptionError: a path leads nowhere, or an option cannot be understood.
    """
    tally = _Tally()
    engine = Engine(options)
    for verdict in _verdicts(paths, engine=engine, stdin=stdin, tally=tally):
        yield verdict
        if options.fail_fast and verdict.status in {"invalid", "error"}:
            break
    yield tally.summary()


class _Tally:
    """Counts what was reviewed."""

    def __init__(self) -> None:
        self._files = 0
        self._counts: Counter[str] = Counter()
        self._missing: Counter[tuple[str, str]] = Counter()
        self.unchecked: set[str] = set()

    def add(self, review: Review) -> None:
        self._files += 1
        self._counts.update(review.counts)
        self._missing.update(review.missing)

    def summary(self) -> Summary:
        counts = self._counts
        return Summary(
            files=self._files,
            valid=counts["valid"],
            invalid=counts["invalid"],
            errors=counts["error"],
            skipped=counts["skipped"],
            missing=tuple(
                (f"{version}/{kind}", many) for (version, kind), many in sorted(self._missing.items())
            ),
            unchecked=tuple(sorted(self.unchecked)),
        )


def _verdicts(
    paths: Sequence[str], *, engine: Engine, stdin: IO[bytes] | None, tally: _Tally
) -> Iterator[Verdict]:
    held = Held(fail_fast=engine.options.fail_fast)
    if STDIN in paths and stdin is not None:
        from fabricgen.validation.piped import read_piped  # noqa: PLC0415 - most runs read files

        data = read_piped(stdin)
        review = engine.judge.review_bytes(data, file=_PIPED)
        tally.unchecked.update(engine.judge.unchecked())
        held.stdin = data if review.pending or not review.kinds.isdisjoint(NEEDED) else None
        del data
        yield from _told(review, file=_PIPED, held=held, tally=tally)
    named = [path for path in paths if path != STDIN]
    files = list(find_files(named, ignore=engine.options.ignore_files)) if named else []
    for path, review in zip(files, _reviews(files, engine=engine, tally=tally), strict=True):
        yield from _told(review, file=path, held=held, tally=tally)
    for review in held.finished(engine, files=files):
        tally.add(review)
        yield from review.verdicts


def _told(review: Review, *, file: str, held: Held, tally: _Tally) -> Iterator[Verdict]:
    """Yield the verdicts of a file, unless it is to be held back."""
    if not held.takes(review, file=file):
        tally.add(review)
        yield from review.verdicts


def _reviews(files: Sequence[str], *, engine: Engine, tally: _Tally) -> Iterator[Review]:
    folder = engine.options.cache
    if folder is None:
        for path, plain in zip(files, _fresh(files, engine=engine, tally=tally), strict=True):
            yield Review.from_plain(plain, file=path)
        return
    from fabricgen.validation.cache import open_cache  # noqa: PLC0415 - who has none needs none of its libraries

    now = time.time_ns()
    cache = open_cache(folder, engine.options, digest=engine.digest)
    yield from _with_cache(files, engine=engine, cache=cache, tally=tally)
    if not tally.unchecked:  # What could not be evaluated is to be told by the next run too.
        cache.save(digest=engine.digest, now=now)


def _with_cache(files: Sequence[str], *, engine: Engine, cache: "Cache", tally: _Tally) -> Iterator[Review]:
    from fabricgen.validation.cache import stamp_of  # noqa: PLC0415 - as above

    known = [cache.known(path, stamp_of(path)) for path in files]
    unknown = [path for path, plain in zip(files, known, strict=True) if plain is None]
    fresh = _fresh(unknown, engine=engine, tally=tally)
    for path, plain in zip(files, known, strict=True):
        if plain is not None:
            yield Review.from_plain(plain, file=path)
            continue
        stamp, digest, found = next(fresh)
        if digest:
            cache.learn(path, stamp=stamp, digest=digest, review=found)
        yield Review.from_plain(found, file=path)


def _fresh(files: Sequence[str], *, engine: Engine, tally: _Tally) -> Iterator[Plain]:
    """Yield the review of each file in their order; with a cache, its stamp and digest come before it."""
    jobs = engine.options.jobs or cores()
    size = max(1, min(_MOST_IN_A_PIECE, len(files) // (jobs * _PIECES_EACH)))
    if not files:
        return
    engine.judge  # noqa: B018 - loaded before the processes part, and so only once
    pieces: list[Sequence[str]] = [files[start : start + size] for start in range(0, len(files), size)]
    examine = _examine if engine.options.cache is None else _examine_for_cache
    jobs = min(jobs, len(pieces))

    def work(piece: Sequence[str]) -> Plain:
        return [examine(path, engine) for path in piece] if piece else engine.judge.unchecked()

    # Each process gets one empty piece at its end, and tells what it could not evaluate.
    for number, result in enumerate(spread([*pieces, *[()] * jobs], work, jobs=jobs)):
        if number < len(pieces):
            yield from result
        else:
            tally.unchecked.update(result)


def _examine(path: str, engine: Engine) -> Plain:
    _, review = engine.judge.review_file(path)
    return review.to_plain()


def _examine_for_cache(path: str, engine: Engine) -> Plain:
    from fabricgen.digests import digest_of  # noqa: PLC0415 - as in `_reviews`
    from fabricgen.validation.cache import stamp_of  # noqa: PLC0415 - the same

    stamp = stamp_of(path)
    data, review = engine.judge.review_file(path)
    return [stamp, "" if data is None else digest_of(data), review.to_plain()]
