"""docs/upgrade.md and docs/renovate.md show what is really said."""

import json
import re

import pytest
from described import ROOT

from fabricgen.cli import main
from fabricgen.upgrade.renovate import find_comments

FILE = ROOT / "docs" / "upgrade.md"
RENOVATE = (ROOT / "docs" / "renovate.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?m)^```console\n\$ fabricgen (.*)\n((?:.*\n)*?)```$")
COMMANDS = [one[1] for one in BLOCK.finditer(FILE.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_shows_what_is_said(
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    update_golden: bool,
) -> None:
    monkeypatch.chdir(ROOT)
    main(command.split())
    out, err = capsys.readouterr()
    block = f"```console\n$ fabricgen {command}\n{out}{err}```"
    if update_golden:
        page = FILE.read_text(encoding="utf-8")
        old = next(one[0] for one in BLOCK.finditer(page) if one[1] == command)
        FILE.write_text(page.replace(old, block), encoding="utf-8")

    assert block in FILE.read_text(encoding="utf-8")


def test_the_page_has_the_table_a_plan_and_a_refusal() -> None:
    assert len(COMMANDS) == 3


def test_renovate_finds_what_its_page_shows() -> None:
    block = re.search(r"```yaml\n(.*?)```", RENOVATE, flags=re.DOTALL)
    assert block

    found = find_comments(block[1])

    assert [one.name for one in found] == re.findall(r"depName=(\S+)", block[1])


def test_the_page_extends_the_preset_by_its_path() -> None:
    blocks = re.findall(r"```json\n(.*?)```", RENOVATE, flags=re.DOTALL)

    (config,) = (json.loads(block) for block in blocks)

    assert config["extends"][-1].endswith("//renovate/descriptions")
    assert (ROOT / "renovate" / "descriptions.json").is_file()
