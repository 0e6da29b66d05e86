"""The description as it is being put together: values, where each came from, and what could not be carried.

Filled by the readers of each format; settled by `settling`, written by `writing`.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from fabricgen.errors import Path, format_path
from fabricgen.secrets import find_in_value

_HIDDEN: Final = "a secret (not shown)"
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value is from.

    Attributes:
        place: `file:line`; empty for what nobody wrote.
        note: what people should know of it, such as that it was taken for granted.
    """

    place: str = ""
    note: str = ""

    def __str__(self) -> str:
        """Return the comment that stands above the value."""
        return ": ".join(one for one in (self.place, self.note) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that the description does not say.

    Attributes:
        place: `file:line` where it is written.
        path: what it is there, as people write it.
        why: why it is not carried.
        todo: what to do about it.
        value: as text, shortened; never a secret.
        kind: `stays` where it goes on working from where it is, `fixed` where the description does better,
            `lost` where something has to be done.
    """

    place: str
    path: str
    why: str
    todo: str
    value: str = ""
    kind: str = "lost"


def shown(value: Any, *, name: str = "") -> str:  # noqa: ANN401 - whatever somebody wrote
    """Return a value in one line; what looks like a secret, or is called one, is not in it."""
    from fabricgen.yamlio import inline  # noqa: PLC0415 - only where something is told

    if find_in_value({name or "value": value}):
        return _HIDDEN
    try:
        text = inline(value)
    except (TypeError, ValueError):
        text = str(value)
    text = " ".join(text.split())
    if "ENC[AES" in text or "AGE-SECRET-KEY" in text:
        return _HIDDEN
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@dataclass(slots=True, kw_only=True)
class Draft:
    """What is known so far; the first who tells a value wins, and who tells another one is listed."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, Origin] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    half_told: dict[str, tuple[str, str]] = field(default_factory=dict)
    holders: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def get(self, *path: str | int) -> Any:  # noqa: ANN401 - a description holds anything
        """Return what stands at `path`; None if nothing does."""
        value: Any = self.values
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(str(part))
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def put(self, path: str | Path, value: Any, origin: Origin) -> bool:  # noqa: ANN401 - as above
        """Set a value unless there is one; tell whether it is the one that counts now.

        Without a value nothing happens. A text as path is taken apart at its dots.
        """
        parts: Path = tuple(path.split(".")) if isinstance(path, str) else path
        if value is None:
            return False
        old = self.get(*parts)
        if old is not None:
            if not _same(old, value) and not (isinstance(old, dict) and isinstance(value, dict)):
                self._other(parts, old, value, origin)
            return _same(old, value)
        self._set(parts, deepcopy(value))
        self.origins[parts] = origin
        return True

    def _other(self, path: Path, old: Any, value: Any, origin: Origin) -> None:  # noqa: ANN401 - as above
        first = self.origins.get(path, Origin()).place or "elsewhere"
        name = str(path[-1])
        self.left.append(
            Left(
                place=origin.place,
                path=format_path(path),
                value=shown(value, name=name),
                why=f"{first} says {shown(old, name=name)}, which counts",
                todo="keep the right one of the two",
            )
        )

    def _set(self, path: Path, value: Any) -> None:  # noqa: ANN401 - as above
        here: Any = self.values
        for part in path[:-1]:
            if isinstance(here, list):
                here = here[int(part)]
                continue
            if not isinstance(here.get(part), dict | list):
                here[part] = {}
            here = here[part]
        if isinstance(here, list):
            here[int(path[-1])] = value
        else:
            here[path[-1]] = value

    def replace(self, path: str | Path, value: Any, origin: Origin) -> None:  # noqa: ANN401 - as above
        """Set a value, whatever stands there."""
        parts: Path = tuple(path.split(".")) if isinstance(path, str) else path
        self._set(parts, value)
        self.origins[parts] = origin

    def drop(self, path: Path) -> Any:  # noqa: ANN401 - as above
        """Take a value out, with the mappings above it that are empty then; return it."""
        parent = self.get(*path[:-1]) if len(path) > 1 else self.values
        last: Any = path[-1]
        if (isinstance(parent, list) and isinstance(last, int) and last < len(parent)) or (
            isinstance(parent, dict) and last in parent
        ):
            found = parent.pop(last)
        else:
            return None
        self.origins.pop(path, None)
        if isinstance(parent, list):
            self._move_up(path)
        if not parent and len(path) > 1 and isinstance(parent, dict) and path[:-1] not in _KEPT_EMPTY:
            self.drop(path[:-1])
        return found

    def _move_up(self, path: Path) -> None:
        """Let the origins of the items behind one that went follow them."""
        above, gone = path[:-1], path[-1]
        moved: dict[Path, Origin] = {}
        for one, origin in self.origins.items():
            index = one[len(above)] if len(one) > len(above) and one[: len(above)] == above else None
            if isinstance(index, int) and isinstance(gone, int) and index > gone:
                moved[*above, index - 1, *one[len(above) + 1 :]] = origin
            elif index != gone or index is None:
                moved[one] = origin
        self.origins = moved

    def leave(self, left: Left) -> None:
        """List something that is not carried, once."""
        if left not in self.left:
            self.left.append(left)


_KEPT_EMPTY: Final = frozenset({("cni", "flannel"), ("cni", "cilium")})


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether both say the same; a version with and without `v` does."""
    if isinstance(one, str) and isinstance(other, str):
        return one.removeprefix("v") == other.removeprefix("v")
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - as above
    """Yield what stands at the ends of mappings; lists and empty mappings count as ends."""
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from leaves(one, (*path, str(key)))
    else:
        yield path, value
