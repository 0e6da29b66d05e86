"""docs/first-hour.md shows the questions as they stand on a terminal, and its flags come to the same description."""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from on_a_terminal import typed

from fabricgen.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "first-hour.md"
BLOCK = re.compile(r"(?<=<!-- a terminal: fabricgen init -->\n)```text\n(?:.*\n)*?```\n")
ANSWERS = [
    "home",
    "talos",
    "10.0.0.5/24",
    "10.0.0.0/24",
    "",
    "cp-1 10.0.0.11 control-plane amd64 /dev/nvme0n1",
    "",
    "",
    "",
    "https://github.com/me/home",
]
WORKER = "worker-1 10.0.0.12"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in no repository."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(home)
    return home


def _answers() -> list[str]:
    return [*ANSWERS[:6], WORKER, *ANSWERS[6:]]


def test_the_page_shows_the_terminal(folder: Path, *, update_golden: bool) -> None:
    code, seen = typed(["init"], _answers(), folder=folder)
    block = f"```text\n$ fabricgen init\n{seen}```\n"
    if update_golden:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(BLOCK.sub(lambda _: block, page), encoding="utf-8")

    assert code == 0
    assert block in PAGE.read_text(encoding="utf-8")


def test_the_flags_of_the_page_come_to_the_same_files(folder: Path) -> None:
    typed(["init"], _answers(), folder=folder)
    answered = _files(folder)
    flags = re.search(r"(?m)^\$ (fabricgen init home (?:.*\\\n> )*.*)$", PAGE.read_text(encoding="utf-8"))
    assert flags
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()

    with pytest.MonkeyPatch.context() as there:
        there.chdir(elsewhere)
        code = main(shlex.split(flags[1].replace("\\\n> ", ""))[1:])

    assert code == 0
    assert _files(elsewhere) == answered


def _files(folder: Path) -> dict[str, str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {str(one.relative_to(folder)): one.read_text(encoding="utf-8") for one in files}


@pytest.mark.tools
def test_the_script_of_the_first_hour_passes_shellcheck(tool: Callable[[str], str]) -> None:
    script = PAGE.parents[1] / "tests" / "first_hour.sh"

    done = subprocess.run([tool("shellcheck"), script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
