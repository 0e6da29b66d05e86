"""Values against a chart's own schema."""

from typing import Any

import pytest

from fabricgen.charts import UNKNOWN
from fabricgen.charts.schema import schema_problems

SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "replicas": {"type": "integer", "minimum": 1},
        "mode": {"enum": ["fast", "slow"]},
        "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "ports": {"type": "array", "items": {"$ref": "#/definitions/port"}},
        "tls": {"type": "object", "required": ["secret"], "properties": {"secret": {"type": "string"}}},
    },
    "definitions": {"port": {"type": "integer"}},
}


def told(values: dict[str, Any]) -> list[tuple[str, tuple[str | int, ...], str]]:
    return [(one.rule, one.path, one.hint) for one in schema_problems(values, SCHEMA, chart="example")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": 5}, ("HLM002", ("name",), "")),
        ({"replicas": 0}, ("HLM003", ("replicas",), "")),
        ({"mode": "fsat"}, ("HLM003", ("mode",), "did you mean fast?")),
        ({"either": True}, ("HLM002", ("either",), "")),
        ({"ports": [1, "2"]}, ("HLM002", ("ports", 1), "")),
        ({"nmae": "a"}, ("HLM001", ("nmae",), "")),
    ],
)
def test_what_the_schema_refuses_is_told(
    values: dict[str, Any], expected: tuple[str, tuple[str | int, ...], str]
) -> None:
    assert told(values) == [expected]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"tls": {}},
        {"name": None},
        {"replicas": UNKNOWN, "mode": "${MODE}", "ports": ["${PORT}"]},
        {"name": "a", "replicas": 2, "mode": "fast", "either": 1, "ports": [], "tls": {"secret": "b"}},
    ],
)
def test_what_the_charts_defaults_or_a_later_step_may_fill_in_is_left_alone(values: dict[str, Any]) -> None:
    assert told(values) == []


def test_the_message_names_the_chart() -> None:
    (found,) = schema_problems({"name": 5}, SCHEMA, chart="example")

    assert found.message == 'the schema of the chart example refuses this: 5 is not of type "string"'
    assert found.severity == "error"


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.org/values.json"},
        {"$ref": "other.json"},
        {"type": "no type"},
        {"properties": 5},
    ],
)
def test_a_schema_that_points_elsewhere_or_is_none_is_refused_in_a_sentence(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the schema of the chart example cannot be used: "):
        schema_problems({}, schema, chart="example")
