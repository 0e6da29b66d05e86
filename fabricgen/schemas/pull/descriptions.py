"""Takes the prose out of JSON Schemas that are kept as upstream wrote them: Talos' and those of charts.

Fed by `pull`. Talos tells everything three times, which is most of its file.
"""

import json
from typing import Any, Final

from fabricgen.schemas.errors import SchemaError

_PROSE: Final = frozenset({"description", "markdownDescription", "x-intellij-html-description", "$comment"})
_NAMED: Final = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_VALUES: Final = frozenset({"default", "const", "enum", "examples"})


def slim_schema(data: bytes, *, source: str) -> dict[str, Any]:
    """Return the JSON Schema in `data` without its descriptions. Raises SchemaError if it is none."""
    try:
        schema = json.loads(data)
        if isinstance(schema, dict):
            return _slim(schema)
    except (ValueError, RecursionError, AttributeError) as error:
        raise SchemaError(f"{source}: is no JSON Schema: {error}") from error
    raise SchemaError(f"{source}: is no JSON Schema: no mapping stands at its top")


def _slim(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: _child(key, value) for key, value in schema.items() if key not in _PROSE}


def _child(key: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if key in _VALUES:
        return value
    if key in _NAMED:  # whose keys are names, also one that is called `description`
        return {name: _any(one) for name, one in value.items()}
    return _any(value)


def _any(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return _slim(value)
    return [_any(one) for one in value] if isinstance(value, list) else value
