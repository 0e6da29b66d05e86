"""What shortcuts are made of: functions that compare and count plain values, and leave everything else undecided.

Made for `shortcut`, which puts them together. Each takes the variables of a rule in a list. CEL and Python agree on
what is done here: texts, true and false, whole numbers of one type each.
"""

from collections.abc import Callable

from fabricgen.validation.cel.function import Value
from fabricgen.validation.cel.lists import pattern

Part = Callable[[list[Value]], Value]

PLAIN: frozenset[type] = frozenset({str, bool, int})
ORDERED: frozenset[type] = frozenset({str, int})
TEXT: frozenset[type] = frozenset({str})
_LARGEST = 2**53  # counts stay far below; CEL's own limit, 2**63, is an error there


class UndecidedError(Exception):
    """This is for the runtime."""


def undecided(_: list[Value]) -> Value:
    """Leave whatever it stands for to the runtime."""
    raise UndecidedError


def always(value: Value) -> Part:
    """Return a literal."""
    return lambda _: value


def truth(part: Part) -> Part:
    """Return `part`, as long as it is true or false."""

    def checked(variables: list[Value]) -> bool:
        value = part(variables)
        if value is True or value is False:
            return value
        raise UndecidedError

    return checked


def field(operand: Part, name: str) -> Part:
    """Return a field that is there."""

    def value(variables: list[Value]) -> Value:
        found = operand(variables)[name]
        if found is None:
            raise UndecidedError
        return found

    return value


def field_or(operand: Part, name: str, default: Value) -> Part:
    """Return a field, or its default."""

    def value(variables: list[Value]) -> Value:
        found = operand(variables).get(name)
        return default if found is None else found

    return value


def has_field(operand: Part, name: str) -> Part:
    """Return whether a field without a default is there."""
    return lambda variables: operand(variables).get(name) is not None


def is_object(operand: Part) -> Part:
    """Return true for an object: a field of it that has a default is always there."""
    return lambda variables: type(operand(variables)) is dict or undecided(variables)


def comparison(
    one: Part, other: Part, *, compare: Callable[[Value, Value], bool], kinds: frozenset[type]
) -> Part:
    """Return what `compare` says of two values of one type, which is one of `kinds`."""

    def decide(variables: list[Value]) -> bool:
        left, right = one(variables), other(variables)
        if type(left) is type(right) and type(left) in kinds:
            return compare(left, right)
        raise UndecidedError

    return decide


def comparison_to(one: Part, wanted: Value, *, compare: Callable[[Value, Value], bool]) -> Part:
    """Return what `compare` says of a value and a literal, when they are of one type."""
    kind = type(wanted)

    def decide(variables: list[Value]) -> bool:
        value = one(variables)
        if type(value) is kind:
            return compare(value, wanted)
        raise UndecidedError

    return decide


def member(wanted: Part, allowed: frozenset[str]) -> Part:
    """Return whether a text is one of `allowed`."""

    def decide(variables: list[Value]) -> bool:
        value = wanted(variables)
        if type(value) is str:
            return value in allowed
        raise UndecidedError

    return decide


def size(inner: Part) -> Part:
    """Return how many characters a text has, or elements a list; nulls may drop out of maps, so not of those."""

    def count(variables: list[Value]) -> int:
        value = inner(variables)
        if type(value) is str or type(value) is list:
            return len(value)
        raise UndecidedError

    return count


def element(over: Part, index: int) -> Part:
    """Return an element of a list."""

    def value(variables: list[Value]) -> Value:
        values = over(variables)
        if type(values) is list and values[index] is not None:
            return values[index]
        raise UndecidedError

    return value


def matches(inner: Part, wanted: str) -> Part:
    """Return whether RE2 finds `wanted`: what the runtime does, which compiles the expression anew each time."""

    def decide(variables: list[Value]) -> bool:
        value = inner(variables)
        if type(value) is str:
            return pattern(wanted).search(value) is not None
        raise UndecidedError

    return decide


def plus(one: Part, other: Part) -> Part:
    """Return the sum of two counts, or two lists as one."""

    def add(variables: list[Value]) -> Value:
        left, right = one(variables), other(variables)
        if type(left) is type(right) and type(left) in {int, list}:
            total = left + right
            if type(total) is list or abs(total) < _LARGEST:
                return total
        raise UndecidedError

    return add
