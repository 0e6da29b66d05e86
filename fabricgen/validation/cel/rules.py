"""The rules of a schema (`x-kubernetes-validations`), each at its place, and whether a document keeps them.

Fed by the engine with schemas, and with documents that hold structurally. A rule runs where the API server runs it: on
every value at its place that is there and not null, or that a default puts there.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules;
behaviour compared with Kubernetes 1.36 (k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fabricgen.errors import Path, Problem
from fabricgen.validation.cel.function import Value
from fabricgen.validation.cel.handing import ABSENT, default_of, is_nullable
from fabricgen.validation.cel.messages import problem_of
from fabricgen.validation.cel.places import schema_type
from fabricgen.validation.cel.programs import Programs, Rule

_RULES = "x-kubernetes-validations"
_EMBEDDED = "x-kubernetes-embedded-resource"
_INT_OR_STRING = "x-kubernetes-int-or-string"
_TEXT = {"type": "string"}
_TYPES = frozenset({"string", "boolean", "number", "integer"})


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of an object that is a place; `default` stands in for it where it is absent."""

    name: str
    default: Value
    nullable: bool
    place: "_Place"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where documents have something to keep: rules of its own, or places inside (of objects; of lists; of maps)."""

    programs: Programs | None
    fields: tuple[_Field, ...]
    elements: "_Place | None"
    values: "_Place | None"

    def holds(self, value: Value) -> bool:
        """Return whether `value` keeps its rules, and everything inside it keeps theirs."""
        if self.programs is not None and not self.programs.keep(value):
            return False
        return all(place.holds(inner) for _, inner, place in self._inside(value))

    def problems(self, value: Value, *, path: Path) -> Iterator[Problem]:
        """Yield what is wrong, the outer before the inner."""
        if self.programs is not None:
            for outcome in self.programs.outcomes(value):
                yield problem_of(outcome, path=path)
        for step, inner, place in self._inside(value):
            yield from place.problems(inner, path=(*path, step))

    def unchecked(self) -> Iterator[Problem]:
        """Yield the rules met so far that cannot be evaluated."""
        if self.programs is not None:
            yield from self.programs.unchecked
        for place in (*(field.place for field in self.fields), self.elements, self.values):
            if place is not None:
                yield from place.unchecked()

    def _inside(self, value: Value) -> Iterator[tuple[str | int, Value, "_Place"]]:
        if type(value) is dict:
            for field in self.fields:
                inner = value.get(field.name)
                if inner is None and not (field.nullable and field.name in value):
                    inner = field.default
                if inner is not None:
                    yield field.name, inner, field.place
        within, steps = (
            (self.values, value.items()) if type(value) is dict else (self.elements, _elements(value))
        )
        if within is not None:
            yield from ((step, inner, within) for step, inner in steps if inner is not None)


def _elements(value: Value) -> Iterable[tuple[str | int, Value]]:
    return enumerate(value) if type(value) is list else ()


class Rules:
    """The rules of a schema. They are compiled as documents come that they are about."""

    __slots__ = ("_root",)

    def __init__(self, root: _Place) -> None:
        self._root = root

    def holds(self, body: Mapping[str, Value]) -> bool:
        """Return whether a document that holds structurally keeps all rules."""
        return self._root.holds(body)

    def problems(self, body: Mapping[str, Value]) -> tuple[Problem, ...]:
        """Return everything that breaks a rule, with its path in the document; in the order of the schema."""
        return tuple(self._root.problems(body, path=()))

    @property
    def unchecked(self) -> tuple[Problem, ...]:
        """The rules met so far that cannot be evaluated here, with their path in the schema: no document's fault."""
        return tuple(self._root.unchecked())


def compile_rules(schema: Mapping[str, Value]) -> Rules | None:
    """Return the rules of a schema; nothing when it has none."""
    root = _place(_with_metadata(schema), (schema,), path=())
    return None if root is None else Rules(root)


