"""One function over many descriptions: in this process and in others, with what goes wrong collected. Used by both verbs."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fabricgen.errors import CheckFailedError, FabricgenError, Problem, ProblemsError
from fabricgen.fleet.plain import Plain, plain_problem, problem_of
from fabricgen.validation.workers import WorkerLostError, cores, spread

_MOST_IN_A_PIECE = 8
_PIECES_EACH = 8
Step = Callable[[Path, int], Plain]
"""What is done with a description; the number is its place among them."""


@dataclass(slots=True)
class Wrong:
    """What is wrong with any description, in their order."""

    problems: list[Problem]
    failed: list[Problem]
    several: bool

    def tell(self) -> None:
        """Raise what there is: CheckFailedError if documents do not pass their checks, ProblemsError if input is wrong."""
        if self.problems and len(self.failed) < len(self.problems):
            raise ProblemsError(self.problems)
        if self.failed:
            raise CheckFailedError("\n".join(str(one) for one in self.failed))

    def add(self, kind: str, found: Plain, *, path: Path) -> None:
        """Take what a step brought instead of a result."""
        if kind == "problems":
            self.problems += [problem_of(one) for one in found]
            return
        lines = [Problem(message=line, file=str(path) if self.several else "") for line in found]
        self.failed += lines
        self.problems += lines


def each(paths: Sequence[Path], step: Step, *, jobs: int) -> list[Plain]:
    """Return what `step` gives for each description, in their order.

    Raises:
        ProblemsError: with what is wrong with all of them.
        CheckFailedError: no input is wrong, and documents do not pass their checks.
        FabricgenError: a process was lost.
    """
    wrong = Wrong([], [], several=len(paths) > 1)
    results: list[Plain] = []
    for path, (kind, *found) in zip(paths, _spread(paths, step, jobs=jobs or cores()), strict=True):
        if kind == "done":
            results.append(found)
        else:
            wrong.add(kind, found, path=path)
    wrong.tell()
    return results


def _spread(paths: Sequence[Path], step: Step, *, jobs: int) -> Iterator[Any]:
    """Yield what comes of each. The first is done before the processes part, which all have its imports and caches then."""
    if not paths:
        return
    yield _attempt(step, paths[0], 0)
    size = max(1, min(_MOST_IN_A_PIECE, len(paths) // (jobs * _PIECES_EACH)))
    pieces = [range(start, min(start + size, len(paths))) for start in range(1, len(paths), size)]
    gc.freeze()  # so that no process copies what it only looks at
    try:
        for results in spread(
            pieces, lambda piece: [_attempt(step, paths[one], one) for one in piece], jobs=jobs
        ):
            yield from results
    except WorkerLostError as error:
        message = f"{error}; nothing was written. If memory is short, --jobs 1 needs the least"
        raise FabricgenError(message) from error
    finally:
        gc.unfreeze()


def _attempt(step: Step, path: Path, number: int) -> Plain:
    try:
        return ["done", *step(path, number)]
    except ProblemsError as error:
        return ["problems", *(plain_problem(one) for one in error.problems)]
    except CheckFailedError as error:
        return ["failed", *str(error).split("\n")]
