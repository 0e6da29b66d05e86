"""Schemas as Kubernetes and the catalogues of CRDs write them, rewritten into what the compiler takes as it stands.

A pure function, JSON in, JSON out; the standard library is all it needs, so that it can run when a bundle is built or
a folder pulled, and `compiled` has nothing left to do. Everything that decides about a document is kept, and what
CEL rules need.
"""

from collections.abc import Mapping
from typing import Any, Final

from fabricgen.validation.structure.defaults import fill_branches
from fabricgen.validation.structure.formats import FORMATS, USUAL
from fabricgen.validation.structure.lists import mark_lists
from fabricgen.validation.structure.metadata import embedded_schema, template_schema

Node = dict[str, Any]

PREPARED: Final = "x-fabricgen-prepared"
"""The mark of a schema that `prepare` has made: `open` when its author lets unknown fields through, or `closed`."""
WRITTEN: Final = "x-fabricgen-pattern"
"""The pattern as it was written, where it had to be rewritten."""
DEFAULTS: Final = "x-fabricgen-defaults"
"""The mark of a schema whose alternatives ask about fields that have defaults: it cannot judge what lacks them."""
TEMPLATE: Final = "fabricgen.template-metadata"
"""The name in `$defs` of the schema of a Pod template's metadata."""

_DROPPED: Final = frozenset(
    [
        "description",
        "title",
        "example",
        "examples",
        "externalDocs",
        "$schema",
        "$id",
        "id",
        "$comment",
        "nullable",
    ]
)
_OF_NAMES: Final = frozenset(("properties", "$defs", "definitions"))
_PARTIAL: Final = frozenset(("not", "if", "then", "else"))
_VALUES: Final = frozenset(("default", "enum", "const", "x-kubernetes-validations"))
_OF_ONE: Final = frozenset(
    ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"]
)
_CHOICES: Final = ("anyOf", "oneOf")
_OF_BRANCHES: Final = frozenset(("allOf", "anyOf", "oneOf"))
_PRESERVE: Final = "x-kubernetes-preserve-unknown-fields"
_INT_OR_STRING: Final = "x-kubernetes-int-or-string"
# What Go's reader of JSON takes for bytes: base64 with or without line breaks.
# Source: <https://pkg.go.dev/encoding/json#Unmarshal>, <https://pkg.go.dev/encoding/base64#Encoding.DecodeString>
_BREAK: Final = r"[\r\n]*"
_DIGIT: Final = rf"[A-Za-z0-9+/]{_BREAK}"
BASE64: Final = (
    rf"^{_BREAK}(?:(?:{_DIGIT}){{4}})*(?:(?:{_DIGIT}){{2}}(?:={_BREAK}){{2}}|(?:{_DIGIT}){{3}}={_BREAK})?$"
)
_BOUNDS: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def prepare(schema: Mapping[str, Any], *, native: bool = False) -> dict[str, Any]:
    """Return `schema` rewritten for `compile_structure`; one that already is comes back as it is.

    Unknown fields are refused wherever the API server refuses them. `native` says that the kinds in it are the API
    server's own: their reader knows the sizes of numbers and base64, and leaves no field out because it has a default.
    """
    if PREPARED in schema:
        return dict(schema)
    rewriting = _Rewriting(native=native)
    prepared: Node = rewriting.rewrite(schema, closing=True)
    if rewriting.defaults_decide:
        prepared[DEFAULTS] = True
    if native:
        prepared["$defs"] = {**prepared.get("$defs", {}), TEMPLATE: template_schema()}
    mark_lists(prepared)
    prepared[PREPARED] = "open" if native or _is_open(schema) else "closed"
    return prepared


