"""docs/diff.md shows what is really said."""

import re
from pathlib import Path

import pytest
from described import ROOT

from fabricgen.commands.parser import parser
from fabricgen.impact import Impact

FILE = ROOT / "docs" / "diff.md"
PAGE = FILE.read_text(encoding="utf-8")
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["pod-network-k3s", "wireguard-off"])
def test_the_page_shows_what_is_said(name: str, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    said = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").strip()
    block = f"<!-- {name} -->\n```text\n{said}\n```"
    if update_golden:
        page = FILE.read_text(encoding="utf-8")
        old = re.search(rf"<!-- {name} -->\n```text\n.*?\n```", page, flags=re.DOTALL)
        FILE.write_text(page.replace(old[0], block) if old else page, encoding="utf-8")

    assert block in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("impact", Impact)
def test_the_page_has_each_class_with_its_promise(impact: Impact) -> None:
    assert f"| {impact.label} | {impact.meaning} |\n" in PAGE


def test_each_flag_on_the_page_is_one_of_the_command() -> None:
    commands = re.findall(r"(?m)^(?:- run: )?fabricgen diff([^#\n|>]*)", PAGE)

    options = [parser("diff").parse_args(["diff", *one.split()]) for one in commands]

    assert len(options) == 5
