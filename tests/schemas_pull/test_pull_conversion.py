from typing import Any

import pytest

from fabricgen.schemas import Kind
from fabricgen.schemas.pull.conversion import to_json_schema

WIDGET = Kind("example.org", "v1", "Widget")
TEXT = {"type": "string"}


def _spec(schema: dict[str, Any]) -> Any:
    """What becomes of the schema of `spec`."""
    made = to_json_schema({"type": "object", "properties": {"spec": schema}}, kind=WIDGET)
    return made["properties"]["spec"]


def test_the_root_is_closed_and_says_which_kind_it_is() -> None:
    made = to_json_schema({"type": "object", "properties": {"spec": TEXT}, "required": ["spec"]}, kind=WIDGET)

    assert made == {
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "spec"],
        "properties": {
            "apiVersion": {"type": "string", "enum": ["example.org/v1"]},
            "kind": {"type": "string", "enum": ["Widget"]},
            "metadata": {"type": "object"},
            "spec": TEXT,
        },
    }


def test_metadata_stays_open_and_keeps_what_is_said_about_names() -> None:
    said = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 8}}}

    made = to_json_schema({"type": "object", "properties": {"metadata": said}}, kind=WIDGET)

    assert made["properties"]["metadata"] == said


def test_a_root_that_keeps_unknown_fields_stays_open() -> None:
    made = to_json_schema({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, kind=WIDGET)

    assert "additionalProperties" not in made


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        {"x-kubernetes-preserve-unknown-fields": True},
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": True},
        {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"},
        {"anyOf": [{"type": "integer"}, TEXT], "x-kubernetes-int-or-string": True, "pattern": "^[0-9]+%?$"},
        {"type": "string", "nullable": True, "enum": ["a"], "default": "a", "format": "ipv4"},
        {"type": "integer", "minimum": 1, "exclusiveMaximum": True, "maximum": 9, "multipleOf": 2},
    ],
    ids=["free", "anything", "map", "any map", "set", "int or string", "nullable text", "number"],
)
def test_what_is_not_closed_stays_as_it_is(schema: dict[str, Any]) -> None:
    assert _spec(schema) == schema


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"size": TEXT}},
        {"type": "object"},
        {
            "type": "object",
            "properties": {"size": TEXT},
            "x-kubernetes-validations": [{"rule": "has(self.size)"}],
        },
        {"type": "object", "properties": {"size": TEXT}, "x-kubernetes-map-type": "atomic"},
    ],
    ids=["fields", "no field at all", "with a rule", "atomic"],
)
def test_an_object_with_known_fields_is_closed(schema: dict[str, Any]) -> None:
    assert _spec(schema) == {**schema, "additionalProperties": False}


def test_objects_are_closed_in_lists_in_maps_and_below_what_keeps_unknown_fields() -> None:
    inner = {"type": "object", "properties": {"size": TEXT}}
    closed = {**inner, "additionalProperties": False}
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

    assert _spec({"type": "array", "items": inner})["items"] == closed
    assert _spec({"type": "object", "additionalProperties": inner})["additionalProperties"] == closed
    assert _spec({**free, "properties": {"known": inner}}) == {**free, "properties": {"known": closed}}


@pytest.mark.parametrize("branch", ["allOf", "anyOf", "oneOf"])
def test_branches_are_not_closed_since_they_only_say_more_about_a_value(branch: str) -> None:
    partial = {"properties": {"size": {"minLength": 1}}, "required": ["size"]}

    made = _spec({"type": "object", "properties": {"size": TEXT, "other": TEXT}, branch: [partial]})

    assert made[branch] == [partial]


def test_what_must_not_be_is_not_closed() -> None:
    partial = {"type": "object", "properties": {"size": {"enum": ["huge"]}}}

    assert _spec({"type": "object", "properties": {"size": TEXT}, "not": partial})["not"] == partial


def test_descriptions_go_everywhere_and_fields_of_that_name_stay() -> None:
    described = {
        "type": "string",
        "description": "Text.",
        "title": "Text",
        "example": "a",
        "externalDocs": {},
    }
    schema = {
        "type": "object",
        "description": "All.",
        "properties": {"description": described},
        "not": described,
    }

    assert _spec(schema) == {
        "type": "object",
        "properties": {"description": TEXT},
        "not": TEXT,
        "additionalProperties": False,
    }


def test_defaults_are_values_and_not_looked_into() -> None:
    default = {"description": "kept", "properties": {}}

    made = _spec({"type": "object", "x-kubernetes-preserve-unknown-fields": True, "default": default})

    assert made["default"] == default


def test_an_object_within_an_object_says_what_it_is() -> None:
    embedded = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": TEXT}}

    assert _spec(embedded) == {
        "type": "object",
        "x-kubernetes-embedded-resource": True,
        "properties": {"apiVersion": TEXT, "kind": TEXT, "metadata": {"type": "object"}, "spec": TEXT},
        "required": ["apiVersion", "kind"],
        "additionalProperties": False,
    }


def test_an_embedded_object_of_any_kind_stays_open() -> None:
    free = {
        "type": "object",
        "x-kubernetes-embedded-resource": True,
        "x-kubernetes-preserve-unknown-fields": True,
    }

    assert "additionalProperties" not in _spec(free)
    assert _spec(free)["required"] == ["apiVersion", "kind"]


def test_a_number_or_text_without_types_gets_them() -> None:
    assert _spec({"x-kubernetes-int-or-string": True})["anyOf"] == [{"type": "integer"}, TEXT]
