"""Work spread over processes, its results in the order of the work.

Used by `run`. Processes are forked, so that a worker starts in a millisecond with all that is already loaded;
where that is not possible (Windows) everything is done in this one.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress

TYPE_CHECKING = False  # as in typing, whose import takes longer than many a run may
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import IO, Any, Final, NoReturn, TypeVar

    T = TypeVar("T")
    Work = Callable[[T], list[Any]]
    """What is done with one piece: its result is plain lists, texts and numbers, which `marshal` carries."""

_LENGTH_BYTES: Final = 8
_SIGKILL: Final = 9  # as in signal, whose import takes 1 ms


class WorkerLostError(RuntimeError):
    """A worker ended before its work did; the message says with which signal or exception."""


def spread(pieces: Sequence[T], work: Work[T], *, jobs: int) -> Generator[list[Any], None, None]:
    """Yield `work(piece)` for each piece, in their order; `jobs` processes share them.

    This process is one of them: piece 0, `jobs`, 2 * `jobs`… are its own. A worker runs ahead until its pipe is
    full, so memory stays flat however much there is to do.

    Raises:
        WorkerLostError: a worker was killed, or raised; all others are stopped.
    """
    jobs = min(jobs, len(pieces)) if hasattr(os, "fork") else 1
    if jobs <= 1:
        yield from map(work, pieces)
        return
    workers = [_start(pieces[number::jobs], work) for number in range(1, jobs)]
    try:
        for number, piece in enumerate(pieces):
            own = number % jobs == 0
            yield work(piece) if own else workers[number % jobs - 1].receive()
    finally:
        for worker in workers:
            worker.stop()


def cores() -> int:
    """How many processes this one may use at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    def __init__(self, process: int, results: IO[bytes]) -> None:
        self.process = process
        self.results = results

    def receive(self) -> list[Any]:
        head = self.results.read(_LENGTH_BYTES)
        if len(head) < _LENGTH_BYTES:
            _, status = os.waitpid(self.process, 0)
            raise WorkerLostError(f"a worker process ended early: {_describe(status)}")
        outcome, result = marshal.loads(self.results.read(int.from_bytes(head, "little")))  # noqa: S302 - our own child wrote it
        if outcome == "raised":
            raise WorkerLostError(f"a worker process raised:\n{result}")
        return list(result)

    def stop(self) -> None:
        self.results.close()
        with suppress(ProcessLookupError):
            os.kill(self.process, _SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)


def _describe(status: int) -> str:
    import signal  # noqa: PLC0415 - hardly any worker ends early

    if os.WIFSIGNALED(status):
        return signal.strsignal(os.WTERMSIG(status)) or f"signal {os.WTERMSIG(status)}"
    return f"exit code {os.waitstatus_to_exitcode(status)}"


def _start(pieces: Sequence[T], work: Work[T]) -> _Worker:
    """Start a worker. Ctrl-C waits meanwhile: what Python runs at a fork swallows it, and a child must not unwind into us."""
    import signal  # noqa: PLC0415 - most runs start nobody

    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = os.fork()
        if process == 0:
            os.close(reader)
            _run(pieces, work, writer, ready=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(writer)
    return _Worker(process, os.fdopen(reader, "rb"))


def _run(pieces: Sequence[T], work: Work[T], writer: int, *, ready: Callable[[], object]) -> NoReturn:
    """Do the work in the child; nothing of the parent's (buffers, exit handlers) may run here."""
    results = os.fdopen(writer, "wb")
    try:
        ready()
        for piece in pieces:
            _send(results, "done", work(piece))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
        import traceback  # noqa: PLC0415 - hardly any worker raises

        with suppress(OSError):
            _send(results, "raised", traceback.format_exc())
        os._exit(1)
    os._exit(0)


def _send(results: IO[bytes], outcome: str, result: Any) -> None:  # noqa: ANN401 - whatever marshal takes
    data = marshal.dumps((outcome, result))
    results.write(len(data).to_bytes(_LENGTH_BYTES, "little") + data)
    results.flush()
