"""A render that is killed, or refused by its system, at each of its operations on files: see `breaking`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

BREAKING = Path(__file__).with_name("breaking.py")
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only a faster place, where there is one
KILLS = {  # at least so many points in each
    "first": 200,
    "mix": 150,
    "removal": 80,
    "renamed": 120,
    "forced": 100,
    "several": 180,
    "again": 100,
    "undoing": 50,
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for thousands of small files, in memory where that is possible."""
    fast = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else tmp_path
    with TemporaryDirectory(dir=fast, prefix="fabricgen-") as name:
        yield Path(name)


def run(folder: Path, *words: str) -> dict[str, Any]:
    """Run one scenario; return its points and faults."""
    done = subprocess.run(
        [sys.executable, str(BREAKING), *words, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(("scenario", "least"), KILLS.items())
def test_a_render_killed_at_any_operation_leaves_each_file_old_or_new_and_the_next_one_ends_it(
    folder: Path, scenario: str, least: int
) -> None:
    result = run(folder, scenario)

    assert result["faults"] == []
    assert result["points"] >= least


def test_the_scenarios_are_more_than_five_hundred_points() -> None:
    assert sum(KILLS.values()) > 500


def test_the_whole_command_killed_now_and_then_is_ended_by_the_next_one(folder: Path) -> None:
    result = run(folder, "command", "--stride=29")

    assert result["faults"] == []
    assert result["points"] >= 8


@pytest.mark.parametrize("scenario", ["first", "mix", "forced"])
@pytest.mark.parametrize("refusal", ["full", "failing", "forbidden"])
def test_when_the_system_refuses_any_operation_nothing_has_changed_and_a_message_says_so(
    folder: Path, scenario: str, refusal: str
) -> None:
    result = run(folder, scenario, f"--refusal={refusal}")

    assert result["faults"] == []
    assert result["points"] >= 10


def test_when_a_disk_turns_read_only_in_between_nothing_is_lost_and_the_next_render_ends_it(
    folder: Path,
) -> None:
    result = run(folder, "mix", "--refusal=read-only")

    assert result["faults"] == []
    assert result["points"] >= 100
