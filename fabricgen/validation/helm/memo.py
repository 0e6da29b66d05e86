"""What the end of the last run came to, for a run after which no file has changed that it read.

Used by `held`, beside the cache of verdicts: that one keeps what a file says by itself, this what several say together.
One small file for what is asked, replaced whole, and as good as none if it is damaged.
"""

import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from fabricgen.digests import digest_of
from fabricgen.validation.cache import name_of, read_sealed, replace_file, stamp_of
from fabricgen.validation.options import Options
from fabricgen.validation.result import Verdict
from fabricgen.validation.review import Pending, verdict_from_plain, verdict_to_plain

_SETTLED_NANOSECONDS: Final = 2_000_000_000
"""As in the cache: a file that has just changed may change again without a new time stamp."""


class Memo:
    """The verdicts on pending releases, as long as what they were found by is the same."""

    def __init__(self, options: Options, *, asked: Sequence[Any], pending: Sequence[Pending]) -> None:
        """Note what is asked: `asked` is all but the content of files that decides the answer."""
        said = [[one.source, one.verdict.file, verdict_to_plain(one.verdict)] for one in pending]
        self._key = digest_of(_dump([asked, said]))
        name = f"{name_of(options)}-releases.json"
        self._file = os.path.join(options.cache, name) if options.cache else None  # noqa: PTH118 - as in `cache`
        self._pending = pending
        self._now = time.time_ns()

    def load(self) -> list[Verdict] | None:
        """Return the verdicts, in the order of what is pending; None if others were asked for, or a file has changed."""
        if self._file is None:
            return None
        with suppress(OSError, ValueError, TypeError, KeyError):
            key, read, verdicts = json.loads(read_sealed(self._file))
            if key == self._key and all(stamp_of(path) == stamp for path, stamp in read):
                return [
                    verdict_from_plain(plain, file=one.verdict.file, elsewhere=True)
                    for one, plain in zip(self._pending, verdicts, strict=True)
                ]
        return None

    def save(self, verdicts: Iterable[Verdict], *, read: Iterable[str]) -> None:
        """Keep the verdicts, unless one of the files that were read for them had only just changed."""
        stamps = [(path, stamp_of(path)) for path in sorted(read)]
        settled = self._now - _SETTLED_NANOSECONDS
        if self._file is None or any(max(stamp[1:3], default=0) >= settled for _, stamp in stamps):
            return
        body = _dump([self._key, stamps, [verdict_to_plain(verdict) for verdict in verdicts]])
        with suppress(OSError):
            replace_file(self._file, body)


def _dump(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
