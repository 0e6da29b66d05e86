"""docs/renovate.md shows what Renovate finds, and how it is told to."""

import json
import re

from described import ROOT

from fabricgen.upgrade.renovate import find_comments

RENOVATE = (ROOT / "docs" / "renovate.md").read_text(encoding="utf-8")


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
