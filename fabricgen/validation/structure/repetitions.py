"""What stands twice in lists that are maps, in words. Fed by `problems`."""

from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.errors import Path, Problem
from fabricgen.validation.structure.lists import Plan


def list_problems(value: Any, *, plan: Plan | None, path: Path = ()) -> Iterator[Problem]:  # noqa: ANN401 - any part of a document
    """Yield what is there twice in lists that are maps, in the order of the document."""
    if plan is None:
        return
    if isinstance(value, dict):
        for name, one in plan.fields:
            yield from list_problems(value.get(name), plan=one, path=(*path, name))
        for name, inner in value.items():
            yield from list_problems(inner, plan=plan.values, path=(*path, name))
    elif isinstance(value, list):
        for number, first in plan.repeated(value) if plan.keys else ():
            yield _repetition(value[number], plan=plan, path=(*path, number), first=first)
        for number, inner in enumerate(value):
            yield from list_problems(inner, plan=plan.items, path=(*path, number))


def _repetition(item: Mapping[str, Any], *, plan: Plan, path: Path, first: int) -> Problem:
    said = " and ".join(
        f"{key} {value}"
        for key, value in zip(plan.keys, plan.keys_of(item), strict=True)
        if value is not None
    )
    message = f"item {first} of this list has {said or 'no ' + ' and no '.join(plan.keys)} already"
    keys = " and ".join(plan.keys)
    return Problem(message=message, path=path, hint=f"items are told apart by {keys}: leave one of them out")
