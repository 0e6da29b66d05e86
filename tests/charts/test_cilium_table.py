"""The table of chart keys against values.yaml and values.schema.json of the charts themselves."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from fabricgen.charts import has_key, values_problems
from fabricgen.charts.table import keys_at, release_of
from fabricgen.versions import parse_version

CHARTS = ("1.16.19", "1.17.18", "1.18.12", "1.19.6", "1.20.0")


@cache
def _values(folder: Path, chart: str) -> Any:
    text = (folder / "charts" / "cilium" / f"values-{chart}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _paths(values: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in values.items() if isinstance(values, dict) else ():
        yield (*above, key)
        yield from _paths(value, (*above, key))


@pytest.mark.schemas
@pytest.mark.parametrize("chart", CHARTS)
def test_every_key_that_the_chart_lists_is_known(schemas_dir: Path, chart: str) -> None:
    paths = [path for path in _paths(_values(schemas_dir, chart)) if not any("." in name for name in path)]

    assert [path for path in paths if not has_key(".".join(path), parse_version(chart))] == []


@pytest.mark.schemas
@pytest.mark.parametrize("chart", CHARTS)
def test_the_charts_own_values_are_free_of_problems(schemas_dir: Path, chart: str) -> None:
    assert values_problems(_values(schemas_dir, chart), chart="cilium", version=chart) == ()


@pytest.mark.schemas
@pytest.mark.parametrize("chart", CHARTS)
def test_every_key_with_a_type_is_in_the_charts_schema_with_that_type(schemas_dir: Path, chart: str) -> None:
    text = (schemas_dir / "charts" / "cilium" / f"values-{chart}.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    keys = keys_at(release_of(chart))
    plain = {path: key for path, key in keys.items() if "[]" not in path and "\\" not in path}

    assert {path: key.types for path, key in plain.items() if key.types} == {
        path: types for path, types in _typed(schema) if types
    }


def _typed(schema: dict[str, Any], above: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, inner in schema.get("properties", {}).items():
        types = inner.get("type") or (
            ["null", "string"] if "oneOf" in inner else ["string"] * ("enum" in inner)
        )
        if "." not in name:
            yield above + name, tuple(sorted([types] if isinstance(types, str) else types))
        yield from _typed(inner, f"{above}{name}.")


def test_a_range_and_words_of_the_schema_are_in_the_table() -> None:
    keys = keys_at((1, 20, 0))

    assert keys["bpf.monitorTraceIPOption"].allowed == "0..255"
    assert keys["scheduling.mode"].allowed == "anti-affinity,kube-scheduler"
