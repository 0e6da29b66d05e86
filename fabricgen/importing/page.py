"""A document while it is read: what was looked at counts as carried, and the rest is told afterwards.

Made of items; every reader takes what it understands, so that nothing is lost in silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fabricgen.errors import Path, format_path
from fabricgen.importing.draft import Draft, Left, Origin, shown
from fabricgen.repository import Item

# Ciphertext, keys, and references that 1Password, Azure and vals put secrets in for.
_SECRET_TEXT: Final = ("ENC[AES", "AGE-SECRET-KEY", "op://", "azkv://", "ref+")
_DEPTH: Final = 3
STAYS: Final = "stays where it is"


@dataclass(slots=True, kw_only=True, eq=False)
class Page:
    """A document, or the part of one that stands at `prefix`.

    Attributes:
        item: where it is written.
        body: what it says, with placeholders filled in where something tells them.
        taken: the paths that were understood.
    """

    item: Item
    body: Any
    prefix: Path = ()
    taken: set[Path] = field(default_factory=set)

    @property
    def file(self) -> str:
        """The file that it stands in."""
        return self.item.origin.file

    def get(self, *path: str | int) -> Any:  # noqa: ANN401 - a document holds anything
        """Return what stands at `path` without taking it; None for nothing, and for what is encrypted."""
        value: Any = self.body
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return None if is_closed(value) else value

    def take(self, *path: str | int) -> Any:  # noqa: ANN401 - as above
        """Return what stands at `path`, and count it as carried; None for what is not there or not readable."""
        value = self.get(*path)
        if value is not None:
            self.taken.add(path)
        return value

    def items(self, *path: str | int) -> list[Any]:
        """Return the list at `path`, an empty one where there is none; nothing is taken."""
        return listed(self.get(*path))

    def mappings(self, *path: str | int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the mappings of the list at `path` with their numbers; nothing is taken."""
        for number, one in enumerate(self.items(*path)):
            if isinstance(one, Mapping):
                yield number, one

    def texts(self, *path: str | int) -> list[str]:
        """Take a list of texts; one text with commas counts as such a list."""
        value = self.take(*path)
        if isinstance(value, list):
            return [str(one) for one in value if isinstance(one, str | int | float) and not is_closed(one)]
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else []

    def where(self, *path: str | int) -> str:
        """Return `file:line` of `path`."""
        place = self.item.place(*self.prefix, *path)
        return f"{place.file}:{place.line}"

    def origin(self, *path: str | int, note: str = "") -> Origin:
        """Return where `path` is from, for the comment in the description."""
        return Origin(place=self.where(*path), note=note)

    def rest(self) -> Iterator[tuple[Path, Any]]:
        """Yield what nobody took: each time the topmost of it."""
        if isinstance(self.body, Mapping) and () not in self.taken:
            for key, one in self.body.items():
                yield from _rest(one, (key,), self.taken)
        else:
            yield from _rest(self.body, (), self.taken)

    def leave_rest(self, draft: Draft, *, why: str, todo: str, kind: str = "stays") -> None:
        """List everything that was not taken."""
        for path, value in self.rest():
            self.leave(draft, path, value, why=why, todo=todo, kind=kind)

    def leave(self, draft: Draft, path: Path, value: Any, **told: str) -> None:  # noqa: ANN401 - as above
        """List one thing: `told` is why, what to do, and of which kind it is. Secrets stay where they are."""
        name = str(path[-1]) if path else ""
        text = shown(value, name=name)
        if is_closed(value) or "not shown" in text:
            told |= {"why": "it is encrypted, or a secret", "todo": STAYS, "kind": "stays"}
            text = ""
        text = "" if value == "" else text
        label = format_path((*self.prefix, *path)) or "the whole document"
        draft.leave(Left(place=self.where(*path), path=label, value=text, **told))


def listed(value: object) -> list[Any]:
    """Return a list as it is, and an empty one for whatever else stands where a list should."""
    return value if isinstance(value, list) else []


def mappings_of(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings of a list; none of whatever else stands there."""
    return [one for one in listed(value) if isinstance(one, Mapping)]


def _rest(value: Any, path: Path, taken: set[Path]) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - as above
    if path in taken:
        return
    deeper = any(one[: len(path)] == path for one in taken)
    if deeper and isinstance(value, Mapping):
        for key, one in value.items():
            yield from _rest(one, (*path, key), taken)
    elif deeper and isinstance(value, list):
        for number, one in enumerate(value):
            yield from _rest(one, (*path, number), taken)
    elif isinstance(value, Mapping) and len(value) == 1 and 0 < len(path) < _DEPTH:
        ((key, one),) = value.items()
        yield from _rest(one, (*path, key), taken)
    elif value not in ({}, [], None):
        yield path, value


def is_closed(value: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether a value cannot be read here: encrypted, or filled in by something that is not there."""
    return isinstance(value, str) and (
        value.startswith(_SECRET_TEXT) or ("${" in value and "}" in value) or "{{" in value
    )
