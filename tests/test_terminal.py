"""What a terminal gets and a pipe does not: colours, and a line about work that takes longer than a second."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ERASE = "\r\x1b[K"
WRONG = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndta: {}\n"
PROGRAM = [sys.executable, "-m", "fabricgen"]
SLOW = """
import sys, time
from fabricgen.commands.progress import Progress
with Progress("work") as progress:
    for one in progress.over(["first", "second"], "parts"):
        until = time.monotonic() + 0.9
        while time.monotonic() < until:
            pass
        print(f"{one} done", file=progress.out(sys.stdout), flush=True)
    progress.say("nearly")
    time.sleep(0.3)
print("result")
"""


def _on_a_terminal(
    words: list[str], folder: Path, *, stdout_too: bool = True, more: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return what the terminal got, and what went into the pipe if stdout is one."""
    reader, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT), **(more or {})}
    environment = {key: value for key, value in environment.items() if key != "NO_COLOR" or more}
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdin=terminal,
        stdout=terminal if stdout_too else subprocess.PIPE,
        stderr=terminal,
    )
    os.close(terminal)
    got = _read(reader, process)
    piped = process.stdout.read().decode() if process.stdout else ""
    process.communicate()
    return got, piped


def _read(reader: int, process: "subprocess.Popen[bytes]") -> str:
    got = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([reader], [], [], 0.05)
        try:
            data = os.read(reader, 65536) if ready else b""
        except OSError:  # Linux' way of telling that nobody has the other end any more
            break
        got += data
        if not ready and process.poll() is not None:
            break
    os.close(reader)
    return got.decode()


def _screen(got: str) -> list[str]:
    """Return the lines that a terminal shows in the end."""
    return [
        line.rpartition(ERASE)[2]
        for line in got.replace("\r\n", "\n").split("\n")
        if line.rpartition(ERASE)[2]
    ]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with something to tell by each command that has colours."""
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "clusters").mkdir()
    text = (ROOT / "clusters" / "talos-homelab.yaml").read_text(encoding="utf-8")
    (folder / "clusters/talos-homelab.yaml").write_text(text, encoding="utf-8")
    subprocess.run(
        [*PROGRAM, "render"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    for file in (folder / "gitops").rglob("kustomization.yaml"):
        file.write_text(file.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    (folder / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    (folder / "lint").mkdir()
    (folder / "lint/pool.yaml").write_text(
        "apiVersion: cilium.io/v2alpha1\nkind: CiliumLoadBalancerIPPool\nmetadata: { name: a }\n"
        "spec: { blocks: [{ cidr: 10.0.0.0/28 }] }\n---\n"
        "apiVersion: cilium.io/v2alpha1\nkind: CiliumLoadBalancerIPPool\nmetadata: { name: b }\n"
        "spec: { blocks: [{ cidr: 10.0.0.0/28 }] }\n",
        encoding="utf-8",
    )
    return folder


CASES = [["lint", "lint"], ["validate", "-output", "pretty", "wrong.yaml"], ["diff"]]
COLOR = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("words", CASES, ids=lambda words: words[0])
def test_a_terminal_gets_colours(words: list[str], repository: Path) -> None:
    got, _ = _on_a_terminal([*PROGRAM, *words], repository)

    assert COLOR.search(got)


@pytest.mark.parametrize("words", CASES, ids=lambda words: words[0])
@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colours_gets_none(words: list[str], more: dict[str, str], repository: Path) -> None:
    got, _ = _on_a_terminal([*PROGRAM, *words], repository, more=more)

    assert got.strip()
    assert not COLOR.search(got)


@pytest.mark.parametrize("words", CASES, ids=lambda words: words[0])
def test_the_flag_is_stronger_than_the_terminal(words: list[str], repository: Path) -> None:
    got, _ = _on_a_terminal([*PROGRAM, *words, "--color", "never"], repository)

    assert not COLOR.search(got)


@pytest.mark.parametrize("words", CASES, ids=lambda words: words[0])
def test_a_pipe_gets_colours_only_when_they_are_asked_for(words: list[str], repository: Path) -> None:
    _, plain = _on_a_terminal([*PROGRAM, *words], repository, stdout_too=False)
    _, asked = _on_a_terminal([*PROGRAM, *words, "--color", "always"], repository, stdout_too=False)

    assert not COLOR.search(plain)
    assert COLOR.search(asked)
    assert COLOR.sub("", asked) == plain


def test_long_work_is_told_of_after_a_second_and_leaves_nothing_behind(tmp_path: Path) -> None:
    got, _ = _on_a_terminal([sys.executable, "-c", SLOW], tmp_path)

    assert "work: first (1 of 2 parts), 1 s" not in got
    assert "work: second (2 of 2 parts), 1 s" in got
    assert _screen(got) == ["first done", "second done", "nearly", "result"]


def test_progress_is_on_stderr_also_when_the_result_goes_into_a_pipe(tmp_path: Path) -> None:
    got, piped = _on_a_terminal([sys.executable, "-c", SLOW], tmp_path, stdout_too=False)

    assert "work: second (2 of 2 parts), 1 s" in got
    assert _screen(got) == ["nearly"]
    assert piped == "first done\nsecond done\nresult\n"


def test_a_pipe_sees_no_progress(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SLOW],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("first done\nsecond done\nresult\n", "nearly\n")


@pytest.mark.parametrize("ending", ["raise KeyboardInterrupt", "raise SystemExit(3)", "1 / 0"])
def test_the_line_goes_whatever_ends_the_work(ending: str, tmp_path: Path) -> None:
    code = (
        "import time\nfrom fabricgen.commands.progress import Progress\n"
        "try:\n    with Progress('work'):\n        time.sleep(1.3)\n"
        f"        {ending}\nexcept BaseException:\n    time.sleep(0.3)\n"
    )

    got, _ = _on_a_terminal([sys.executable, "-c", code], tmp_path)

    assert "work, 1 s" in got
    assert _screen(got) == []


def test_processes_that_work_parts_off_draw_nothing(tmp_path: Path) -> None:
    code = (
        "import os, time\nfrom fabricgen.commands.progress import Progress\n"
        "with Progress('work'):\n    child = os.fork()\n    time.sleep(1.3)\n"
        "    if child == 0:\n        os._exit(0)\n    os.waitpid(child, 0)\n"
    )

    got, _ = _on_a_terminal([sys.executable, "-c", code], tmp_path)

    assert 1 <= got.count("work, 1 s") <= 3


def test_short_work_says_nothing(repository: Path) -> None:
    got, _ = _on_a_terminal([*PROGRAM, "validate", "lint/pool.yaml"], repository)

    assert ERASE not in got


def test_unwatched_work_pays_for_nothing() -> None:
    code = (
        "import sys; from fabricgen.commands.progress import Progress\n"
        "with Progress('work'): pass\nprint({'signal', 'threading', 'enum'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "set()\n"
