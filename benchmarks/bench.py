"""How long the commands take, as ratios to an empty Python, all in one run.

Each command runs as a whole process; the commands take turns, so that a slow moment hits all of them. Prints a
table with the median of each and its ratio to `python -c pass`.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
DESCRIPTION = ROOT / "clusters" / "goldentooth.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A command to time; `fresh` is a folder that is removed before each run."""

    name: str
    command: Sequence[str]
    fresh: Path | None = None
    seconds: list[float] = field(default_factory=list)


def cases(folder: Path) -> tuple[Case, ...]:
    """Return the cases; the no-op render finds its tree already written."""
    fabricgen = [sys.executable, "-m", "fabricgen"]
    cold, warm = folder / "cold", folder / "warm"
    subprocess.run(
        [*fabricgen, "render", str(DESCRIPTION), "--output", str(warm)], check=True, capture_output=True
    )
    return (
        Case(name="python -c pass", command=[sys.executable, "-c", "pass"]),
        Case(name="fabricgen --help", command=[*fabricgen, "--help"]),
        Case(
            name="render of one cluster, cold",
            command=[*fabricgen, "render", str(DESCRIPTION), "--output", str(cold)],
            fresh=cold,
        ),
        Case(
            name="render of one cluster, no-op",
            command=[*fabricgen, "render", str(DESCRIPTION), "--output", str(warm)],
        ),
    )


def measure(case: Case) -> None:
    """Run a case once and note how long it took."""
    if case.fresh is not None:
        shutil.rmtree(case.fresh, ignore_errors=True)
    start = time.perf_counter()
    subprocess.run(case.command, check=True, capture_output=True, cwd=ROOT)
    case.seconds.append(time.perf_counter() - start)


def main() -> None:
    """Time every case in turns and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=11, help="how often each command runs (default: 11)")
    runs = arguments.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        measured = cases(Path(folder))
        for _ in range(runs):
            for case in measured:
                measure(case)
    _print(measured)


def _print(measured: Sequence[Case]) -> None:
    base = statistics.median(measured[0].seconds)
    print("| command | median ms | x `python -c pass` |\n|---|---|---|")
    for case in measured:
        median = statistics.median(case.seconds)
        print(f"| {case.name} | {median * 1000:.0f} | {median / base:.1f} |")


if __name__ == "__main__":
    main()
