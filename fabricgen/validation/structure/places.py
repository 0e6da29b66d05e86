"""Ways through a schema: along references, to the schema of a value, to the fields that are known there.

Used by everything in this package that reads a schema beside the compiler.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_MOST_REFERENCES: Final = 32


def follow(node: Any, *, root: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a schema, or true, or false, or nothing
    """Return what `node` refers to, through any number of references; itself when it refers to nothing."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        target = _pointed(node["$ref"], root=root)
        if target is None:
            return node
        node = target
    return node


def _pointed(reference: str, *, root: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    if not reference.startswith("#"):
        return None
    here: Any = root
    for part in reference[1:].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(here, Mapping) or name not in here:
            return None
        here = here[name]
    return here


def at(schema: Mapping[str, Any], path: Sequence[str | int]) -> Any:  # noqa: ANN401 - a schema, or a keyword's value
    """Return what stands at a path of keywords in a schema, or nothing."""
    here: Any = schema
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    return here
