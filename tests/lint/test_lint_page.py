"""The examples of docs/lint.md and docs/check.md run, and print what stands there; `…` stands for whatever the rules say."""

import re
import shlex
from pathlib import Path

import pytest
from scratch_repository import commit_all, write_files

from fabricgen.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"(?m)^(?P<margin> *)```(?P<kind>yaml|console)\n(?P<text>(?:.*\n)*?) *```$")
FILE = re.compile(r"# file: (\S+)\n")
COMMAND = re.compile(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n)*)")


def _run(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run one command of the page, and return what it prints."""
    program, *words = shlex.split(command)
    if program == "rm":
        Path(words[0]).unlink()
        return ""
    assert program == "fabricgen"
    main(words)
    told = capsys.readouterr()
    return told.out + told.err


def _pattern(expected: str) -> str:
    return re.escape(expected).replace("…", "(?s:.*)")


@pytest.mark.parametrize(("page", "number"), [("lint.md", 7), ("check.md", 5)])
def test_the_page_runs_from_top_to_bottom(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    page: str,
    number: int,
) -> None:
    commit_all(write_files(tmp_path, {"README.md": "scratch\n"}))
    monkeypatch.chdir(tmp_path)
    ran = []

    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        text = re.sub(rf"(?m)^{block['margin']}", "", block["text"])
        write_files(tmp_path, {name[1]: text.partition("\n")[2] for name in [FILE.match(text)] if name})
        for command, expected in COMMAND.findall(text):
            told = _run(command, capsys)
            assert re.fullmatch(_pattern(expected), told), f"{command} prints\n{told}"
            ran.append(command)

    assert len(ran) == number
