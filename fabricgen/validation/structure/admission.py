"""What the API server makes of an object before it looks at it: null is a field left out, and defaults are filled in.

It drops null from fields that may not be null, and Go's reader of the built-in kinds leaves such a field at its zero
value. Items of lists and values of maps are not fields. Asked by `compiled` about what does not hold as it stands.
Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable>
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fabricgen.validation.structure.places import follow


class Admission:
    """How objects of one kind are taken in."""

    def __init__(self, root: Mapping[str, Any], *, defaults: bool) -> None:
        """Read the schema of the kind, as `prepare` makes it.

        `defaults` says whether those of the schema are filled in; the built-in kinds have theirs in code.
        """
        self.root = root
        self.defaults = defaults

    def take(self, body: Any) -> Any:  # noqa: ANN401 - a document holds anything
        """Return `body` as the server looks at it: the very same object when nothing changes, else a copy."""
        return self._take(body, schema=self.root)

    def _take(self, value: Any, *, schema: Any) -> Any:  # noqa: ANN401 - any part of a document, and of a schema
        schema = follow(schema, root=self.root)
        if not isinstance(schema, dict):
            return value
        match value:
            case dict():
                return self._take_fields(value, schema=schema)
            case list() if "items" in schema:
                items = [self._take(one, schema=schema["items"]) for one in value]
                same = all(one is other for one, other in zip(items, value, strict=True))
                return value if same else items
            case _:
                return value

    def _take_fields(self, value: dict[str, Any], *, schema: Mapping[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties", {})
        kept = {
            key: one for key, one in value.items() if one is not None or not self._is_dropped(key, schema)
        }
        filled = self._fill(kept, properties=properties)
        rest = schema.get("additionalProperties")
        made = {key: self._take(one, schema=properties.get(key, rest)) for key, one in filled.items()}
        same = len(made) == len(value) and all(one is value.get(key) for key, one in made.items())
        return value if same else made

    def _is_dropped(self, key: str, schema: Mapping[str, Any]) -> bool:
        """Tell whether null in a field is the same as no field."""
        known = schema.get("properties", {}).get(key)
        if known is None:
            return False
        known = follow(known, root=self.root)
        may_be_null = isinstance(known, dict) and "null" in known.get("type", ())
        return not may_be_null or key not in schema.get("required", ())

    def _fill(self, value: dict[str, Any], *, properties: Mapping[str, Any]) -> dict[str, Any]:
        if not self.defaults:
            return value
        missing = {
            key: deepcopy(one["default"])
            for key, one in properties.items()
            if key not in value and isinstance(one, dict) and one.get("default") is not None
        }
        return value | missing
