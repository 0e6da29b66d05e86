"""Documents made from a JSON Schema: one with every field filled, and single faults in it. Used by the bundle's tests."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]

_VALUES: Mapping[str, object] = {"string": "1", "integer": 1, "number": 1.5, "boolean": True}
_FORMATS: Mapping[str, object] = {"date-time": "2026-01-02T03:04:05Z", "byte": "aGVsbG8="}


def full_example(node: Mapping[str, Any], *, definitions: Mapping[str, Any], depth: int = 6) -> object:
    """Return a value that has every field that the schema names, lists and maps with one entry, `depth` levels deep."""
    if "$ref" in node:
        target = definitions[node["$ref"].rpartition("/")[2]]
        return full_example(target, definitions=definitions, depth=depth)
    if "oneOf" in node:
        return full_example(node["oneOf"][0], definitions=definitions, depth=depth)
    if "enum" in node:
        return node["enum"][0]
    kind = next(iter([node["type"]] if isinstance(node.get("type"), str) else node.get("type", ["object"])))
    if kind == "array":
        return [full_example(node["items"], definitions=definitions, depth=depth - 1)]
    if kind == "object":
        return dict(_fields(node, definitions=definitions, depth=depth))
    return _FORMATS.get(node.get("format", ""), _VALUES[kind])


def _fields(
    node: Mapping[str, Any], *, definitions: Mapping[str, Any], depth: int
) -> Iterator[tuple[str, object]]:
    required = node.get("required", ())
    for key, value in node.get("properties", {}).items():
        if depth > 0 or key in required:
            yield key, full_example(value, definitions=definitions, depth=depth - 1)
    if isinstance(node.get("additionalProperties"), dict) and depth > 0:
        yield "key", full_example(node["additionalProperties"], definitions=definitions, depth=depth - 1)


def with_one_fault(body: Any) -> Iterator[tuple[Place, object, Any]]:
    """Yield where the fault is, what was there, and the whole document with it.

    The fault is an unknown field in an object, and a list of lists at a leaf.
    """
    for place, value in _walk(body):
        changed = copy.deepcopy(body)
        parent = changed
        for step in place[:-1]:
            parent = parent[step]
        if isinstance(value, dict):
            (parent[place[-1]] if place else changed)["unknownField"] = {}
        else:
            parent[place[-1]] = [[value]]
        yield place, value, changed


def _walk(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if not isinstance(value, list):
        yield place, value
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in entries:
        yield from _walk(child, (*place, key))
