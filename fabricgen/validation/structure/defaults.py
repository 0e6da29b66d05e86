"""Alternatives that ask about fields with defaults: `type` is IPAddress where nothing else is written.

The API server fills defaults in before it looks at a schema. Asked by `prepare`, which writes into the alternatives what
a field that is left out means there, so that nothing needs to be filled in to judge a document.
"""

from collections.abc import Mapping
from typing import Any, Final

_BRANCHES: Final = ("allOf", "anyOf", "oneOf")


def fill_branches(node: dict[str, Any], *, defaults: Mapping[str, Any]) -> bool:
    """Say in the alternatives of an object what its defaults say; whether that could be done for all of them."""
    branches = [one for key in _BRANCHES for one in node.get(key, ())]
    filled = [_fill(one, defaults=defaults) for one in branches if isinstance(one, dict)]
    refused = node.get("not")
    if isinstance(refused, dict) and defaults.keys() & {
        *refused.get("properties", ()),
        *refused.get("required", ()),
    }:
        return False
    return all(filled)


def _fill(branch: dict[str, Any], *, defaults: Mapping[str, Any]) -> bool:
    asked = branch.get("properties", {})
    fits = {name: _fits(default, schema=asked[name]) for name, default in defaults.items() if name in asked}
    if None in fits.values():
        return False
    # A field that is left out is there, with a value that fits, or that does not.
    required = [name for name in branch.get("required", ()) if name not in defaults]
    required += [name for name, fit in fits.items() if not fit]
    if required or "required" in branch:
        branch["required"] = required
    return fill_branches(branch, defaults=defaults)


def _fits(value: Any, *, schema: Any) -> bool | None:  # noqa: ANN401 - a value, and the schema of it
    """Tell whether a value fits a schema; nothing for one that asks for more than one of certain values."""
    match schema:
        case bool():
            return schema
        case {"enum": list(choices), **rest} if not rest.keys() - {"type"}:
            return value in choices
        case {"not": inner, **rest} if not rest:
            fits = _fits(value, schema=inner)
            return None if fits is None else not fits
        case {**rest} if not rest:
            return True
        case _:
            return None
