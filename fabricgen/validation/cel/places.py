"""What an expression speaks of, told from the schema: `self`, its fields, their elements, the variables of macros.

Fed by `rules` with a tree from `wire`; `shortcut` and `reads` use what it found. Where Kubernetes gives a value a
type of its own because of its schema, the tree is changed so that the runtime does the same:

* `__dash__`, `__namespace__`… in the names of fields become what they stand for;
* texts with a format become durations, timestamps and bytes where they are used;
* `oldSelf` is an optional without a value: there is no old object for a document in a file;
* calls that the runtime does otherwise become others (`calls`).

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-expression
("Escaping", "Type checking"; the table of types).
"""

import re

from fabricgen.validation.cel.calls import rewritten
from fabricgen.validation.cel.expression import (
    Call,
    Constant,
    Entry,
    Expression,
    Fold,
    Ident,
    Schema,
    Select,
    Sequence,
    Struct,
)
from fabricgen.validation.cel.wire import text_constant

CONVERSIONS = {"duration": "duration", "date": "timestamp", "date-time": "timestamp", "byte": "@bytes"}
"""The format of a text in a schema, and the function that gives CEL's value for it."""

_ESCAPE = re.compile(r"__([a-z]+)__")
_ESCAPED = {"underscores": "__", "dot": ".", "dash": "-", "slash": "/"}
_KEYWORD = re.compile(
    r"__(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var"
    r"|void|while)__"
)
_Scope = dict[str, Schema]


def locate(tree: Expression, schema: Schema) -> Expression:
    """Return `tree` with the schema of each place in it, changed as told above, for a rule on a value of `schema`.

    What is new in it has the id 0.
    """
    return _locate(tree, {"self": schema})


def is_number(schema: Schema) -> bool:
    """Return whether Kubernetes takes a value of this schema for a floating-point number."""
    return bool(schema) and schema_type(schema) == "number"


def schema_type(schema: Schema) -> str:
    """Return the type that a schema names, `null` aside; empty when it names none or several."""
    named = (schema or {}).get("type")
    if isinstance(named, list):
        named = [one for one in named if one != "null"]
        named = named[0] if len(named) == 1 else None
    return named if isinstance(named, str) else ""


def property_schema(schema: Schema, name: str) -> Schema:
    """Return the schema of a field of an object, or of a value of a map; nothing when there is none."""
    if not schema:
        return None
    properties = schema.get("properties")
    found = (properties.get(name) if properties else schema.get("additionalProperties")) or None
    return found if isinstance(found, dict) else None


def element_schema(schema: Schema) -> Schema:
    """Return the schema of the elements of a list, or of the values of a map."""
    if not schema:
        return None
    found = schema.get("items") or schema.get("additionalProperties")
    return found if isinstance(found, dict) else None


def _locate(node: Expression, scope: _Scope) -> Expression:
    match node:
        case Constant():
            return node
        case Ident():
            return _ident(node, scope)
        case Select():
            return _select(node, scope)
        case Call():
            return _call(node, scope)
        case Sequence():
            elements = tuple(_locate(element, scope) for element in node.elements)
            of = elements[0].schema if elements and not isinstance(elements[0], Constant) else None
            return node._replace(elements=elements, schema={"type": "array", "items": of} if of else None)
        case Struct():
            return node._replace(entries=tuple(_entry(entry, scope) for entry in node.entries))
        case Fold():
            return _fold(node, scope)


def _schema_of(node: Expression) -> Schema:
    return None if isinstance(node, Constant) else node.schema


def _converted(node: Ident | Select | Call) -> Expression:
    """`node`, as what its format says it is."""
    function = CONVERSIONS.get((node.schema or {}).get("format", ""))
    if function is None or schema_type(node.schema) != "string":
        return node
    return Call(0, None, function, (node._replace(schema=None),))


def _ident(node: Ident, scope: _Scope) -> Expression:
    if node.name == "oldSelf" and node.name not in scope:
        return Call(0, None, "optional.none", ())
    return _converted(node._replace(schema=scope.get(node.name)))


def _select(node: Select, scope: _Scope) -> Expression:
    operand = _locate(node.operand, scope)
    of = _schema_of(operand)
    field = _unescaped(node.field) if of and of.get("properties") else node.field
    number = node.id if field == node.field else 0
    found = node._replace(id=number, operand=operand, field=field, schema=property_schema(of, field))
    return found if node.test else _converted(found)


def _unescaped(field: str) -> str:
    keyword = _KEYWORD.fullmatch(field)
    if keyword:
        return keyword[1]
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), field)


def _call(node: Call, scope: _Scope) -> Expression:
    target = None if node.target is None else _locate(node.target, scope)
    arguments = tuple(_locate(argument, scope) for argument in node.arguments)
    found = node._replace(target=target, arguments=arguments)
    match node.function:
        case "_[_]":
            return _converted(found._replace(schema=element_schema(_schema_of(arguments[0]))))
        case "_?_:_":
            return found._replace(schema=_schema_of(arguments[1]) or _schema_of(arguments[2]))
        case "_+_":
            of = _schema_of(arguments[0]) or _schema_of(arguments[1])
            return rewritten(found._replace(schema=of), schema=of)
        case "_?._":
            return _optional_select(found)
        case "dyn":
            return found._replace(schema=_schema_of(arguments[0]))
        case _:
            return rewritten(found, schema=_schema_of(arguments[0]) if arguments else None)


def _optional_select(node: Call) -> Call:
    of, (operand, field) = _schema_of(node.arguments[0]), node.arguments
    if isinstance(field, Constant) and of and of.get("properties"):
        return node._replace(arguments=(operand, text_constant(_unescaped(str(field.value)))))
    return node


def _entry(entry: Entry, scope: _Scope) -> Entry:
    key = None if entry.key is None else _locate(entry.key, scope)
    return entry._replace(key=key, value=_locate(entry.value, scope))


def _fold(node: Fold, scope: _Scope) -> Fold:
    over = _locate(node.over, scope)
    of = _schema_of(over)
    is_list = bool(of and of.get("items"))
    element = element_schema(of)
    variables = {node.variable: element if is_list and not node.second else None}
    if node.second:
        variables[node.second] = element
    inner = scope | variables | {node.carried: None}
    step = _locate(node.step, inner)
    result = _locate(node.result, scope | {node.carried: _schema_of(step)})
    return node._replace(
        over=over,
        start=_locate(node.start, scope),
        condition=_locate(node.condition, inner),
        step=step,
        result=result,
        schema=_schema_of(result),
    )
