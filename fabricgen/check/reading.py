"""Reading a document's body without trusting it: a user's template may have put anything anywhere.

Used by the checks that follow references.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def part(body: object, *keys: str) -> Any:  # noqa: ANN401 - a body holds anything
    """Return what stands at these keys, below one another; None if there is nothing."""
    here = body
    for key in keys:
        here = here.get(key) if isinstance(here, Mapping) else None
    return here


def mappings(value: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the mappings of a list with their positions; nothing if it is no list."""
    for index, item in enumerate(value if isinstance(value, list | tuple) else ()):
        if isinstance(item, Mapping):
            yield index, item


def text(value: object) -> str:
    """Return text as it is; "" for anything else."""
    return value if isinstance(value, str) else ""