def reopen(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a prepared schema that lets unknown fields through, as it did, or as Kubernetes itself does by default.

    One whose author closed it stays closed, but for its root.
    """
    if schema[PREPARED] == "closed":
        return {key: value for key, value in schema.items() if key != "additionalProperties" or value}
    return _without_ends(schema)  # type: ignore[no-any-return]  # a mapping in, a mapping out


def _without_ends(value: Any) -> Any:  # noqa: ANN401 - any part of a schema
    match value:
        case dict():
            closed = value.get("additionalProperties") is False and isinstance(value.get("properties"), dict)
            return {
                key: inner if key in _VALUES else _without_ends(inner)
                for key, inner in value.items()
                if not (closed and key == "additionalProperties")
            }
        case list():
            return [_without_ends(inner) for inner in value]
        case _:
            return value


def _is_open(schema: Mapping[str, Any]) -> bool:
    """Tell whether the parts of a schema let unknown fields through: whoever wrote it closed all, or none."""
    parts = (*schema.get("$defs", {}).values(), *schema.get("properties", {}).values())
    objects = [part for part in parts if isinstance(part, Mapping) and "properties" in part]
    return not any(part.get("additionalProperties") is False for part in objects)


class _Rewriting:
    """One walk over a schema."""

    def __init__(self, *, native: bool) -> None:
        self.native = native
        self.defaults_decide = False

    def rewrite(self, node: Any, *, closing: bool) -> Any:  # noqa: ANN401 - a schema is a mapping, or true, or false
        if not isinstance(node, Mapping):
            return node
        if len(node) == 1 and _is_plain_type(node.get("type")):
            return dict(
                node
            )  # two thirds of the nodes of a Deployment, of which nothing below would change any
        closing = closing and not node.get(_PRESERVE)
        made: Node = {}
        for key, value in node.items():
            if key in _OF_NAMES and isinstance(value, Mapping):
                inside = closing or key != "properties"
                made[key] = {name: self.rewrite(one, closing=inside) for name, one in value.items()}
            elif key == "patternProperties":
                made[key] = {
                    _to_rust(name): self.rewrite(one, closing=closing) for name, one in value.items()
                }
            elif key in _OF_ONE:
                made[key] = self.rewrite(value, closing=closing and key not in _PARTIAL)
            elif key in _OF_BRANCHES:
                made[key] = [self.rewrite(one, closing=False) for one in value]
            elif key not in _DROPPED:
                made[key] = value
        self._finish(made, node)
        if "properties" in made:
            self._finish_object(made, closing=closing)
        return made

    def _finish(self, made: Node, node: Mapping[str, Any]) -> None:
        """Rewrite the keywords of one node that the compiler would take for something else."""
        if "pattern" in made:
            _rewrite_pattern(made)
        if made.get(_INT_OR_STRING) or made.get("format") == "int-or-string":
            made["type"] = ["integer", "string"]
            made.pop("format", None)
        _merge_types(made)
        types = made.get("type")
        if self.native and type(types) is list and {*types} - {"null"} == {"integer", "string"}:
            made.setdefault("format", "int32")  # IntOrString, of which Go's reader knows the size
        if "format" in made:
            _rewrite_format(made, native=self.native)
        if made.get("x-kubernetes-list-type") == "set":
            made["uniqueItems"] = True
        if node.get("nullable") is True:
            _allow_null(made)
        for end, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(made.get(end), bool) and made.pop(end) and bound in made:
                made[end] = made.pop(bound)
        if made.get("x-kubernetes-embedded-resource"):
            _embed(made)

    def _finish_object(self, made: Node, *, closing: bool) -> None:
        """Close an object, and see what else its fields imply."""
        properties = made["properties"]
        if closing:
            made.setdefault("additionalProperties", False)
        elif made.get(_PRESERVE) and made.get("additionalProperties") is False:
            # Catalogues close what the CRD keeps open; no CRD may say both.
            del made["additionalProperties"]
        if not self.native:
            defaults = {
                name: one["default"]
                for name, one in properties.items()
                if isinstance(one, dict) and one.get("default") is not None
            }
            if defaults and not fill_branches(made, defaults=defaults):
                self.defaults_decide = True
        elif "metadata" in properties and _is_pod(properties.get("spec")):
            properties["metadata"] = {"$ref": f"#/$defs/{TEMPLATE}"}


def _is_plain_type(types: Any) -> bool:  # noqa: ANN401 - whatever stands at `type`
    """Tell whether a type is one, or one or null."""
    return type(types) is str or (type(types) is list and len(types) == 2 and "null" in types)  # noqa: PLR2004 - as said


def _rewrite_pattern(made: Node) -> None:
    written = made["pattern"]
    made["pattern"] = _to_rust(written)
    if made["pattern"] != written:
        made[WRITTEN] = written


def _to_rust(pattern: str) -> str:
    """What Go would not compile is no pattern of Kubernetes'; it is left to the compiler, which knows more."""
    from fabricgen.validation.structure.re2 import PatternError, to_rust  # noqa: PLC0415 - not where all is prepared

    try:
        return to_rust(pattern)
    except PatternError:
        return pattern


def _merge_types(made: Node) -> None:
    """Write branches that only name types as one list of types: no branch is tried, and no error is in branches."""
    for key in _CHOICES:
        if key not in made:
            continue
        branches = made[key]
        types = [one.get("type") for one in branches if isinstance(one, dict) and len(one) == 1]
        if not types or len(types) < len(branches) or not all(isinstance(one, str) for one in types):
            continue
        if "type" not in made and not {"integer", "number"} <= set(types):
            made["type"] = types
            del made[key]
        elif _INT_OR_STRING in made:
            made["type"] = list(dict.fromkeys([*types, *(["null"] if "null" in made["type"] else [])]))
            del made[key]


def _rewrite_format(made: Node, *, native: bool) -> None:
    """Keep the formats that the API server asserts, by the names of FORMATS."""
    name = made.pop("format")
    types = made.get("type", "string")
    if native and name in _BOUNDS:
        least, most = _BOUNDS[name]
        made.setdefault("minimum", least)
        made.setdefault("maximum", most)
    elif native and name == "byte":
        made["pattern"] = BASE64
        made[WRITTEN] = "base64"
    elif isinstance(name, str) and "string" in types and (plain := name.replace("-", "")) in FORMATS:
        if plain in USUAL:
            made |= {"if": {"pattern": USUAL[plain]}, "else": {"format": plain}}
        else:
            made["format"] = plain


def _allow_null(made: Node) -> None:
    if "type" in made:
        types = [made["type"]] if isinstance(made["type"], str) else made["type"]
        made["type"] = [*types, "null"] if "null" not in types else types
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]


def _is_pod(spec: Any) -> bool:  # noqa: ANN401 - a schema, or nothing
    if not isinstance(spec, dict):
        return False
    return str(spec.get("$ref", "")).endswith(".PodSpec") or "containers" in spec.get("properties", ())


def _embed(made: Node) -> None:
    """An object within an object says what it is, and has metadata as any other."""
    properties = made.setdefault("properties", {})
    properties["apiVersion"] = {"type": "string", "minLength": 1, "pattern": "^[^/]*/?[^/]*$"}
    properties["kind"] = {
        "type": "string",
        "maxLength": 63,
        "pattern": "^[A-Za-z](?:[-A-Za-z0-9]*[A-Za-z0-9])?$",
    }
    properties["metadata"] = embedded_schema()
    made["required"] = list(dict.fromkeys([*made.get("required", ()), "apiVersion", "kind"]))
