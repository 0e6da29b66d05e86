"""One line on the terminal about work that takes longer than a second. Used by every command whose work may.

The line stands on stderr, and only if that is a terminal. A timer's signal draws it, so that no step of the flow has to
know of it: a thread would not do, since `validate`, `check` and `render` fork. It is erased before anything is printed.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType, TracebackType
    from typing import Any, Final, Self, TextIO, TypeVar

    T = TypeVar("T")

_FIRST_SECONDS: Final = 1.0
_NEXT_SECONDS: Final = 0.2
_USUAL_COLUMNS: Final = 80  # where a terminal does not know its own
_ERASE: Final = b"\r\x1b[K"


class Progress:
    """What a command is doing. Within `with`, it is shown once a second has passed.

    Attributes:
        told: what is being done; change it at any time.
    """

    def __init__(self, told: str) -> None:
        self.told = told
        self._started = time.monotonic()
        self._process = 0
        self._is_shown = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if not _is_watched():
            return self
        import signal  # noqa: PLC0415 - who works into a pipe does not pay for it

        try:
            self._before = signal.signal(signal.SIGALRM, self._draw)
            signal.setitimer(signal.ITIMER_REAL, _FIRST_SECONDS, _NEXT_SECONDS)
        except (AttributeError, ValueError):  # Windows has no such signal; another thread may not ask for one
            return self
        self._process = os.getpid()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Take the line away for good: what follows is the result."""
        if self._process != os.getpid():
            return
        import signal  # noqa: PLC0415 - as above

        self._process = 0
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
        self.clear()

    def clear(self) -> None:
        """Take the line away before something else is written; it comes back while the work goes on."""
        if self._is_shown:
            self._is_shown = False
            _write(_ERASE)

    def say(self, line: str) -> None:
        """Print a line on stderr that stays."""
        self.clear()
        print(line, file=sys.stderr, flush=True)

    def tell(self, told: str) -> None:
        """Change what is being done, for callers that take a function."""
        self.told = told

    def over(self, items: Iterable[T], what: str) -> Iterator[T]:
        """Yield the items, and tell which is worked on: `lint: apps (2 of 5)`."""
        every = list(items)
        before = self.told
        for number, one in enumerate(every, start=1):
            self.told = f"{before}: {one} ({number} of {len(every)} {what})"
            yield one
        self.told = before

    def out(self, stream: TextIO) -> TextIO:
        """Return a stream whose lines take the place of this one; the stream itself where nobody watches."""
        return _Erasing(stream, self) if self._process else stream  # type: ignore[return-value]  # what writers use of it

    def _draw(self, _signal: int, _frame: FrameType | None) -> None:
        seconds = int(time.monotonic() - self._started)
        text = f"{self.told}, {seconds} s"
        text = "".join(char if char.isprintable() else "?" for char in text)[: _columns() - 1]
        self._is_shown = True
        _write(_ERASE + text.encode("ascii", errors="replace"))


class _Erasing:
    """A stream that takes a line of progress away before it writes."""

    def __init__(self, stream: TextIO, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    def write(self, text: str) -> int:
        self._progress.clear()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)


def _is_watched() -> bool:
    try:
        return sys.stderr.isatty() and os.isatty(2) and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):  # closed, or none
        return False


def _columns() -> int:
    try:
        return os.get_terminal_size(2).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


def _write(data: bytes) -> None:
    """Write without Python's buffers, which the signal may have come into the middle of."""
    try:
        os.write(2, data)
    except OSError:
        return
