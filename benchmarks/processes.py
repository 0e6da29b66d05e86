"""Whole processes, measured: wall time, processor time and memory of everything they start."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread

_PAGE = os.sysconf("SC_PAGE_SIZE") / 1e6
_BETWEEN_LOOKS = 0.004
# Whoever installed a program has its modules compiled; a shell that keeps Python from writing them would measure that.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: seconds of wall and processor, and the most megabytes of all its processes together."""

    wall: float
    cpu: float
    memory: float
    output: str


@dataclass(slots=True)
class Command:
    """A command with all of its runs; medians over them."""

    name: str
    arguments: Sequence[str]
    runs: list[Run] = field(default_factory=list)

    def run(self, *, folder: Path) -> None:
        """Run it once in `folder` and keep what it took; findings (exit code 1) are no failure."""
        found = run(self.arguments, folder=folder)
        self.runs.append(found)

    @property
    def wall(self) -> float:
        """Median of the wall seconds."""
        return median(one.wall for one in self.runs)

    @property
    def cpu(self) -> float:
        """Median of the processor seconds."""
        return median(one.cpu for one in self.runs)

    @property
    def memory(self) -> float:
        """Median of the peaks in megabytes."""
        return median(one.memory for one in self.runs)


def take_turns(commands: Sequence[Command], *, rounds: int, folder: Path) -> None:
    """Run all commands `rounds` times, each round in the other order, so that a slow moment hits all alike.

    Before that each runs once and nobody looks: modules get compiled, and files come into memory.
    """
    for command in commands:
        run(command.arguments, folder=folder)
    for number in range(rounds):
        for command in commands if number % 2 == 0 else reversed(commands):
            command.run(folder=folder)


def run(arguments: Sequence[str], *, folder: Path) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with another code than 0 (fine) or 1 (findings).
    """
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ended = Event()
    peak = [0.0]
    watcher = Thread(target=_watch, args=(process.pid, ended, peak))
    watcher.start()
    output, errors = process.communicate()
    wall = time.perf_counter() - start
    ended.set()
    watcher.join()
    after = os.times()
    if process.returncode not in {0, 1}:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {errors}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall=wall, cpu=cpu, memory=peak[0], output=output)


def _watch(process: int, ended: Event, peak: list[float]) -> None:
    while not ended.wait(_BETWEEN_LOOKS):
        peak[0] = max(peak[0], sum(_resident(one) for one in _family(process)))


def _family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return [process]
    return [process, *(descendant for child in children for descendant in _family(int(child)))]


def _resident(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0.0
