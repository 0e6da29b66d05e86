"""Fields that a schema does not know, or that it misses: the nearest right name, and the right place.

Fed by `problems`.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.errors import Path, Problem, format_path
from fabricgen.objects.wording import closest, nearest, told_mistake
from fabricgen.validation.structure.places import follow

_DEEPEST: Final = 4
_MOST_LOOKED_AT: Final = 2000


def missing_field(name: str, *, path: Path) -> Problem:
    """Return the problem of a field that must be there."""
    return Problem(message="this must be given", path=(*path, name))


def unknown_field(name: str, *, path: Path, node: Any, root: Mapping[str, Any]) -> Problem:  # noqa: ANN401 - a schema
    """Return the problem of a field that its object does not have: a slip of the pen, or another place."""
    known = list(node.get("properties", {})) if isinstance(node, dict) else []
    if not told_mistake(name, known) and not closest(name, known):
        hint = _elsewhere(name, path=path, node=node, root=root) or nearest(name, known)
    else:
        hint = nearest(name, known)
    return Problem(message="unknown field", path=(*path, name), hint=hint)


def _elsewhere(name: str, *, path: Path, node: Any, root: Mapping[str, Any]) -> str:  # noqa: ANN401 - a schema
    """Return where a field of this name belongs: below its place, or one or two levels above."""
    if below := _find_below(name, node=node, root=root):
        return f"it belongs into {format_path(below)}"
    objects = list(_objects_along(path, root=root))
    for above, one in reversed(objects[:-1]):
        if name in one.get("properties", {}):
            return (
                f"it belongs into {format_path(above)}"
                if above
                else "it belongs to the object itself, not below it"
            )
    return ""


def _objects_along(path: Path, *, root: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield each object on the way to a place in a document: its path, its schema."""
    here: Any = follow(root, root=root)
    for length, part in enumerate(path):
        if not isinstance(here, dict):
            return
        if isinstance(part, str):
            yield path[:length], here
            here = here.get("properties", {}).get(part, here.get("additionalProperties"))
        else:
            here = here.get("items")
        here = follow(here, root=root)
    if isinstance(here, dict):
        yield path, here


def _find_below(name: str, *, node: Any, root: Mapping[str, Any]) -> Path:  # noqa: ANN401 - a schema
    """Return the shortest way from a place to an object that has a field `name`, without lists; empty for none."""
    waiting: deque[tuple[Path, Any]] = deque([((), node)])
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            return ()
        path, one = waiting.popleft()
        one = follow(one, root=root)
        properties = one.get("properties", {}) if isinstance(one, dict) else {}
        if name in properties and path:
            return path
        if len(path) < _DEEPEST:
            waiting.extend(((*path, key), inner) for key, inner in properties.items() if key != "status")
    return ()
