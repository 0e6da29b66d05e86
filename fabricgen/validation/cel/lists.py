"""Kubernetes' CEL functions on lists and its searches by regular expression, and what lists of unique things need.

Part of `library`. Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library and
#kubernetes-regex-library; https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy for the
lists that are sets and maps: `==` minds no order there, and `+` replaces rather than repeats. `@insert` is what CEL's
`transformMap` and `transformMapEntry` call, which the runtime lacks.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from fabricgen.validation.cel.function import Function, NoSuchOverloadError, Value, rewritten

_Key = tuple[Value, ...]


def _checked(values: list[Value]) -> list[Value]:
    """The values, when CEL could compare each with the next; texts and numbers, say, cannot be."""
    if any(isinstance(value, list | dict) or value is None for value in values):
        raise NoSuchOverloadError
    if len({_kind(value) for value in values}) > 1:
        raise NoSuchOverloadError
    return values


def _kind(value: object) -> str:
    return "number" if type(value) in {int, float} else type(value).__name__


def _is_sorted(values: list[Value]) -> bool:
    checked = _checked(values)
    return all(one <= other for one, other in pairwise(checked))


def _equal(left: Value, right: Value) -> bool:
    """As CEL has it: true is not 1, and lists and maps are compared by what they hold."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())
    return bool(left == right)


def _index_of(values: list[Value], wanted: Value) -> int:
    return next((index for index, value in enumerate(values) if _equal(value, wanted)), -1)


def _last_index_of(values: list[Value], wanted: Value) -> int:
    found = _index_of(values[::-1], wanted)
    return -1 if found < 0 else len(values) - 1 - found


def _same_set(left: list[Value], right: list[Value]) -> bool:
    return len(left) == len(right) and all(_index_of(left, value) >= 0 for value in right)


def _union(left: list[Value], right: list[Value]) -> list[Value]:
    merged = list(left)
    merged.extend(value for value in right if _index_of(left, value) < 0)
    return merged


def _by_key(values: Iterable[Value], keys: list[str]) -> dict[_Key, Value]:
    return {tuple((type(value.get(key)), value.get(key)) for key in keys): value for value in values}


def _same_map(left: list[Value], right: list[Value], keys: list[str]) -> bool:
    return len(left) == len(right) and _equal_maps(_by_key(left, keys), _by_key(right, keys))


def _equal_maps(left: dict[_Key, Value], right: dict[_Key, Value]) -> bool:
    return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())


def _merge(left: list[Value], right: list[Value], keys: list[str]) -> list[Value]:
    return list((_by_key(left, keys) | _by_key(right, keys)).values())


@lru_cache(maxsize=256)
def pattern(text: str) -> Value:
    """Return the regular expression, compiled by RE2, the engine that CEL's own `matches` has.

    Raises:
        ValueError: RE2 does not take it.
    """
    import re2  # noqa: PLC0415 - only a rule that searches pays for it

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        raise ValueError(f"Illegal regex: {error}") from error


def _find(text: str, wanted: str) -> str:
    found = pattern(wanted).search(text)
    return str(found.group()) if found else ""


def _find_all(text: str, wanted: str, most: int = -1) -> list[str]:
    found = [str(one.group()) for one in pattern(wanted).finditer(text)]
    return found if most < 0 else found[:most]


FUNCTIONS = (
    Function("isSorted", "bool", ("list",), _is_sorted),
    Function("sum", "dyn", ("list",), rewritten),
    Function("min", "dyn", ("list",), rewritten),
    Function("max", "dyn", ("list",), rewritten),
    Function("indexOf", "int", ("list", "dyn"), _index_of),
    Function("lastIndexOf", "int", ("list", "dyn"), _last_index_of),
    Function("find", "string", ("string", "string"), _find),
    Function("findAll", "list", ("string", "string"), _find_all),
    Function("findAll", "list", ("string", "string", "int"), _find_all),
    Function(
        "@insert", "map", ("map", "dyn", "dyn"), lambda held, key, value: {**held, key: value}, member=False
    ),
    Function("@insert", "map", ("map", "map"), lambda held, more: {**held, **more}, member=False),
    Function("@same_set", "bool", ("list", "list"), _same_set, member=False),
    Function("@union", "list", ("list", "list"), _union, member=False),
    Function("@same_map", "bool", ("list", "list", "list"), _same_map, member=False),
    Function("@merge", "list", ("list", "list", "list"), _merge, member=False),
)
