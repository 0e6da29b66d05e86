"""CEL expressions as trees: what the runtime parsed, to be looked at and changed.

Fed by `wire`, which reads them; `places`, `reads` and `shortcut` look at them.

Source: https://github.com/google/cel-spec/blob/master/proto/cel/expr/syntax.proto, whose messages these are.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fabricgen.validation.cel.function import Value

Schema = dict[str, Value] | None
"""What the schema says about a value; nothing where it says nothing, or where that is not worked out."""


class Constant(NamedTuple):
    """A literal; `wire` is the message it came in, because 1 and 1u are the same to Python."""

    id: int
    value: Value
    wire: bytes


class Ident(NamedTuple):
    """A variable."""

    id: int
    name: str
    schema: Schema = None


class Select(NamedTuple):
    """`operand.field`, or `has(operand.field)` when `test` is set."""

    id: int
    operand: "Expression"
    field: str
    test: bool
    schema: Schema = None


class Call(NamedTuple):
    """A function or an operator (`_==_`, `!_`, `_?_:_`); `target` is what a member function is called on."""

    id: int
    target: "Expression | None"
    function: str
    arguments: "tuple[Expression, ...]"
    schema: Schema = None


class Sequence(NamedTuple):
    """`[a, b]`; `optional` is the packed indices of the elements written with `?`."""

    id: int
    elements: "tuple[Expression, ...]"
    optional: bytes
    schema: Schema = None


class Entry(NamedTuple):
    """One `key: value` of a literal map, or one `field: value` of a literal message."""

    id: int
    field: str
    key: "Expression | None"
    value: "Expression"
    optional: bool


class Struct(NamedTuple):
    """`{a: b}`, or a message when it has a name."""

    id: int
    name: str
    entries: tuple[Entry, ...]
    schema: Schema = None


class Fold(NamedTuple):
    """What the macros (`all`, `exists`, `map`, `filter`…) are: a loop that carries one value along.

    `second` is the second variable of the macros that have two, empty otherwise.
    """

    id: int
    variable: str
    second: str
    over: "Expression"
    carried: str
    start: "Expression"
    condition: "Expression"
    step: "Expression"
    result: "Expression"
    schema: Schema = None


Expression = Constant | Ident | Select | Call | Sequence | Struct | Fold


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the expressions that `node` is made of, in the order they are written."""
    match node:
        case Constant() | Ident():
            return ()
        case Select():
            return (node.operand,)
        case Call():
            return node.arguments if node.target is None else (node.target, *node.arguments)
        case Sequence():
            return node.elements
        case Struct():
            keys = [entry.key for entry in node.entries if entry.key is not None]
            return (*keys, *(entry.value for entry in node.entries))
        case Fold():
            return (node.over, node.start, node.condition, node.step, node.result)


def walk(node: Expression) -> Iterator[Expression]:
    """Yield `node` and everything inside it."""
    yield node
    for child in children(node):
        yield from walk(child)


def mentions(node: Expression, name: str) -> bool:
    """Return whether a variable of this name occurs anywhere in `node`."""
    return any(isinstance(one, Ident) and one.name == name for one in walk(node))
