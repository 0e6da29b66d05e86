"""How long what a person meets in the first hour takes, start-up included: each case against its limit.

The repository is the one that a 17-node description renders to, brought back by `fabricgen import`, and shown by
`fabricgen report`; that also with 500 nodes.
"""

import shutil
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


def _described(folder: Path) -> None:
    """Write the description as well."""
    _rendered(folder)
    (folder / "clusters").mkdir()
    shutil.copy(DESCRIPTION, folder / "clusters")


def _large(folder: Path) -> None:
    """Write a description of 500 nodes, and its tree."""
    text = DESCRIPTION.read_text(encoding="utf-8").replace("pods: 10.244.0.0/16", "pods: 10.240.0.0/12")
    before, _, after = text.partition("\nnodes:\n")
    rows = (
        f"  - {{ name: n-{at}, role: {'worker' if at > 2 else 'control-plane'}, "  # noqa: PLR2004 - three of them
        f"address: 10.4.{1 + at // 250}.{2 + at % 250}, hardware: pi5 }}\n"
        for at in range(500)
    )
    rest = after[after.index("\ncni:") :]
    file = folder / "clusters" / "goldentooth.yaml"
    file.parent.mkdir()
    file.write_text(f"{before}\nnodes:\n{''.join(rows)}{rest}", encoding="utf-8")
    (tree,) = pipeline.render_all([file])
    pipeline.write_output([pipeline.plan_output(tree, folder / "gitops")])


CASES = (
    Case("import of 17 nodes", _rendered, ("import", ".", "--dry-run"), 2.0),
    Case("report of 17 nodes", _described, ("report",), 2.0),
    Case("report of 500 nodes", _large, ("report",), 6.0),
)


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
