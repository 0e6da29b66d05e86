"""A body with one thing changed: what a test of a refusal needs."""

import copy
from typing import Any

GONE = object()


def changed(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of `body` with `value` at a dotted path (numbers count list items), or nothing there for GONE."""
    whole = copy.deepcopy(body)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    here: Any = whole
    for part in parents:
        here = here[part]
    if value is GONE:
        del here[last]
    else:
        here[last] = value
    return whole
