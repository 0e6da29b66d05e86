"""How long `check` and `render` take where nothing changed, and what a cluster costs in fleets of several sizes.

Every description is goldentooth's, 17 nodes, under a name of its own. Figures of one run can be compared with each other:
commands take turns, and the aims stand beside the ratios.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import processes
from processes import Command, Run, run, take_turns

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = ROOT / "clusters" / "goldentooth.yaml"
PYTHON = (sys.executable, "-m", "fabricgen")
SMALL, MIDDLE, LARGE = 10, 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A folder with so many descriptions, and the runs over them."""

    folder: Path
    size: int
    runs: dict[str, list[Run]]

    def measure(self) -> None:
        """Render, check, and do both again, from an empty memory and no trees."""
        shutil.rmtree(self.folder / "gitops", ignore_errors=True)
        shutil.rmtree(_memory(), ignore_errors=True)
        for name in ("render", "check", "render again", "check again"):
            done = run([*PYTHON, name.split()[0]], folder=self.folder)
            self.runs.setdefault(name, []).append(done)

    def each(self, name: str, part: str) -> float:
        """Return the median milliseconds of a cluster."""
        seconds: list[float] = [getattr(one, part) for one in self.runs[name]]
        return median(seconds) / self.size * 1000

    def memory(self, name: str) -> float:
        """Return the median of the peaks in megabytes."""
        return median(one.memory for one in self.runs[name])


def write_fleet(folder: Path, size: int) -> Fleet:
    """Write so many descriptions to clusters/ in `folder`."""
    text = DESCRIPTION.read_text(encoding="utf-8")
    (folder / "clusters").mkdir(parents=True)
    for number in range(size):
        name = f"lab-{number:04}"
        one = text.replace("\nname: goldentooth\n", f"\nname: {name}\n")
        (folder / "clusters" / f"{name}.yaml").write_text(one, encoding="utf-8")
    return Fleet(folder=folder, size=size, runs={})


def _memory() -> Path:
    return Path(processes.ENVIRONMENT["FABRICGEN_CACHE"])


def _unchanged(folder: Path, *, rounds: int) -> None:
    libraries = Command(
        "import pydantic, jinja2, yaml", [sys.executable, "-c", "import pydantic, jinja2, yaml"]
    )
    fleet = write_fleet(folder, 1)
    commands = [
        libraries,
        Command("check, nothing changed", [*PYTHON, "check"]),
        Command("render, nothing changed", [*PYTHON, "render"]),
        Command("check, no memory", [*PYTHON, "check", "--no-cache"]),
        Command("render, no memory", [*PYTHON, "render", "--no-cache"]),
    ]
    run([*PYTHON, "render"], folder=fleet.folder)
    take_turns(commands, rounds=rounds, folder=fleet.folder)
    print(
        "\n### one cluster of 17 nodes\n\n| command | wall ms | cpu ms | x libraries | aim |\n|---|---|---|---|---|"
    )
    for one in commands:
        aim = "1.5" if one.name.startswith("check, nothing") else ""
        ratio = one.wall / libraries.wall
        print(f"| {one.name} | {one.wall * 1000:.0f} | {one.cpu * 1000:.0f} | {ratio:.2f} | {aim} |")


def _fleets(folder: Path, sizes: Sequence[int], *, rounds: int) -> None:
    fleets = [write_fleet(folder / str(size), size) for size in sizes]
    for number in range(rounds):
        for fleet in fleets if number % 2 == 0 else reversed(fleets):
            fleet.measure()
    print("\n### fleets\n\n| run | clusters | wall ms each | cpu ms each | MB |\n|---|---|---|---|---|")
    for name in ("render", "check", "render again", "check again"):
        for one in fleets:
            wall, cpu = one.each(name, "wall"), one.each(name, "cpu")
            print(f"| {name} | {one.size} | {wall:.1f} | {cpu:.1f} | {one.memory(name):.0f} |")
    _ratios(*fleets)


def _ratios(small: Fleet, middle: Fleet, large: Fleet) -> None:
    print("\n| ratio | render | check | aim |\n|---|---|---|---|")
    for title, aim, part in (("wall", "1.1", "wall"), ("cpu", "1.1", "cpu")):
        found = [large.each(verb, part) / small.each(verb, part) for verb in ("render", "check")]
        print(f"| {title} each, {large.size} / {small.size} | {found[0]:.2f} | {found[1]:.2f} | {aim} |")
    found = [large.memory(verb) / middle.memory(verb) for verb in ("render", "check")]
    print(f"| memory, {large.size} / {middle.size} | {found[0]:.2f} | {found[1]:.2f} | flat |")
    found = [large.each(f"{verb} again", "wall") / large.each(verb, "wall") for verb in ("render", "check")]
    print(f"| wall, again / first, {large.size} | {found[0]:.2f} | {found[1]:.2f} | 0.1 |")
    found = [large.each(verb, "cpu") / large.each(verb, "wall") for verb in ("render", "check")]
    print(f"| cores used, {large.size} | {found[0]:.2f} | {found[1]:.2f} | {os.cpu_count()} |")


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=9, help="how often each command runs (default: 9)")
    arguments.add_argument("--fleets", type=int, default=1, help="how often each fleet runs (default: 1)")
    arguments.add_argument("--largest", type=int, default=LARGE, help=f"descriptions (default: {LARGE})")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        processes.ENVIRONMENT["FABRICGEN_CACHE"] = str(Path(folder) / "memory")
        print(f"load: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        _unchanged(Path(folder) / "one", rounds=given.rounds)
        _fleets(Path(folder), (SMALL, MIDDLE, given.largest), rounds=given.fleets)


if __name__ == "__main__":
    main()
