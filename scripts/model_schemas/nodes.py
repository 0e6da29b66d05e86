"""A model, or the annotation of one of its fields -> the JSON Schema of what it takes, as a CRD would have it.

Fed by `fabricgen.objects`; `generate_model_schemas` puts the schemas together. What a model checks that is not told
here stops the generator: no check is lost silently.
"""

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import getclosurevars
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, Strict
from pydantic.fields import FieldInfo

from fabricgen.addresses import parse_address, parse_network
from fabricgen.objects.model import Model
from model_schemas.cilium_rules import one_kind_of_peer, ports_or_icmp
from model_schemas.conditions import IS_ALIGNED, IS_POOL_RANGE, Rule
from model_schemas.rules import RULES
from model_schemas.upstream import UPSTREAM

Node = dict[str, Any]

FREE: Final[Mapping[str, Any]] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_SCALARS: Final[Mapping[Any, str]] = {str: "string", int: "integer", bool: "boolean"}
_NO_LIMIT: Final = 2**31

# Patterns with a look ahead, which Go's regular expressions do not have, and what says the same.
_REWRITTEN: Final[Mapping[str, Mapping[str, Any]]] = {
    r"0|(?=.)([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?": {
        "minLength": 1,
        "pattern": r"^(?:0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$",
    },
    r"0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
    r"|(?=.*[a-zA-Z])[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*": {
        "pattern": r"^(?:0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
        r"|([0-9]+-)*[0-9]*[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*)$",
    },
}


def name_of(model: type[Model]) -> str:
    """Return what a model is called among the definitions: `http_route.Filter`."""
    return f"{model.__module__.rpartition('.')[2]}.{model.__name__}"


def schema_of(model: type[Model]) -> Node:
    """Return the schema of one model; other models are referred to. Raises ValueError for what it cannot tell."""
    properties = {alias_of(name, field): _field(field) for name, field in model.model_fields.items()}
    required = [alias_of(name, field) for name, field in model.model_fields.items() if field.is_required()]
    schema: Node = {
        "type": "object",
        "properties": {**properties, **UPSTREAM.get(name_of(model), {})},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    if rules := list(_rules(model, fields=list(properties))):
        schema["x-kubernetes-validations"] = [rule._asdict() for rule in rules]
    return schema


def alias_of(name: str, field: FieldInfo) -> str:
    """Return the key that a field has in documents."""
    return field.alias or name


def _rules(model: type[Model], *, fields: Sequence[str]) -> Iterator[Rule]:
    for decorator in model.__pydantic_decorators__.model_validators.values():
        match decorator.func.__qualname__:
            case "_Rule._one_kind_of_peer":
                yield one_kind_of_peer(fields)
            case "_Rule._ports_or_icmp":
                yield from ports_or_icmp(fields)
            case name if name in RULES:
                yield from RULES[name]
            case name:
                msg = f"{name} is a check in Python code: scripts/model_schemas/rules.py must tell it as CEL"
                raise ValueError(msg)


def _field(field: FieldInfo) -> Node:
    node = node_of(field.annotation)
    for one in field.metadata:
        _constrain(node, one)
    return node


def node_of(annotation: Any) -> Node:  # noqa: ANN401 - an annotation is whatever typing makes, of many forms
    """Return the schema of what an annotation takes. Null is a field left out, as in a CRD, and not told here."""
    if annotation in _SCALARS:
        return {"type": _SCALARS[annotation]}
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return {"$ref": f"#/$defs/{name_of(annotation)}"}
    match get_origin(annotation), get_args(annotation):
        case origin, (inner, *constraints) if origin is Annotated:
            node = node_of(inner)
            for one in constraints:
                _constrain(node, one)
            return node
        case origin, words if origin is Literal:
            return {"type": "integer" if isinstance(words[0], int) else "string", "enum": list(words)}
        case origin, branches if origin in {Union, types.UnionType}:
            return _union([node_of(one) for one in branches if one is not type(None)])
        case origin, (item, _) if origin is tuple:
            return {"type": "array", "items": node_of(item)}
        case origin, (key, value) if origin is dict:
            return _map(node_of(key), value)
    msg = f"{annotation} is no type that is known here"
    raise ValueError(msg)


def _union(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else {"anyOf": list(nodes)}


def _map(key: Node, value: Any) -> Node:  # noqa: ANN401 - an annotation
    if value is Any:
        return dict(FREE)
    node: Node = {"type": "object", "additionalProperties": node_of(value)}
    names = {name: limit for name, limit in key.items() if name != "type"}
    return {**node, "propertyNames": names} if names else node


def _constrain(node: Node, constraint: Any) -> None:  # noqa: ANN401 - whatever stands in Annotated
    """Add to a node what a constraint of a field says."""
    size = {"array": "Items", "object": "Properties"}.get(node.get("type", ""), "Length")
    match constraint:
        case Ge(ge=least):
            node["minimum"] = least
        case Le(le=most):
            node["maximum"] = most
        case MinLen(min_length=least):
            node[f"min{size}"] = least
        case MaxLen(max_length=most):
            node[f"max{size}"] = min(most, node.get(f"max{size}", most))
        case Strict():
            pass  # a schema takes no number for a text, nor a text for a number
        case FieldInfo():
            for one in constraint.metadata:
                _constrain(node, one)
        case AfterValidator(func=check):
            node.update(_told(check))
        case _:
            msg = f"{constraint} is no constraint that is known here"
            raise ValueError(msg)


def _told(check: Callable[..., Any]) -> Node:
    """Return what a check of `fabricgen.objects.fields`, or of MetalLB's ranges, says."""
    given = getclosurevars(check).nonlocals
    match check.__qualname__:
        case "shaped.<locals>.check":
            longest = {"maxLength": given["longest"]} if given["longest"] else {}
            return {**_pattern(given["pattern"]), **longest}
        case "sized.<locals>.check":
            most = {"maxItems": given["most"]} if given["most"] < _NO_LIMIT else {}
            return {**({"minItems": given["least"]} if given["least"] else {}), **most}
        case "_check_unique":
            return {"uniqueItems": True}
        case "_check_range":
            return {"x-kubernetes-validations": [IS_POOL_RANGE._asdict()]}
        case "_read_with.<locals>.check" if given["read"] is parse_network:
            return {"format": "cidr", "x-kubernetes-validations": [IS_ALIGNED._asdict()]}
        case "_read_with.<locals>.check" if given["read"] is parse_address:
            return {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
    msg = f"{check.__qualname__} is no check that is known here"
    raise ValueError(msg)


def _pattern(pattern: str) -> Mapping[str, Any]:
    if rewritten := _REWRITTEN.get(pattern):
        return rewritten
    if "(?" in pattern:
        msg = f"{pattern} is more than a regular expression of Go's may be"
        raise ValueError(msg)
    return {"pattern": f"^(?:{pattern.replace(chr(92) + 'd', '[0-9]')})$"}
