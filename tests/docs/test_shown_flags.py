"""Commands that pages name without running them, in prose, in workflows and in scripts, exist with all their flags."""

import re
from itertools import chain
from pathlib import Path

import pytest
from page_runner import ROOT

from fabricgen.commands.parser import COMMANDS, command_parser
from fabricgen.commands.validate_flags import FLAGS

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if not {"_build", "examples"} & set(page.parts)),
]
FENCE = re.compile(r"(?ms)^ *(```+)(\w*)\n(.*?)^ *\1$")
COMMAND = r"fabricgen ([a-z]+)((?: [^\s`|#;&>]+)*)"
FLAG = re.compile(r"(?<= )--?[a-z][\w-]*")


def _named(page: Path) -> list[tuple[str, str]]:
    """Return commands with their words: lines of fences that do not run, and words in backticks."""
    text = page.read_text(encoding="utf-8")
    fences = [fence[3] for fence in FENCE.finditer(text) if fence[2] != "console"]
    lines = [found for fence in fences for found in re.findall(rf"(?m)^ *(?:- run: )?{COMMAND}", fence)]
    return [*lines, *re.findall(rf"`{COMMAND}", FENCE.sub("", text))]


def _flags(command: str) -> set[str]:
    if command == "validate":
        names = chain.from_iterable(flag.names for flags in FLAGS.values() for flag in flags)
        return {f"{dash}{name}" for name in names for dash in ("-", "--")} | {"-h", "--help"}
    parsers = [command_parser(command)]
    actions = [one.choices for one in parsers[0]._actions if one.dest == "action" and one.choices]  # noqa: SLF001 - argparse lists them nowhere else
    parsers += chain.from_iterable(dict(one).values() for one in actions)
    return {flag for parser in parsers for one in parser._actions for flag in one.option_strings}  # noqa: SLF001 - the same


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_that_a_page_shows_exists(command: str) -> None:
    known = _flags(command)
    shown = [
        (page.name, flag)
        for page in PAGES
        for name, words in _named(page)
        if name == command
        for flag in FLAG.findall(words)
    ]

    assert [one for one in shown if one[1] not in known] == []


def test_every_command_that_a_page_shows_exists() -> None:
    named = {name for page in PAGES for name, _ in _named(page)}

    assert len(named) > 10
    assert named <= {*COMMANDS, "help"}
