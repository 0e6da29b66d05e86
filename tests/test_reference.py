"""The reference of the description: generated, committed, and about every key."""

import re
import runpy
from pathlib import Path

from fabricgen.description.schema import description_schema

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "description.md").read_text(encoding="utf-8")


def keys_by_model() -> dict[str, list[str]]:
    schema = description_schema()
    return {
        name: list(model["properties"]) for name, model in ({"Description": schema} | schema["$defs"]).items()
    }


def test_the_committed_page_is_the_generated_one() -> None:
    generated = runpy.run_path(str(ROOT / "scripts" / "generate_reference.py"))["reference"]()

    assert generated == PAGE


def test_every_key_of_every_model_has_its_row() -> None:
    sections = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[2:]}

    rows = {name: re.findall(r"(?m)^\| `(\w+)` \|", section) for name, section in sections.items()}

    assert rows == keys_by_model()


def test_every_row_says_something_in_each_column() -> None:
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in PAGE.splitlines() if line.startswith("| `")]

    assert [row for row in rows if len(row) != 4 or not all(cell.strip() for cell in row)] == []


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"(?m)^## (.*)$", PAGE)}

    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= headings


def test_the_first_link_is_the_commented_example() -> None:
    first = re.search(r"\]\((\.\./[^)]*)\)", PAGE)

    assert first
    assert first[1] == "../clusters/goldentooth.yaml"
    assert (ROOT / "docs" / first[1]).is_file()
