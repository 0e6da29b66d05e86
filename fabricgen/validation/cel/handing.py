"""Values of a document -> what the runtime is handed: only what is read, with defaults, and of the types CEL expects.

Fed by `rules` with the schema of a place and what `reads` found; made once for each place. The API server fills in
defaults, drops nulls, and reads numbers by their schema before any rule runs; so do these functions, without
touching the document.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting and
#defaulting-and-nullable.
"""

from collections.abc import Callable

from fabricgen.validation.cel.expression import Schema
from fabricgen.validation.cel.formats import go_duration, timestamp
from fabricgen.validation.cel.function import Value
from fabricgen.validation.cel.places import element_schema, schema_type
from fabricgen.validation.cel.reads import Reads

Handing = Callable[[Value], Value]

ABSENT: Value = object()
"""There is no default."""


def default_of(schema: Schema) -> Value:
    """Return the default of a value with this schema, with the defaults inside it filled in; or ABSENT."""
    default = (schema or {}).get("default")
    return ABSENT if default is None else filled(default, schema)


def filled(value: Value, schema: Schema) -> Value:
    """Return a copy of `value` with the defaults inside it filled in."""
    if isinstance(value, dict):
        properties = (schema or {}).get("properties") or {}
        defaults = {name: default_of(inner) for name, inner in properties.items() if name not in value}
        inside = {
            name: filled(inner, properties.get(name) or _values(schema)) for name, inner in value.items()
        }
        return inside | {name: default for name, default in defaults.items() if default is not ABSENT}
    if isinstance(value, list):
        return [filled(inner, element_schema(schema)) for inner in value]
    return value


def is_nullable(schema: Schema) -> bool:
    """Return whether null is a value of its own here, and not the same as leaving it out."""
    named = (schema or {}).get("type")
    return bool((schema or {}).get("nullable")) or (isinstance(named, list) and "null" in named)


def handing(schema: Schema, reads: Reads | None) -> Handing:
    """Return the function that makes of a value what the runtime is handed."""
    match schema_type(schema):
        case "object" if schema and schema.get("properties"):
            return _object(schema["properties"], reads)
        case "object":
            return _map(_values(schema))
        case "array":
            return _list(element_schema(schema))
        case "number":
            return _number
        case "integer":
            return _integer
        case "string" if schema and schema.get("format") == "duration":
            return _text(go_duration)
        case "string" if schema and schema.get("format") in {"date", "date-time"}:
            return _text(timestamp)
        case _:
            return _same


def _values(schema: Schema) -> Schema:
    found = (schema or {}).get("additionalProperties")
    return found if isinstance(found, dict) else None


def _same(value: Value) -> Value:
    return value


def _number(value: Value) -> Value:
    return float(value) if type(value) is int else value


def _integer(value: Value) -> Value:
    return int(value) if type(value) is float and value.is_integer() else value


def _text(change: Callable[[str], str]) -> Handing:
    return lambda value: change(value) if isinstance(value, str) else value


def _object(properties: dict[str, Value], reads: Reads | None) -> Handing:
    wanted = properties if reads is None else {name: properties.get(name) for name in reads}
    inside = {name: handing(schema, (reads or {}).get(name)) for name, schema in wanted.items()}
    defaults = {name: default_of(schema) for name, schema in wanted.items()}
    filling = {name: inside[name](value) for name, value in defaults.items() if value is not ABSENT}
    nullable = {name for name in filling if is_nullable(wanted[name])}

    def hand(value: Value) -> Value:
        if type(value) is not dict:
            return value
        names = value if reads is None else wanted
        handed = {
            name: inside[name](value[name]) if name in inside else value[name]
            for name in names
            if value.get(name) is not None
        }
        for name, default in filling.items():
            if name not in handed and not (name in nullable and name in value):
                handed[name] = default
        return handed

    return hand


def _map(schema: Schema) -> Handing:
    inside, keeps_null = handing(schema, None), schema is None or is_nullable(schema)
    default = default_of(schema)

    def hand(value: Value) -> Value:
        if type(value) is not dict:
            return value
        handed = {name: None if one is None else inside(one) for name, one in value.items()}
        if keeps_null or None not in handed.values():
            return handed
        if default is not ABSENT:
            return {name: inside(default) if one is None else one for name, one in handed.items()}
        return {name: one for name, one in handed.items() if one is not None}

    return hand


def _list(schema: Schema) -> Handing:
    inside = handing(schema, None)
    default = default_of(schema)
    if inside is _same and default is ABSENT:
        return _same
    filling = None if default is ABSENT or is_nullable(schema) else inside(default)
    return lambda value: (
        [filling if one is None else inside(one) for one in value] if type(value) is list else value
    )
