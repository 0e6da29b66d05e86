"""Completion in the real shells."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fabricgen.cli import main
from fabricgen.commands.parser import COMMANDS

Ask = Callable[[str], set[str]]
BASH = """
eval "$(fabricgen completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_WORDBREAKS=$' \\t\\n"'"'"'><=;|&(:'
_python_argcomplete fabricgen
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """
fabricgen completion fish | source
complete -C $argv[1]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two descriptions."""
    (tmp_path / "clusters").mkdir()
    for name in ("home", "lab"):
        (tmp_path / "clusters" / f"{name}.yaml").write_text(f"name: {name}\n", encoding="utf-8")
    (tmp_path / "notes.txt").touch()
    return tmp_path


def _environment(folder: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "TERM": "dumb"}


@pytest.fixture(params=["bash", "fish"])
def ask(request: pytest.FixtureRequest, repository: Path, tool: Callable[[str], str]) -> Ask:
    """Return a function from a line to what a shell offers at its end."""
    scripts = {
        "bash": lambda: ["bash", "-c", BASH, "bash"],
        "fish": lambda: [tool("fish"), "--no-config", "-c", FISH],
    }
    script = scripts[request.param]()

    def offered(line: str) -> set[str]:
        done = subprocess.run(
            [*script, line],
            cwd=repository,
            env=_environment(repository),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return {one.split("\t")[0].strip() for one in done.stdout.splitlines()} - {""}

    return offered


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("fabricgen ", set(COMMANDS)),
        ("fabricgen comp", {"completion"}),
        ("fabricgen lint --format ", {"text", "json", "sarif", "github", "junit", "markdown"}),
        ("fabricgen lint --si", {"--since"}),
        ("fabricgen schemas ", {"pull", "import", "list", "verify"}),
        ("fabricgen schemas pull --met", {"--metallb"}),
        ("fabricgen explain h", {"home"}),
        ("fabricgen explain RTE00", {"RTE001", "RTE002"}),
        ("fabricgen lint --only CIL,RTE00", {"CIL,RTE001", "CIL,RTE002"}),
        ("fabricgen render clusters/", {"clusters/home.yaml", "clusters/lab.yaml"}),
        ("fabricgen upgrade ", {"home", "lab"}),
        ("fabricgen push oci://registry.lan/x l", {"lab"}),
        ("fabricgen validate -output j", {"json", "junit"}),
        ("fabricgen validate -summ", {"-summary"}),
        ("fabricgen validate no", {"notes.txt"}),
        ("fabricgen help adv", {"advise"}),
        ("fabricgen completion ", {"bash", "zsh", "fish"}),
    ],
)
@pytest.mark.tools
def test_a_shell_offers_what_can_stand_there(line: str, some: set[str], ask: Ask) -> None:
    assert some <= ask(line)


@pytest.mark.parametrize(
    ("line", "not_this"),
    [("fabricgen render ", "notes.txt"), ("fabricgen explain ", "render"), ("fabricgen lint --fo", "--fix")],
)
@pytest.mark.tools
def test_a_shell_does_not_offer_what_cannot(line: str, not_this: str, ask: Ask) -> None:
    assert not_this not in ask(line)


@pytest.mark.tools
def test_zsh_completes_a_command_a_flag_and_a_cluster(repository: Path, tool: Callable[[str], str]) -> None:
    lines = [
        "fabricgen compl\t\x01echo \x05",
        "fabricgen lint --sinc\t\x01echo \x05",
        "fabricgen explain ho\t\x01echo \x05",
    ]

    told = _in_zsh(tool("zsh"), lines, repository)

    assert re.findall(r"(?m)^fabricgen \S.*$", told) == [
        "fabricgen completion",
        "fabricgen lint --since",
        "fabricgen explain home",
    ]


@pytest.mark.tools
def test_zsh_shows_what_each_candidate_is(repository: Path, tool: Callable[[str], str]) -> None:
    told = _in_zsh(tool("zsh"), ["fabricgen schemas \t\t\x15"], repository)

    assert re.search(r"verify +-- are the files those of the lock\?", told)


def _in_zsh(zsh: str, lines: list[str], folder: Path) -> str:
    """Type lines into an interactive zsh; return all that its terminal got, without what draws."""
    environment = {**_environment(folder), "TERM": "xterm", "COLUMNS": "120"}
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(zsh, ["zsh", "-f", "-i"], environment)  # noqa: S606 - the shell itself
    start = (
        "PROMPT='%% '; stty cols 120 rows 40; autoload -U compinit; compinit -D -u; "
        'eval "$(fabricgen completion zsh)"; echo rea""dy\n'
    )
    got = _type(terminal, start, until="\r\nready")
    _type(terminal, "\n", until="")  # by then the line editor is there, which knows Tab
    for line in lines:
        got += _type(terminal, line, until="")
        got += _type(terminal, "\n", until="")
    _type(terminal, "exit\n", until="")
    os.waitpid(process, 0)
    os.close(terminal)
    return re.sub(r"\x1b(\[[?>0-9;]*[A-Za-z]|[=>])|\x1b\].*?\x07|\r", "", got)


def _type(terminal: int, text: str, *, until: str) -> str:
    """Type a text, and return what comes until `until`, or until nothing has come for a second."""
    os.write(terminal, text.encode())
    got = ""
    end = time.monotonic() + 20
    while time.monotonic() < end and not (until and until in got):
        ready, _, _ = select.select([terminal], [], [], 20 if until else 1.5)
        if not ready:
            break
        try:
            got += os.read(terminal, 65536).decode(errors="replace")
        except OSError:  # the shell has ended
            break
    return got


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_names_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0

    out, err = capsys.readouterr()
    assert "fabricgen" in out
    assert err == ""


def test_completing_imports_nothing_heavy(repository: Path) -> None:
    code = (
        "import os, sys\nos.environ.update(_ARGCOMPLETE='1', COMP_LINE='fabricgen lint --fo', COMP_POINT='19')\n"
        "import argcomplete\nfrom fabricgen.commands import completing\n"
        "argcomplete.autocomplete = lambda *a, **k: None\ncompleting.complete()\n"
        "print(sorted({'pydantic', 'yaml', 'jinja2'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
