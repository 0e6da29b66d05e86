"""A value that somebody decided, with the reason."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[T]):
    """A value that somebody decided: the description (`asked`) or fabricgen, with the reason either way."""

    value: T
    why: str
    source: str
    asked: bool = False
