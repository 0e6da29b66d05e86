"""Pages made by `make generated` are as the code would make them now, and leave nothing out."""

import re
import runpy

import pytest
from page_runner import ROOT

from fabricgen.commands.parser import COMMANDS

DOCS = ROOT / "docs"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts find each other."""
    monkeypatch.syspath_prepend(ROOT / "scripts")


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize(
    ("script", "function", "page"),
    [
        ("generate_commands", "commands_page", "commands.md"),
        ("generate_settings", "settings_page", "settings.md"),
        ("generate_tree_page", "tree_page", "tree.md"),
    ],
)
def test_the_committed_page_is_the_generated_one(script: str, function: str, page: str) -> None:
    generated = runpy.run_path(str(ROOT / "scripts" / f"{script}.py"))[function]()

    assert generated == (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_section(command: str) -> None:
    assert f"\n## fabricgen {command}\n" in (DOCS / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["commands.md", "settings.md", "tree.md"])
def test_every_row_of_a_table_says_something_first_and_second(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    rows = [re.split(r"(?<!\\)\|", line)[1:3] for line in text.splitlines() if line.startswith("| ")]

    assert [row for row in rows if not all(cell.strip() for cell in row)] == []
