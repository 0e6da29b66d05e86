"""Kubernetes' CEL functions on quantities such as `500m` and `2Gi`. Part of `library`.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library and
https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity; behaviour compared with Kubernetes 1.36.
"""

import re
from fractions import Fraction
from math import ceil

from fabricgen.validation.cel.function import Function, Tagged, untag

TAG = "@quantity"
_HELD = "@integer"
# Kubernetes counts as an integer what it happens to hold as one: `1.5k` is, `1000m` and `1.0` are not. Two equal
# quantities may differ in that, so it travels as 1 or 1.0, which are equal to CEL and differ in type.

_FORM = re.compile(
    r"(?P<sign>[+-]?)0*(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?"
    r"(?:(?P<binary>[KMGTPE]i)|(?P<decimal>[numkMGTPE])|[eE](?P<exponent>[+-]?[0-9]+))?",
    re.ASCII,
)
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_NANO = 10**9
_MOST = 2**63 - 1
_DECIMAL_DIGITS, _BINARY_DIGITS = 18, 14  # as many as Kubernetes is sure to get into 64 bits
_LARGEST_EXPONENT = 10_000  # what is beyond is nobody's quantity, and would take all memory


def _parse(text: str) -> Tagged:
    """Return the quantity, rounded up to whole nanos, as Kubernetes does. Raises ValueError."""
    found = _FORM.fullmatch(text)
    if found is None or not text:
        raise ValueError("quantities must be a number and a suffix such as m, k, Mi or e3")
    exponent = int(found["exponent"] or _DECIMAL.get(found["decimal"], 0))
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ValueError("unable to parse quantity's suffix")
    part = found["part"] or ""
    number = Fraction(int(found["whole"] + part or "0")) * Fraction(10) ** (exponent - len(part))
    number *= 2 ** _BINARY.get(found["binary"], 0)
    number = Fraction(ceil(number * _NANO), _NANO)
    if found["binary"]:
        number = min(number, Fraction(_MOST))
    whole = _is_held_whole(found, scale=exponent - len(part))
    return _tagged(-number if found["sign"] == "-" else number, whole=whole)


def _is_held_whole(found: "re.Match[str]", *, scale: int) -> bool:
    digits = len(found["whole"] or "0") + len(found["part"] or "")
    if found["binary"]:
        return not found["part"] and digits + int(_BINARY[found["binary"]] * 0.3) <= _BINARY_DIGITS
    return digits <= _DECIMAL_DIGITS and scale >= 0


def _tagged(number: Fraction, *, whole: bool) -> Tagged:
    whole = whole and abs(number) <= _MOST
    return {TAG: str(number), _HELD: 1 if whole else 1.0}


def _number(value: Tagged) -> Fraction:
    return Fraction(untag(value, TAG))


def _is_quantity(text: str) -> bool:
    try:
        _parse(text)
    except ValueError:
        return False
    return True


def compare(left: Tagged, right: Tagged) -> int:
    """Return -1, 0 or 1, as `left` is less than, equal to or greater than `right`."""
    difference = _number(left) - _number(right)
    return (difference > 0) - (difference < 0)


def _is_integer(value: Tagged) -> bool:
    return isinstance(untag(value, _HELD), int)


def _as_integer(value: Tagged) -> int:
    if not _is_integer(value):
        raise ValueError("cannot convert value to integer")
    return int(_number(value))


def _sign(value: Tagged) -> int:
    number = _number(value)
    return (number > 0) - (number < 0)


def _operand(value: Tagged | int) -> Tagged:
    if isinstance(value, dict):
        return value
    return _tagged(Fraction(value), whole=True)


def _add(left: Tagged, right: Tagged | int) -> Tagged:
    other = _operand(right)
    whole = _is_integer(left) and _is_integer(other)
    return _tagged(_number(left) + _number(other), whole=whole)


def _subtract(left: Tagged, right: Tagged | int) -> Tagged:
    other = _operand(right)
    return _add(left, _tagged(-_number(other), whole=_is_integer(other)))


def _as_float(value: Tagged) -> float:
    try:
        return float(_number(value))
    except OverflowError:
        return float("inf") * _sign(value)


FUNCTIONS = (
    Function("quantity", "map", ("string",), _parse, member=False),
    Function("isQuantity", "bool", ("string",), _is_quantity, member=False),
    Function("isInteger", "bool", ("map",), _is_integer),
    Function("asInteger", "int", ("map",), _as_integer),
    Function("asApproximateFloat", "double", ("map",), _as_float),
    Function("sign", "int", ("map",), _sign, member=False),
    Function("add", "map", ("map", "map"), _add),
    Function("add", "map", ("map", "int"), _add),
    Function("sub", "map", ("map", "map"), _subtract),
    Function("sub", "map", ("map", "int"), _subtract),
)
