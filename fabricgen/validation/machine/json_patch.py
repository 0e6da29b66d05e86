"""JSON patches: a list of operations, for Talos or for kustomize. Their form is checked, not what they lead to.

Source: RFC 6902, <https://www.rfc-editor.org/rfc/rfc6902>.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.errors import Path, Problem
from fabricgen.validation.machine.opinion import Opinion, Told, opinion_of

KIND: Final = "JSON patch"
_RULE: Final = "JSP001"
_OPERATIONS: Final = ("add", "remove", "replace", "move", "copy", "test")
_WITH_VALUE: Final = frozenset({"add", "replace", "test"})
_WITH_FROM: Final = frozenset({"move", "copy"})


def is_json_patch(body: Any) -> bool:  # noqa: ANN401 - a document holds anything
    """Tell whether a document is a JSON patch: a list of operations, of which at least one is complete."""
    return (
        isinstance(body, list)
        and bool(body)
        and all(isinstance(one, Mapping) and ("op" in one or "path" in one) for one in body)
        and any("op" in one and "path" in one for one in body)
    )


def json_patch_opinion(body: list[Any]) -> Opinion:
    """Return the opinion on a JSON patch."""
    told = tuple(
        Told(_RULE, problem) for number, one in enumerate(body) for problem in _problems(one, number)
    )
    return opinion_of(KIND, told)


def _problems(operation: Mapping[str, Any], number: int) -> Iterator[Problem]:
    at: Path = (number,)
    name = operation.get("op")
    if name not in _OPERATIONS:
        from fabricgen.objects.wording import nearest, show  # noqa: PLC0415 - most patches are well

        found = f"{show(name)} is no operation" if "op" in operation else "an operation is missing"
        yield Problem(message=found, path=(*at, "op"), hint=nearest(str(name or ""), _OPERATIONS))
    yield from _pointer_problems(operation, "path", at)
    if name in _WITH_FROM:
        yield from _pointer_problems(operation, "from", at)
    if name in _WITH_VALUE and "value" not in operation:
        yield Problem(message=f"{name} needs a value", path=(*at, "value"))


def _pointer_problems(operation: Mapping[str, Any], key: str, at: Path) -> Iterator[Problem]:
    pointer = operation.get(key)
    if key not in operation:
        yield Problem(message="this must be given", path=(*at, key))
    elif not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        hint = "such as /machine/network/hostname; a / in a key is written ~1"
        yield Problem(message="a JSON pointer starts with /", path=(*at, key), hint=hint)
