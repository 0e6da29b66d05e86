"""What CustomResourceDefinitions say, and how it is read: nullable, open and closed objects, lists, embedded objects."""

import json
from typing import Any

import pytest
from structures import custom, thing, told

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Kind
from fabricgen.validation.structure import compile_structure, prepare

_THING = Kind("example.com", "v1", "Thing")
_TEXT = {"type": "string"}
_PORTS = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["port", "protocol"],
    "items": {
        "type": "object",
        "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}},
        "required": ["port", "protocol"],
    },
}
# A field with a default, and alternatives that ask about it.
_KINDS = {
    "type": "object",
    "properties": {"a": {"type": "string", "default": "x"}, "c": _TEXT},
    "oneOf": [
        {"properties": {"a": {"enum": ["x"]}}, "required": ["c"]},
        {"properties": {"a": {"not": {"enum": ["x"]}}}},
    ],
}
_EMBEDDED = {
    "type": "object",
    "x-kubernetes-embedded-resource": True,
    "x-kubernetes-preserve-unknown-fields": True,
}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "value", "holds"),
    [
        (_object(a=_TEXT), {"b": 1}, False),
        (_object(a=_object(b=_TEXT)), {"a": {"c": 1}}, False),
        ({"type": "array", "items": _object(a=_TEXT)}, [{"b": 1}], False),
        ({"type": "object", "additionalProperties": _object(a=_TEXT)}, {"x": {"b": 1}}, False),
        ({**_object(a=_TEXT), "x-kubernetes-preserve-unknown-fields": True}, {"b": 1}, True),
        ({**_object(a=_TEXT), "x-kubernetes-preserve-unknown-fields": True}, {"a": 1}, False),
        (
            {
                **_object(a=_TEXT),
                "x-kubernetes-preserve-unknown-fields": True,
                "additionalProperties": False,
            },
            {"b": 1},
            True,
        ),
        ({"x-kubernetes-preserve-unknown-fields": True}, [1, "a", None], True),
        (
            {**_object(a=_TEXT, b=_TEXT), "oneOf": [{**_object(a={}), "required": ["a"]}]},
            {"a": "", "b": ""},
            True,
        ),
        (_object(a={**_TEXT, "nullable": True}), {"a": None}, True),
        ({**_object(a={**_TEXT, "nullable": True}), "required": ["a"]}, {"a": None}, True),
        ({**_object(a=_TEXT), "required": ["a"]}, {"a": None}, False),
        (_object(a=_TEXT), {"a": None}, True),
        (_object(a={**_TEXT, "enum": ["x"]}), {"a": None}, True),
        (_object(a={**_TEXT, "enum": ["x"], "nullable": True}), {"a": None}, True),
        ({"type": "array", "items": _TEXT}, [None], False),
        ({**_object(a={**_TEXT, "default": "x"}), "required": ["a"]}, {}, True),
        ({**_object(a={**_TEXT, "default": "x"}), "required": ["a"]}, {"a": None}, True),
        ({**_object(a={**_TEXT, "default": "x"}), "required": ["a"]}, {"a": 1}, False),
        (_KINDS, {}, False),
        (_KINDS, {"a": "x", "c": ""}, True),
        (_KINDS, {"c": ""}, True),
        (_KINDS, {"a": "y"}, True),
        ({"x-kubernetes-int-or-string": True}, 1, True),
        ({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, _TEXT]}, "1", True),
        ({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, _TEXT]}, 1.5, False),
        ({"x-kubernetes-int-or-string": True, "pattern": "^[0-9]+%$"}, "x", False),
        ({"format": "int-or-string", "type": "string"}, 1, True),
        ({"type": "integer"}, 1.0, True),
        ({"type": "integer"}, 1.5, False),
        ({"type": "number"}, 1, True),
        ({"type": "integer"}, True, False),
        ({**_TEXT, "maxLength": 1}, "😀", True),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, True),
        ({"type": "number", "minimum": 0.5}, 0.4, False),
        ({"type": "integer", "format": "int32"}, 2**40, True),
        ({**_TEXT, "pattern": r"^\PC*$"}, "é", True),
        ({**_TEXT, "pattern": r"^\PC*$"}, "\x00", False),
        ({**_TEXT, "pattern": r"^(?i)(abort|warn)?$"}, "Warn", True),
        ({**_TEXT, "pattern": r"^\d$"}, "٣", False),
        ({**_TEXT, "pattern": "^a$"}, "a\n", False),
        ({"type": "array", "x-kubernetes-list-type": "set", "items": _TEXT}, ["a", "b"], True),
        ({"type": "array", "x-kubernetes-list-type": "set", "items": _TEXT}, ["a", "b", "a"], False),
        (_PORTS, [{"port": 1}, {"port": 2}], True),
        (_PORTS, [{"port": 1, "protocol": "UDP"}, {"port": 1}], True),
        (_PORTS, [{"port": 1, "protocol": "TCP"}, {"port": 1}], False),
        (
            _object(a={"type": "object", "additionalProperties": _PORTS}),
            {"a": {"b": [{"port": 1}] * 2}},
            False,
        ),
        (_EMBEDDED, {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}, "c": 1}, True),
        (_EMBEDDED, {"kind": "Pod"}, False),
        (_EMBEDDED, {"apiVersion": "v1", "kind": ""}, False),
        (_EMBEDDED, {"apiVersion": "a/b/c", "kind": "Pod"}, False),
        (_EMBEDDED, {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b c"}}}, False),
        (_EMBEDDED, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a/b"}}, False),
    ],
)
def test_a_value_is_judged_as_the_api_server_does(schema: dict[str, Any], value: Any, *, holds: bool) -> None:
    judged = custom(schema)

    assert judged.holds(thing(value)) is holds
    assert bool(told(judged, thing(value))) is not holds


@pytest.mark.parametrize(
    "raw", [_object(a=_TEXT), {**_object(a=_TEXT), "required": ["a"]}, _PORTS, _EMBEDDED]
)
def test_what_is_prepared_is_prepared_for_good_and_is_json(raw: dict[str, Any]) -> None:
    schema = _object(spec=raw)
    before = json.dumps(schema)

    prepared = prepare(schema)

    assert json.dumps(schema) == before
    assert json.loads(json.dumps(prepared)) == prepared
    assert prepare(prepared) == prepared


def test_a_prepared_schema_compiles_to_the_same() -> None:
    judged = compile_structure(prepare(_object(spec=_object(a=_TEXT))), kind=_THING)

    assert judged.holds(thing({"a": "b"}))
    assert told(judged, thing({"b": "c"})) == ["spec.b: unknown field; known here: a"]


def test_unknown_fields_pass_where_the_author_of_the_schema_lets_them() -> None:
    judged = custom(_object(a=_TEXT), strict=False)

    assert judged.holds(thing({"b": 1}) | {"more": 1})
    assert not judged.holds(thing({"a": 1}))


def test_unknown_fields_stay_refused_where_the_author_of_the_schema_refuses_them() -> None:
    judged = custom({**_object(a=_TEXT), "additionalProperties": False}, strict=False)

    assert not judged.holds(thing({"b": 1}))
    assert judged.holds(thing({"a": "b"}) | {"more": 1})


def test_definitions_that_hold_themselves_compile_and_count_everywhere() -> None:
    node = {"type": "object", "properties": {"ports": _PORTS, "inner": {"$ref": "#/$defs/Node"}}}
    schema = {**_object(spec={"$ref": "#/$defs/Node"}), "$defs": {"Node": node}}
    judged = compile_structure(schema, kind=_THING)
    twice = {"ports": [{"port": 1}, {"port": 1}]}

    assert judged.holds(thing({"inner": {"inner": {"ports": [{"port": 1}]}}}))
    assert [problem.path for problem in judged.problems(thing({"inner": {"inner": twice}}))] == [
        ("spec", "inner", "inner", "ports", 1)
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"spec": {"type": "nothing"}}},
        {"properties": {"spec": {"pattern": "("}}},
        {"properties": []},
        {"properties": {"spec": {"$ref": "https://example.com/schema.json"}}},
        {"properties": {"spec": {"$ref": "#/$defs/missing"}}},
    ],
)
def test_what_is_no_schema_is_an_error_that_names_the_kind(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match=r"the schema of Thing \(example\.com/v1\) cannot be compiled"):
        compile_structure(schema, kind=_THING)


def test_a_pattern_that_only_other_engines_know_still_counts() -> None:
    judged = custom({**_TEXT, "pattern": "^(?!latest$)"})

    assert judged.holds(thing("1.2.3"))
    assert not judged.holds(thing("latest"))
