"""A function of Kubernetes' CEL libraries: what the runtime is told about it, and what it does.

The runtime hands values of its own types to Python and takes them back. It has no way to carry a value of a new type
(an address, a quantity), so these travel as maps with one key that no document has: `{"@ip": "10.0.0.1"}`. What they
hold is canonical, so that the runtime's own `==` compares them rightly.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

CelType = Literal["bool", "int", "double", "string", "bytes", "list", "map", "duration", "timestamp", "dyn"]

Value = Any
"""Anything that a document holds, or that the runtime makes of it."""

Tagged = dict[str, Value]
"""A value of a type that the runtime does not have."""


class Function(NamedTuple):
    """One overload; a member is called on its first parameter."""

    name: str
    result: CelType
    parameters: tuple[CelType, ...]
    call: Callable[..., Value]
    member: bool = True


def rewritten(*_: Value) -> Value:
    """Stand in for what functions do that never run: `calls` makes other calls of them."""
    raise NoSuchOverloadError


class NoSuchOverloadError(ValueError):
    """A function was called on a value that it is not for."""

    def __init__(self) -> None:
        super().__init__("no such overload")


def untag(value: Tagged, tag: str) -> Value:
    """Return what `value` holds; raises NoSuchOverloadError when it is a map of another kind."""
    if tag not in value:
        raise NoSuchOverloadError
    return value[tag]
