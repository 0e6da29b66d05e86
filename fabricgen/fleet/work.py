"""One function over many descriptions: in this process and in others, with what goes wrong collected. Used by both verbs."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fabricgen.errors import CheckFailedError, FabricgenError, Problem, ProblemsError
from fabricgen.fleet.plain import Plain, plain_problem, problem_of
from fabricgen.validation.workers import WorkerLostError, cores, spread

_MOST_IN_A_PIECE = 8
_PIECES_EACH = 8
_LIFETIME = 128
"""Descriptions that a process does before another takes its place."""
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
    gc.freeze()  # so that no process copies what it only looks at
    try:
        for start in range(1, len(paths), _LIFETIME * jobs):
            pieces = _pieces(range(start, min(start + _LIFETIME * jobs, len(paths))), jobs)
            work = partial(_attempt_all, step, paths)
            for results in spread(pieces, work, jobs=jobs if jobs == 1 else jobs + 1):
                yield from results
    except WorkerLostError as error:
        message = f"{error}; nothing was written. If memory is short, --jobs 1 needs the least"
        raise FabricgenError(message) from error
    finally:
        gc.unfreeze()


def _pieces(numbers: range, jobs: int) -> list[range]:
    """Return the numbers in pieces. With several jobs, this process gets empty ones: it collects, others work and end.

    What a library leaks (CEL's, some 30 kB a cluster) so goes with its process, and memory stays flat.
    """
    size = max(1, min(_MOST_IN_A_PIECE, len(numbers) // (jobs * _PIECES_EACH)))
    pieces = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    if jobs == 1:
        return pieces
    turns = [pieces[start : start + jobs] for start in range(0, len(pieces), jobs)]
    return [piece for turn in turns for piece in (range(0), *turn)]


def _attempt_all(step: Step, paths: Sequence[Path], piece: range) -> list[Plain]:
    results = [_attempt(step, paths[one], one) for one in piece]
    gc.collect()  # what was frozen is not looked at, so this takes 4 ms; without it cycles pile up, since runs collect rarely
    return results


def _attempt(step: Step, path: Path, number: int) -> Plain:
    try:
        return ["done", *step(path, number)]
    except ProblemsError as error:
        return ["problems", *(plain_problem(one) for one in error.problems)]
    except CheckFailedError as error:
        return ["failed", *str(error).split("\n")]
