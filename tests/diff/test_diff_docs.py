"""docs/diff.md has every class of impact, and flags that exist."""

import re

import pytest
from described import ROOT

from fabricgen.commands.parser import parser
from fabricgen.impact import Impact

FILE = ROOT / "docs" / "diff.md"
PAGE = FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("impact", Impact)
def test_the_page_has_each_class_with_its_promise(impact: Impact) -> None:
    assert f"| {impact.label} | {impact.meaning} |\n" in PAGE


def test_each_flag_on_the_page_is_one_of_the_command() -> None:
    commands = re.findall(r"(?m)^(?:- run: )?fabricgen diff([^#\n|>]*)", PAGE)

    options = [parser("diff").parse_args(["diff", *one.split()]) for one in commands]

    assert len(options) == 5
