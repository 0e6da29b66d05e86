"""Our own trees: every Talos document in them is valid under its contract, by upstream's schema and by our models."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pulled_talos import read_schemas

from fabricgen.validation.machine.forms import is_talos
from fabricgen.validation.machine.opinion import Opinion
from fabricgen.validation.machine.talos import talos_opinion
from fabricgen.validation.machine.talos_schema import TalosSchema
from fabricgen.yamlio import read_value, split_documents

ROOT = Path(__file__).parents[3]
FOLDERS = [
    *sorted((ROOT / "gitops").glob("*/talos")),
    *sorted((ROOT / "gitops").glob("*/considered/*/talos")),
    *sorted((ROOT / "tests" / "golden").glob("*/expected/talos")),
]


def _documents(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(folder.rglob("*.yaml")):
        for chunk in split_documents(path.read_text(encoding="utf-8")):
            body = read_value(chunk.text)
            if isinstance(body, Mapping) and is_talos(body, file=str(path)):
                yield f"{path}:{chunk.line}", body


def _opinions(folder: Path, schemas: list[TalosSchema]) -> dict[str, Opinion]:
    return {
        place: talos_opinion(body, schemas=schemas, wanted=None, template=False)
        for place, body in _documents(folder)
    }


@pytest.fixture(scope="module")
def schemas(schemas_dir: Path) -> list[TalosSchema]:
    return read_schemas(schemas_dir)


@pytest.mark.schemas
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_tree_is_valid_without_a_word_by_upstream(folder: Path, schemas: list[TalosSchema]) -> None:
    opinions = _opinions(folder, schemas)

    assert opinions
    assert {place: opinion for place, opinion in opinions.items() if opinion.told} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_tree_is_valid_without_any_schema(folder: Path) -> None:
    opinions = _opinions(folder, [])

    assert {place for place, opinion in opinions.items() if opinion.status != "valid"} == set()
