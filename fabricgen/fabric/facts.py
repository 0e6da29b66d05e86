"""A fact: something that is known, with the place that says so."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from fabricgen.repository import Item, Place

T = TypeVar("T")


class UnknownError(Exception):
    """A rule asked for what the documents do not tell; it stays silent then."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value, the object that tells it, and the path in it."""

    value: T
    item: Item
    path: tuple[str | int, ...] = ()

    @property
    def place(self) -> Place:
        """Where it is written."""
        return self.item.place(*self.path)