def _place(
    schema: Mapping[str, Value], saying: tuple[Mapping[str, Value], ...], *, path: Path
) -> _Place | None:
    """The place that `schema` describes, with what else is said about it (its own `allOf`, or that of one above)."""
    if any("allOf" in one for one in saying):
        saying = tuple(_with_all(saying))
    fields = tuple(_fields(schema, saying, path=path))
    elements = _one(schema, saying, key="items", path=path)
    values = _one(schema, saying, key="additionalProperties", path=path)
    rules = tuple(rule for one in saying for rule in _written(one))
    if not (rules or fields or elements or values):
        return None
    if not _is_exposed(schema):
        return None
    return _Place(
        Programs(rules, schema=dict(schema), path=path) if rules else None, fields, elements, values
    )


def _written(schema: Mapping[str, Value]) -> Iterator[Rule]:
    """The rules of a schema, as far as they are rules: a schema may be anybody's."""
    written = schema.get(_RULES)
    for rule in written if isinstance(written, list) else ():
        if isinstance(rule, dict) and isinstance(rule.get("rule"), str) and rule["rule"].strip():
            yield rule


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _with_all(saying: tuple[Mapping[str, Value], ...]) -> Iterator[Mapping[str, Value]]:
    for one in saying:
        yield one
        every = one.get("allOf")
        yield from _with_all(tuple(map(_mapping, every if isinstance(every, list) else ())))


def _fields(
    schema: Mapping[str, Value], saying: tuple[Mapping[str, Value], ...], *, path: Path
) -> Iterator[_Field]:
    for name, inner in _mapping(schema.get("properties")).items():
        said = tuple(
            _mapping(known[name]) for one in saying if name in (known := _mapping(one.get("properties")))
        )
        if type(inner) is not dict or _is_plain(inner, said):
            continue
        whole = _with_metadata(inner) if inner.get(_EMBEDDED) else inner
        place = _place(whole, said, path=(*path, name))
        if place is not None:
            default = default_of(inner)
            yield _Field(name, None if default is ABSENT else default, is_nullable(inner), place)


def _is_plain(schema: Mapping[str, Value], said: tuple[Mapping[str, Value], ...]) -> bool:
    """Whether there is nothing to look for, as in most fields of most schemas."""
    return (
        len(said) == 1
        and _RULES not in schema
        and "properties" not in schema
        and "items" not in schema
        and "additionalProperties" not in schema
        and "allOf" not in schema
    )


def _one(
    schema: Mapping[str, Value], saying: tuple[Mapping[str, Value], ...], *, key: str, path: Path
) -> _Place | None:
    inner = schema.get(key)
    if type(inner) is not dict:
        return None
    said = tuple(one[key] for one in saying if type(one.get(key)) is dict)
    whole = _with_metadata(inner) if inner.get(_EMBEDDED) else inner
    return _place(whole, said, path=(*path, "*"))


def _is_exposed(schema: Mapping[str, Value]) -> bool:
    """Whether Kubernetes gives CEL a type for this; where it does not, no rule runs."""
    if schema.get(_INT_OR_STRING) or _is_either(schema):
        return True
    match schema_type(dict(schema)):
        case "array":
            items = schema.get("items")
            return isinstance(items, dict) and _is_exposed(items)
        case "object":
            values = schema.get("additionalProperties")
            return not isinstance(values, dict) or _is_exposed(values)
        case kind:
            return kind in _TYPES


def _is_either(schema: Mapping[str, Value]) -> bool:
    """Whether this is an integer or a string, as catalogs of schemas write it."""
    kinds = schema.get("oneOf") or schema.get("anyOf")
    return isinstance(kinds, list) and {"type": "integer"} in kinds and {"type": "string"} in kinds


def _with_metadata(schema: Mapping[str, Value]) -> dict[str, Value]:
    """The schema of an object with what rules can always reach: its kind, apiVersion, and its name."""
    properties = _mapping(schema.get("properties"))
    known = _mapping(_mapping(properties.get("metadata")).get("properties"))
    if "kind" in properties and "apiVersion" in properties and {"name", "generateName"} <= known.keys():
        return dict(schema)
    metadata = {"type": "object", "properties": {"name": _TEXT, "generateName": _TEXT}}
    return {**schema, "properties": {**properties, "kind": _TEXT, "apiVersion": _TEXT, "metadata": metadata}}
