"""Kubernetes' CEL functions on semantic versions, and the comparisons that versions share with quantities.

Part of `library`. Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library; behaviour
compared with Kubernetes 1.36.
"""

import re
from collections.abc import Callable
from itertools import zip_longest

from fabricgen.validation.cel import quantities
from fabricgen.validation.cel.function import Function, Tagged, untag

_TAG = "@semver"
_NUMBER = r"(0|[1-9][0-9]*)"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_FORM = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_LARGEST = 2**64 - 1
_PARTS = 3


def _parse(text: str, normalize: bool = False) -> Tagged:  # noqa: FBT001, FBT002 - as the CEL function has it
    """Return the version; builds have no say in which is greater, or equal. Raises ValueError."""
    found = _FORM.fullmatch(_normalized(text) if normalize else text)
    if found is None or any(int(number) > _LARGEST for number in found.groups()[:_PARTS]):
        raise ValueError(f'"{text}" is no semantic version')
    return {_TAG: [int(found[1]), int(found[2]), int(found[3]), found[4] or ""]}


def _normalized(text: str) -> str:
    """Without the `v`, with the parts that are missing, without leading zeros."""
    parts = text.removeprefix("v").split(".", 2)
    parts = [re.sub(r"^0+(?=[0-9])", "", part) for part in parts]
    if len(parts) < _PARTS and ("+" in parts[-1] or "-" in parts[-1]):
        raise ValueError("short version cannot contain PreRelease/Build meta data")
    return ".".join([*parts, "0", "0"][:_PARTS])


def _is_version(text: str, normalize: bool = False) -> bool:  # noqa: FBT001, FBT002 - as the CEL function has it
    try:
        _parse(text, normalize)
    except ValueError:
        return False
    return True


def _compare(left: Tagged, right: Tagged) -> int:
    if quantities.TAG in left:
        return quantities.compare(left, right)
    *mine, my_pre = untag(left, _TAG)
    *other, other_pre = untag(right, _TAG)
    if mine != other:
        return 1 if mine > other else -1
    return _compare_prereleases(my_pre, other_pre)


def _compare_prereleases(left: str, right: str) -> int:
    """A version without one is greater than any with; numbers are less than words; longer is greater."""
    if not (left and right):
        return bool(right) - bool(left)
    for mine, other in zip_longest(left.split("."), right.split("."), fillvalue=""):
        if mine != other:
            return 1 if _rank(mine) > _rank(other) else -1
    return 0


def _rank(part: str) -> tuple[int, int, str]:
    if not part:
        return (0, 0, "")
    return (1, int(part), "") if part.isdigit() else (2, 0, part)


def _part(index: int) -> Callable[[Tagged], int]:
    return lambda value: int(untag(value, _TAG)[index])


FUNCTIONS = (
    Function("semver", "map", ("string",), _parse, member=False),
    Function("semver", "map", ("string", "bool"), _parse, member=False),
    Function("isSemver", "bool", ("string",), _is_version, member=False),
    Function("isSemver", "bool", ("string", "bool"), _is_version, member=False),
    Function("major", "int", ("map",), _part(0)),
    Function("minor", "int", ("map",), _part(1)),
    Function("patch", "int", ("map",), _part(2)),
    Function("compareTo", "int", ("map", "map"), _compare),
    Function("isLessThan", "bool", ("map", "map"), lambda left, right: _compare(left, right) < 0),
    Function("isGreaterThan", "bool", ("map", "map"), lambda left, right: _compare(left, right) > 0),
)
