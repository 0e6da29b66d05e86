"""Keys and scalars to YAML text, and the refusal of what YAML readers would not give back.

Used by `writer`; `strings` knows how to quote.
"""

import math
from collections.abc import Callable
from enum import Enum
from typing import Final

from fabricgen.yamlio.limits import MOST_LEVELS
from fabricgen.yamlio.parsed import Path

_LONGEST_KEY: Final = 1000  # as written; readers give up on a key after 1024 characters
_LEAST: Final = -(2**63)
_MOST: Final = 2**64 - 1  # Go turns what is beyond into a float, with other digits

Quoting = Callable[[str], str]


def write_scalar(value: object, path: Path, *, quote: Quoting) -> str:
    """A scalar on one line.

    Raises:
        TypeError: for anything but text, numbers, booleans, None and enums of these.
        ValueError: for a number that JSON or a 64-bit reader does not know, or text that cannot be encoded.
    """
    value = unwrap(value)
    match value:
        case str():
            return _write_text(value, path, quote=quote)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return _write_int(value, path)
        case float():
            return _write_float(value, path)
        case _:
            raise TypeError(f"{show(path)}: a {type(value).__name__} cannot be written as YAML")


def write_key(key: object, path: Path, *, quote: Quoting) -> str:
    """A key of the mapping at `path`, without its colon.

    Raises:
        TypeError: for anything but text.
        ValueError: for text that is too long for a key, or cannot be encoded.
    """
    key = unwrap(key)
    if not isinstance(key, str):
        raise TypeError(f"{show(path)}: the key {key!r} is not text but a {type(key).__name__}")
    text = _write_text(key, path, quote=quote)
    if len(text) > _LONGEST_KEY:
        raise ValueError(
            f"{show(path)}: the key {key[:20]!r}… is too long for YAML's keys, {len(text):,} characters"
        )
    return text


def unwrap(value: object) -> object:
    """The value of an enum's member, the plain text of a kind of str, anything else as it is."""
    if isinstance(value, Enum):
        value = value.value
    return str.__str__(value) if isinstance(value, str) else value


def check_depth(path: Path) -> None:
    """Refuse nesting that readers refuse too, and mappings that contain themselves.

    Raises:
        ValueError: with the top of the path.
    """
    if len(path) >= MOST_LEVELS:
        raise ValueError(f"{show(path[:5])}…: this is nested deeper than {MOST_LEVELS} levels")


def show(path: Path) -> str:
    """A path for a message, such as `spec.rules[0].name`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "the document"


def _write_text(text: str, path: Path, *, quote: Quoting) -> str:
    try:
        return quote(text)
    except ValueError as error:
        raise ValueError(f"{show(path)}: {error}") from None


def _write_int(number: int, path: Path) -> str:
    if not _LEAST <= number <= _MOST:
        bits = number.bit_length()
        raise ValueError(f"{show(path)}: the number has {bits} bits, and Kubernetes keeps only 64 of them")
    return int.__repr__(number)


def _write_float(number: float, path: Path) -> str:
    if not math.isfinite(number):
        raise ValueError(f"{show(path)}: {number} is not a number that Kubernetes can keep")
    mantissa, exponent_sign, exponent = float.__repr__(number).partition("e")
    # YAML 1.1 takes 1e-07 for text: it wants a point before the exponent.
    point = ".0" if exponent and "." not in mantissa else ""
    return f"{mantissa}{point}{exponent_sign}{exponent}"
