"""Rules decided in Python, where that takes a few comparisons: `has(self.a) || !has(self.b)`, `self.type == 'x' ? …`.

Handing a value to the runtime costs more than such a rule. Fed by `programs` with located trees. A decision is exact
or it is not made: whatever is not plain (a value of another type than expected, a field that is absent, a function not
listed here) raises one of UNDECIDED, and the runtime decides. It also has the last word on everything that does not
hold, so a mistake here could only pass what it would refuse; a test compares the two on made-up values.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from fabricgen.validation.cel import parts
from fabricgen.validation.cel.expression import (
    Call,
    Constant,
    Expression,
    Fold,
    Ident,
    Select,
    Sequence,
    Struct,
)
from fabricgen.validation.cel.function import Value
from fabricgen.validation.cel.handing import ABSENT, default_of, is_nullable
from fabricgen.validation.cel.parts import Part, UndecidedError, undecided
from fabricgen.validation.cel.places import is_number

UNDECIDED = (UndecidedError, KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)

_COUNT = 1  # where the elements gone through are counted, among the variables
_MOST = 200_000  # takes a fifth of a second; Kubernetes gives up before, at a million steps
_WHOLE_NUMBER = b"\x18"  # how a literal of that type begins: its field's number, 3, and that a varint follows


def shortcut(tree: Expression) -> Callable[[Value], bool]:
    """Return the function that decides whether a rule holds for a value; it may raise one of UNDECIDED."""
    scope = _Scope({"self": 0}, [_COUNT + 1])
    part = _truth(tree, scope)
    spare = [0] * (scope.length[0] - 1)
    return lambda value: bool(part([value, *spare]))


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where each variable stands in the list of variables, and how long that is."""

    slots: dict[str, int]
    length: list[int]

    def with_variable(self, name: str) -> tuple[int, "_Scope"]:
        """Return a new place, and the scope in which `name` means it; an outer `name` keeps its own."""
        slot = self.length[0]
        self.length[0] += 1
        return slot, _Scope(self.slots | {name: slot}, self.length)


_Nodes = tuple[Expression, ...]


def _part(node: Expression, scope: _Scope) -> Part:
    match node:
        case Constant():
            return _constant(node)
        case Ident():
            return _ident(node, scope)
        case Select():
            return _select(node, scope)
        case Sequence() if not node.optional:
            elements = [_part(one, scope) for one in node.elements]
            return lambda variables: [one(variables) for one in elements]
        case Call():
            make = _FUNCTIONS.get(node.function)
            arguments = node.arguments if node.target is None else (node.target, *node.arguments)
            return undecided if make is None else make(arguments, scope)
        case Fold() if not node.second and _is_list(node.over):
            return _fold(node, scope)
        case Sequence() | Fold() | Struct():
            return undecided


def _truth(node: Expression, scope: _Scope) -> Part:
    """A part that is true or false and nothing else, whatever the document says."""
    part = _part(node, scope)
    known = node.test if isinstance(node, Select) else isinstance(node, Call) and node.function in _TRUTHS
    return part if known else parts.truth(part)


def _constant(node: Constant) -> Part:
    whole = type(node.value) is int and node.wire.startswith(_WHOLE_NUMBER)
    return parts.always(node.value) if whole or type(node.value) in {bool, str} else undecided


def _ident(node: Ident, scope: _Scope) -> Part:
    if node.name not in scope.slots or is_number(node.schema):
        return undecided
    slot = scope.slots[node.name]
    return lambda variables: variables[slot]


def _select(node: Select, scope: _Scope) -> Part:
    of = None if isinstance(node.operand, Constant) else node.operand.schema
    if not of or not of.get("properties") or is_number(node.schema):
        return undecided
    operand, default = _part(node.operand, scope), default_of(node.schema)
    if default is ABSENT:
        return (parts.has_field if node.test else parts.field)(operand, node.field)
    if is_nullable(node.schema):
        return undecided
    return parts.is_object(operand) if node.test else parts.field_or(operand, node.field, default)


def _is_list(node: Expression) -> bool:
    schema = None if isinstance(node, Constant) else node.schema
    return bool(schema and schema.get("items"))


