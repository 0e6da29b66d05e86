"""The page on `fabricgen push` names what there is."""

import re
from pathlib import Path

import yaml

from fabricgen.publish import failure

PAGE = (Path(__file__).parent.parent.parent / "docs" / "push.md").read_text(encoding="utf-8")


def test_every_sentence_of_the_table_is_told_by_somebody() -> None:
    told = Path(failure.__file__).read_text(encoding="utf-8")
    sentences = [
        part.strip(" …") for cell in re.findall(r"(?m)^\| (`.*?`) \|", PAGE) for part in cell.split("`")[1::2]
    ]

    parts = [piece.strip() for one in sentences for piece in one.split("…") if piece.strip()]
    assert len(parts) > 10
    assert [one for one in parts if one not in told and not one.startswith("org.") and ":" not in one] == []


def test_the_workflow_is_yaml() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)

    assert [list(yaml.safe_load(one)) for one in blocks] == [["flux"], ["name", True, "jobs"]]
