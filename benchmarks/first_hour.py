"""How long what a person meets in the first hour takes, start-up included: each case against its limit.

The repository is the one that a 17-node description renders to, brought back by `fabricgen import`.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from fabricgen import pipeline

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = ROOT / "clusters" / "goldentooth.yaml"
EACH = 5


class Case(NamedTuple):
    """What is measured: how the folder is made, the words of the command, and the limit in seconds."""

    name: str
    prepare: Callable[[Path], object]
    words: tuple[str, ...]
    limit_seconds: float


def _rendered(folder: Path) -> None:
    """Write the tree of the description, and nothing of the description itself."""
    (tree,) = pipeline.render_all([DESCRIPTION])
    pipeline.write_output([pipeline.plan_output(tree, folder / "gitops")])


CASES = (Case("import of 17 nodes", _rendered, ("import", ".", "--dry-run"), 2.0),)


def main() -> int:
    """Print a row a case. Returns 1 if one takes longer than its limit."""
    print(f"{'case':<24} {'median s':>9} {'limit s':>8}")
    slow = 0
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            case.prepare(Path(folder))
            took = median(_seconds(case, folder) for _ in range(EACH))
        slow += took > case.limit_seconds
        print(f"{case.name:<24} {took:>9.2f} {case.limit_seconds:>8.1f}")
    return 1 if slow else 0


def _seconds(case: Case, folder: str) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "fabricgen", *case.words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
