"""Runs a page of the documentation from top to bottom, and returns it with what is really printed.

A page is made of: files, by fences whose first line is `# file: PATH`; commands, by ```console fences with `$ `
before each (a line that ends with a backslash goes on in the next, behind `> `); and set-up that a reader does not
see, by comments `<!-- run: COMMANDS -->`, in which $CHECKOUT is this repository. A ```diff fence that begins with
`--- a/` is applied, wherever its lines are found. All share one folder. In what stands below a command `…` is any
text. `echo $?` prints how the command before it ended.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fabricgen.cli import main

ROOT: Final = Path(__file__).resolve().parents[2]
_PART: Final = re.compile(
    r"(?m)^<!-- run: (?P<hidden>(?s:.*?)) ?-->$"
    r"|^(?P<margin> *)(?P<fence>```+)(?P<kind>\w*)\n(?P<text>(?:.*\n)*?) *(?P=fence)$"
)
_FILE: Final = re.compile(r"# file: (\S+)(?: .*)?\n")
_COMMAND: Final = re.compile(r"(?m)^\$ (?P<words>(?:.*\\\n> )*.*)\n(?P<told>(?:(?!\$ ).*\n)*)")
_FOR_A_SHELL: Final = re.compile(r"[|;&<>*`$(]|^(?!fabricgen )|^fabricgen validate ")
"""`validate` has processes of its own, whose output is the real one's."""
PROGRAM: Final = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from fabricgen.cli import run
run()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a command printed, on both streams in order, and how it ended."""

    text: str
    code: int


@dataclass(slots=True, kw_only=True)
class PageRun:
    """A run over one page: its folder, its environment, and how the last command ended."""

    folder: Path
    environment: Mapping[str, str]
    code: int = 0
    commands: int = 0

    def printed(self, page: str) -> str:
        """Return the page with what its commands print in place of what it shows."""
        return _PART.sub(self._part, page)

    def _part(self, part: re.Match[str]) -> str:
        if hidden := part["hidden"]:
            told = _in_a_shell(f"set -eu\n{hidden}", self.environment)
            assert told.code == 0, f"{hidden}\n{told.text}"
            return part[0]
        text = textwrap.dedent(part["text"]) if part["margin"] else part["text"]
        if file := _FILE.match(text):
            place = self.folder / file[1]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text[file.end() :], encoding="utf-8")
        if part["kind"] == "diff" and text.startswith("--- a/"):
            told = _in_a_shell("git apply --recount --whitespace=nowarn -", self.environment, told=text)
            assert told.code == 0, f"{text}\n{told.text}"
        if part["kind"] != "console":
            return part[0]
        return f"{part['margin']}```console\n{textwrap.indent(self._block(text), part['margin'])}{part['margin']}```"

    def _block(self, text: str) -> str:
        return _COMMAND.sub(self._command, text)

    def _command(self, command: re.Match[str]) -> str:
        words = command["words"].replace("\\\n> ", "")
        told = self._run(words)
        self.code = told.code
        self.commands += 1
        fits = re.fullmatch(re.escape(command["told"]).replace("…", "(?s:.*)"), told.text)
        return command[0] if fits else f"$ {command['words']}\n{told.text}"

    def _run(self, words: str) -> Told:
        if words == "echo $?":
            return Told(text=f"{self.code}\n", code=0)
        if words.startswith("cd "):
            os.chdir(words.removeprefix("cd "))
            return Told(text="", code=0)
        return _in_a_shell(words, self.environment) if _FOR_A_SHELL.search(words) else _in_here(words)


def _in_here(words: str) -> Told:
    """Run a command of fabricgen without another Python, as a terminal would show it."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            code = main(shlex.split(words, comments=True)[1:])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return Told(text=told.getvalue(), code=code)


def _in_a_shell(words: str, environment: Mapping[str, str], *, told: str = "") -> Told:
    """Run a line of a shell, which is told a text on its standard input.

    Both streams come in the order in which they were written; of a pipeline, whose programs run at once, errors come last.
    """
    done = subprocess.run(
        ["sh", "-c", words],
        env=environment,
        input=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if "|" in words else subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Told(text=done.stdout + (done.stderr or ""), code=done.returncode)


def environment_of(folder: Path) -> dict[str, str]:
    """Return what commands of a page find in their environment: this checkout's program, and nothing of the reader's."""
    program = folder / "bin" / "fabricgen"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (
            ("NAME", "me"),
            ("EMAIL", "me@example.org"),
            ("DATE", "2026-01-01T00:00:00Z"),
        )
    }
    return {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "CHECKOUT": str(ROOT),
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "COLUMNS": "100",
        "PYTHONUNBUFFERED": "1",  # both streams in order, as on a terminal
        "LC_ALL": "C.UTF-8",
        **person,
    }


def shown_commands(page: str) -> Iterator[str]:
    """Yield the commands of a page, in order."""
    for part in _PART.finditer(page):
        if part["kind"] == "console":
            yield from (one["words"] for one in _COMMAND.finditer(textwrap.dedent(part["text"])))
