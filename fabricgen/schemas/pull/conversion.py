"""Makes the JSON Schema of a kind out of the structural schema of its CustomResourceDefinition.

Fed by `crds`. What stays: types, formats, defaults, value validations and all of `x-kubernetes-*`. What goes:
descriptions. What comes: objects are closed where the API server prunes, or refuses, fields that it does not know.
Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ and
staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go of kubernetes/kubernetes.
"""

from collections.abc import Mapping
from typing import Any, Final

from fabricgen.schemas.kind import Kind

_DROPPED: Final = frozenset({"description", "title", "example", "externalDocs", "id", "$schema"})
_BRANCHES: Final = frozenset({"allOf", "anyOf", "oneOf"})
_NESTED: Final = frozenset({"items", "additionalProperties", "not"})
_PRESERVE: Final = "x-kubernetes-preserve-unknown-fields"
_EMBEDDED: Final = "x-kubernetes-embedded-resource"
_INT_OR_STRING: Final = "x-kubernetes-int-or-string"

_Schema = dict[str, Any]


def to_json_schema(structural: Mapping[str, Any], *, kind: Kind) -> _Schema:
    """Return the JSON Schema of whole objects of `kind`; `structural` is the `openAPIV3Schema` of its version.

    apiVersion and kind are required and fixed. metadata is left open: what it may hold is no matter of the schema.
    Raises TypeError, ValueError or AttributeError where the structure is none that an API server takes.
    """
    schema = _convert(structural)
    properties = schema.get("properties", {})
    schema["properties"] = {
        **properties,
        "apiVersion": {"type": "string", "enum": [kind.api_version]},
        "kind": {"type": "string", "enum": [kind.kind]},
        "metadata": _metadata(structural),
    }
    schema["required"] = _with_names(schema)
    schema.setdefault("type", "object")
    return _close(schema)


def _convert(schema: Mapping[str, Any], *, closing: bool = True) -> _Schema:
    """Return a schema without its descriptions, and closed unless it stands in allOf, anyOf, oneOf or not.

    Those only say more about a value that the schema around them describes.
    """
    out: _Schema = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: _convert(one, closing=closing) for name, one in value.items()}
        elif key in _BRANCHES:
            out[key] = [_convert(one, closing=False) for one in value]
        elif key in _NESTED and isinstance(value, dict):
            out[key] = _convert(value, closing=closing and key != "not")
        elif key not in _DROPPED:
            out[key] = value
    return _finish(out, schema) if closing else out


def _finish(out: _Schema, schema: Mapping[str, Any]) -> _Schema:
    if out.get(_EMBEDDED) is True:
        _embed(out, schema)
    if out.get(_INT_OR_STRING) is True and not {"type", "anyOf", "allOf"} & out.keys():
        out["anyOf"] = [{"type": "integer"}, {"type": "string"}]  # for readers of JSON Schema alone
    return _close(out)


def _close(schema: _Schema) -> _Schema:
    """Refuse unknown fields, as the API server does, unless the schema says what it does with them."""
    is_object = "properties" in schema or schema.get("type") == "object"
    if is_object and "additionalProperties" not in schema and schema.get(_PRESERVE) is not True:
        schema["additionalProperties"] = False
    return schema


def _embed(out: _Schema, schema: Mapping[str, Any]) -> None:
    """Give an embedded object the fields that every object has.

    Source: pkg/apiserver/schema/objectmeta/validation.go of k8s.io/apiextensions-apiserver: both names are required.
    """
    text = {"type": "string"}
    names = {"apiVersion": text, "kind": text}
    out["properties"] = {**names, **out.get("properties", {}), "metadata": _metadata(schema)}
    out["required"] = _with_names(out)


def _metadata(schema: Mapping[str, Any]) -> _Schema:
    """Return the open schema of `metadata`, with what the CRD says about names in it."""
    said = schema.get("properties", {}).get("metadata", {})
    return {**_convert(said, closing=False), "type": "object"}


def _with_names(schema: _Schema) -> list[str]:
    return sorted({*schema.get("required", ()), "apiVersion", "kind"})
