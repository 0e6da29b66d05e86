"""What a template may have in hand: values of the user by their place, and what it makes of them. Used by `reads`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chart_reader.template import Literal

ANY: Final = "*"
"""Stands in a place for any key of a map, and for any index of a list."""


@dataclass(frozen=True, slots=True)
class Place:
    """The value at this path below `.Values`; () is `.Values` itself."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """What Helm hands to each template: `.Values`, `.Chart`, `.Files` and so on."""


@dataclass(frozen=True, slots=True)
class Files:
    """The chart's other files, or the text of one."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A map that the template makes, such as the arguments of a helper."""

    entries: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, slots=True)
class List:
    """A list that the template makes."""

    items: tuple["Value", ...]


Atom = Place | Root | Files | Map | List | Literal
Value = tuple[Atom, ...]
"""What something may be; () is anything that holds no value of the user's."""


def union(*values: Value) -> Value:
    """Return all that any of these may be."""
    return tuple(dict.fromkeys(atom for value in values for atom in value))


def texts(values: Sequence[Value]) -> list[str]:
    """Return the texts that stand in the template itself."""
    return [atom.text for value in values for atom in value if isinstance(atom, Literal)]


def below(value: Value, names: Sequence[str]) -> Value:
    """Return what `.a.b` finds."""
    for name in names:
        value = at(value, [name])
    return value


def at(value: Value, names: Sequence[str]) -> Value:
    """Return what stands under any of `names`."""
    found: list[Atom] = []
    for atom in value:
        for name in names:
            match atom:
                case Root() if name == "Values":
                    found.append(Place(()))
                case Place(path=()) if name == "AsMap":
                    found.append(atom)
                case Place(path=path):
                    found.append(Place((*path, name)))
                case Map(entries=entries):
                    found += [inner for key, item in entries if key == name for inner in item]
                case List(items=items) if name.isdigit() and int(name) < len(items):
                    found += items[int(name)]
    return tuple(dict.fromkeys(found))


def elements(value: Value) -> Value:
    """Return what `range` goes through."""
    found: list[Atom] = []
    for atom in value:
        match atom:
            case Place(path=path):
                found.append(Place((*path, ANY)))
            case Map(entries=entries):
                found += [inner for _, item in entries for inner in item]
            case List(items=items):
                found += [inner for item in items for inner in item]
            case _:
                pass
    return tuple(dict.fromkeys(found))
