"""Shortcuts decide as the runtime does, or leave it to the runtime: on made-up values, plain and odd."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabricgen.validation.cel import runtime, wire
from fabricgen.validation.cel.expression import walk
from fabricgen.validation.cel.handing import handing
from fabricgen.validation.cel.places import locate
from fabricgen.validation.cel.reads import reads
from fabricgen.validation.cel.shortcut import UNDECIDED, shortcut

UNKNOWN = "left to the runtime"
ITEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "type": {"type": "string", "default": "x"},
        "port": {"type": "integer"},
        "ratio": {"type": "number"},
        "on": {"type": "boolean"},
        "maybe": {"type": "string", "nullable": True, "default": "x"},
        "since": {"type": "string", "format": "date-time"},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **ITEM["properties"],
        "either": {"x-kubernetes-int-or-string": True},
        "inner": {**ITEM, "default": {"name": "x"}},
        "items": {"type": "array", "items": ITEM},
        "texts": {"type": "array", "items": {"type": "string"}},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
    },
}
RULES = (
    "has(self.name) || has(self.port)",
    "!has(self.name) || !has(self.inner)",
    "has(self.type) && has(self.maybe)",
    "self.type == 'x' ? has(self.name) : true",
    "self.name != 'x' || self.on",
    "!self.on",
    "self.on ? self.port > 1 : self.port <= 1",
    "self.maybe == 'x'",
    "self.port == self.inner.port",
    "self.port == 1 && self.port != 2",
    "self.ratio == 1.0 || self.ratio > 0.5",
    "self.ratio == 1.0 ? self.port >= 1 : self.port < 1",
    "self.either == 'x' || self.either == 1",
    "self.name < self.type",
    "self.name in ['x', 'xy']",
    "self.name.startsWith('x') && !self.name.endsWith('y')",
    "self.name.contains('x') || size(self.name) == 0",
    "self.name.matches('^(?i)X+y?$')",
    "self.items.size() == 1 && size(self.texts) < 2",
    "self.items.all(i, has(i.name) && i.type == 'x')",
    "self.items.all(i, self.items.exists_one(j, i.name == j.name))",
    "self.items.exists(i, i.on || i.port == 1)",
    "self.items.filter(i, i.type == 'x').size() <= 1",
    "self.items.filter(i, has(i.port)).all(i, i.port == 1)",
    "self.items.map(i, i.name).exists(n, n == 'x')",
    "self.items[0].name == 'x'",
    "self.items.size() > 1 ? self.items[1].port + self.items[0].port == 2 : true",
    "self.texts.all(t, t != 'x') || self.texts[0] == 'x'",
    "(self.texts + self.set).size() == 2",
    "self.set == self.texts",
    "self.inner.name == 'x' || has(self.inner.map)",
    "self.map.all(k, k != 'x') && self.map.size() < 2",
    "'x' in self.map",
    "self.since > timestamp('2020-01-01T00:00:00Z') || !has(self.since)",
    "self.name == 'x' || self.items[5].on",
    "self.items.all(self, self.name == 'x')",
    "true || self.on",
    "'x' == 'x'",
)
texts = st.sampled_from(["", "x", "xy", "X", "é", "2020-01-01T00:00:00Z"])
numbers = st.sampled_from([0, 1, 2, -1, 1.0, 0.5, 2**53, 2**63 - 1])
plain = texts | numbers | st.booleans() | st.none()
maps = st.dictionaries(st.sampled_from(["x", "y"]), plain, max_size=2)
typed: dict[str, st.SearchStrategy[Any]] = {
    "string": texts,
    "integer": numbers,
    "number": numbers,
    "boolean": st.booleans(),
    "": texts | numbers,
}


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that mostly have the types of the schema; sometimes fields are absent, null, or of another type."""
    if "items" in schema:
        own: st.SearchStrategy[Any] = st.lists(values(schema["items"]), max_size=3)
    elif "properties" in schema:
        fields = {name: values(inner) for name, inner in schema["properties"].items()}
        own = st.fixed_dictionaries({}, optional=fields)
    else:
        own = maps if "additionalProperties" in schema else typed[schema.get("type", "")]
    return st.one_of(own, own, own, own, plain, maps)


def decided(rule: str, schema: dict[str, Any], value: Any) -> Any:
    decide: Callable[[Any], bool] = shortcut(locate(runtime.compiled(rule).tree, schema))
    try:
        return decide(value)
    except UNDECIDED:
        return UNKNOWN


def evaluated(rule: str, schema: dict[str, Any], value: Any) -> Any:
    compiled = runtime.compiled(rule)
    tree = locate(compiled.tree, schema)
    hand = handing(schema, reads([tree]))
    return runtime.evaluated(runtime.rewritten(tree, original=compiled), runtime.activation(hand(value)))


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=80, deadline=None)
@given(value=values(SCHEMA))
def test_a_decision_is_what_the_runtime_says(rule: str, value: Any) -> None:
    decision = decided(rule, SCHEMA, value)

    assert decision in (UNKNOWN, evaluated(rule, SCHEMA, value))


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (RULES[0], {"name": "x"}),
        (RULES[3], {"name": "x"}),
        (RULES[16], {"name": ""}),
        (RULES[17], {"name": "xxY"}),
        (RULES[20], {"items": [{"name": "x"}, {"name": "y"}]}),
        (RULES[22], {"items": [{}, {"type": "y"}]}),
    ],
)
def test_plain_rules_on_plain_values_are_decided(rule: str, value: Any) -> None:
    assert decided(rule, SCHEMA, value) is True


@pytest.mark.schemas
def test_rules_of_the_gateway_api_are_decided_without_the_runtime(schemas_dir: Path) -> None:
    route = json.loads((schemas_dir / "gateway.networking.k8s.io" / "httproute_v1.json").read_text())
    parents = route["properties"]["spec"]["properties"]["parentRefs"]
    rules = [rule["rule"] for rule in parents["x-kubernetes-validations"]]

    decisions = [decided(rule, parents, [{"name": "a"}, {"name": "b", "namespace": "c"}]) for rule in rules]

    assert decisions == [True, True]


@pytest.mark.parametrize("rule", RULES)
def test_a_tree_written_again_is_the_same_rule(rule: str) -> None:
    original = runtime.compiled(rule)
    new = original.tree._replace(id=0)

    again = runtime.rewritten(new, original=original)

    assert [type(node) for node in walk(wire.read(again.serialize()))] == [type(node) for node in walk(new)]
