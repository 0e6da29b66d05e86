"""Null, which to the API server is a field left out.

It drops null from fields that may not be null before it looks at an object, and Go's reader of the built-in kinds
leaves such a field at its zero value. Items of lists and values of maps are not fields.
Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable>
"""

from collections.abc import Mapping
from typing import Any

from fabricgen.validation.structure.places import follow


def without_nulls(value: Any, *, schema: Any, root: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any part of a document, and of a schema
    """Return `value` without the fields that are null and that `schema` would rather not have at all.

    The very same object comes back when there is none.
    """
    schema = follow(schema, root=root)
    if not isinstance(schema, dict):
        return value
    match value:
        case dict():
            return _fields(value, schema=schema, root=root)
        case list() if "items" in schema:
            items = [without_nulls(one, schema=schema["items"], root=root) for one in value]
            return value if all(map(_is, items, value)) else items
        case _:
            return value


def _is(one: object, other: object) -> bool:
    return one is other


def _fields(value: dict[str, Any], *, schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    required = schema.get("required", ())
    made: dict[str, Any] = {}
    changed = False
    for key, inner in value.items():
        known = properties.get(key)
        if (
            inner is None
            and known is not None
            and (key not in required or not _may_be_null(known, root=root))
        ):
            changed = True
            continue
        made[key] = without_nulls(inner, schema=rest if known is None else known, root=root)
        changed = changed or made[key] is not inner
    return made if changed else value


def _may_be_null(schema: Any, *, root: Mapping[str, Any]) -> bool:  # noqa: ANN401 - a schema, or true, or false
    schema = follow(schema, root=root)
    return isinstance(schema, dict) and "null" in schema.get("type", ())