def _fold(node: Fold, scope: _Scope) -> Part:
    """The loop that a macro is. Lists alone, whose elements do not drop out when they are null."""
    over, start = _part(node.over, scope), _part(node.start, scope)
    variable, inner = scope.with_variable(node.variable)
    carried, inner = inner.with_variable(node.carried)
    condition, step = _truth(node.condition, inner), _part(node.step, inner)
    result = _part(node.result, inner)

    def fold(variables: list[Value]) -> Value:
        values = over(variables)
        if type(values) is not list or variables[_COUNT] > _MOST:
            raise UndecidedError
        variables[_COUNT] += len(values)
        variables[carried] = start(variables)
        for variables[variable] in values:
            if not condition(variables):
                break
            variables[carried] = step(variables)
        return result(variables)

    return fold


def _and(nodes: _Nodes, scope: _Scope) -> Part:
    left, right = (_truth(node, scope) for node in nodes)
    return lambda variables: left(variables) and right(variables)


def _or(nodes: _Nodes, scope: _Scope) -> Part:
    left, right = (_truth(node, scope) for node in nodes)
    return lambda variables: left(variables) or right(variables)


def _not(nodes: _Nodes, scope: _Scope) -> Part:
    inner = _truth(nodes[0], scope)
    return lambda variables: not inner(variables)


def _choice(nodes: _Nodes, scope: _Scope) -> Part:
    condition = _truth(nodes[0], scope)
    yes, no = (_part(node, scope) for node in nodes[1:])
    return lambda variables: yes(variables) if condition(variables) else no(variables)


def _itself(nodes: _Nodes, scope: _Scope) -> Part:
    return _truth(nodes[0], scope)


def _compare(
    nodes: _Nodes, scope: _Scope, *, compare: Callable[[Value, Value], bool], kinds: frozenset[type]
) -> Part:
    one, other = (_part(node, scope) for node in nodes)
    if isinstance(nodes[1], Constant) and other is not undecided and type(nodes[1].value) in kinds:
        return parts.comparison_to(one, nodes[1].value, compare=compare)
    return parts.comparison(one, other, compare=compare, kinds=kinds)


def _comparing(
    compare: Callable[[Value, Value], bool], kinds: frozenset[type]
) -> Callable[[_Nodes, _Scope], Part]:
    return partial(_compare, compare=compare, kinds=kinds)


def _member(nodes: _Nodes, scope: _Scope) -> Part:
    listed = nodes[1].elements if isinstance(nodes[1], Sequence) and not nodes[1].optional else ()
    texts = frozenset(one.value for one in listed if isinstance(one, Constant) and type(one.value) is str)
    return parts.member(_part(nodes[0], scope), texts) if len(texts) == len(listed) > 0 else undecided


def _size(nodes: _Nodes, scope: _Scope) -> Part:
    return parts.size(_part(nodes[0], scope))


def _element(nodes: _Nodes, scope: _Scope) -> Part:
    index = nodes[1].value if isinstance(nodes[1], Constant) else None
    return parts.element(_part(nodes[0], scope), index) if type(index) is int and index >= 0 else undecided


def _matches(nodes: _Nodes, scope: _Scope) -> Part:
    wanted = nodes[1].value if isinstance(nodes[1], Constant) else None
    return parts.matches(_part(nodes[0], scope), wanted) if type(wanted) is str else undecided


def _plus(nodes: _Nodes, scope: _Scope) -> Part:
    return parts.plus(_part(nodes[0], scope), _part(nodes[1], scope))


_FUNCTIONS: dict[str, Callable[[_Nodes, _Scope], Part]] = {
    "_&&_": _and,
    "_||_": _or,
    "!_": _not,
    "_?_:_": _choice,
    "@not_strictly_false": _itself,
    "_==_": _comparing(operator.eq, parts.PLAIN),
    "_!=_": _comparing(operator.ne, parts.PLAIN),
    "_<_": _comparing(operator.lt, parts.ORDERED),
    "_<=_": _comparing(operator.le, parts.ORDERED),
    "_>_": _comparing(operator.gt, parts.ORDERED),
    "_>=_": _comparing(operator.ge, parts.ORDERED),
    "startsWith": _comparing(str.startswith, parts.TEXT),
    "endsWith": _comparing(str.endswith, parts.TEXT),
    "contains": _comparing(operator.contains, parts.TEXT),
    "@in": _member,
    "size": _size,
    "_[_]": _element,
    "_+_": _plus,
    "matches": _matches,
}
_TRUTHS = frozenset(_FUNCTIONS) - {"_?_:_", "size", "_[_]", "_+_"}
