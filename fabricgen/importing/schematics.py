"""Schematics of Talos' image factory: what an id stands for, as far as the repository tells."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.importing.draft import Left, Origin
from fabricgen.importing.machines import Image, Machines, known_ids
from fabricgen.importing.names import as_name
from fabricgen.repository import Item

_KEYS: Final = frozenset({"customization", "overlay", "owner"})


def find_schematics(items: Iterable[Item]) -> dict[str, Mapping[str, Any]]:
    """Return the schematics that are written down anywhere, and those of plain boards, by id."""
    found = known_ids()
    for item in items:
        if item.body and item.body.keys() <= _KEYS:
            image = Image(item.body, Origin())
            if image.id and not image.rest:
                found[image.id] = item.body
    return found


def find_stems(items: Iterable[Item]) -> dict[str, str]:
    """Return the ids of the schematics that stand in files of their own, by the file's name as a class's name."""
    return {
        as_name(PurePosixPath(item.origin.file).stem): Image(item.body, Origin()).id
        for item in items
        if item.body and item.body.keys() <= _KEYS
    }


def explain(machines: Machines, wanted: str, origin: Origin) -> Image:
    """Return the image of an id; one that nothing explains is listed, once for each id."""
    body = machines.schematics.get(wanted)
    if body is not None:
        image = Image(body, origin)
        image.name = next((stem for stem, one in machines.stems.items() if one == wanted), "")
        return image
    machines.draft.leave(
        Left(
            place=origin.place,
            path=f"schematic {wanted[:12]}…",
            why="only its id is told, not which extensions and kernel arguments are in the image",
            todo=f"look it up at https://factory.talos.dev/schematics/{wanted} and write distribution.talos.extensions",
        )
    )
    return Image({}, origin, known=False)
