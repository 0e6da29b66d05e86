"""Alternatives of which none fits, or more than one: what is the one thing to say about them.

Fed by `problems` with the errors of `anyOf` and `oneOf`. A schema with twenty branches has twenty reasons; whoever
wrote the document meant one of them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from fabricgen.errors import Path, Problem
from fabricgen.objects.wording import show
from fabricgen.validation.structure.values import FORMAT_WORDS, type_sentence

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

Error: TypeAlias = "ValidationError"
# What shows that another branch was meant: a value that this one names otherwise.
_TELLING = frozenset(("enum", "const", "not"))


def alternatives(error: Error, *, path: Path, schemas: Any) -> Problem | Sequence[Error]:  # noqa: ANN401 - of the branches
    """Return the problem that several branches make together, or the errors of the branch that is meant."""
    branches: list[list[Error]] = [list(branch) for branch in error.kind.value]
    failed = [branch for branch in branches if branch]
    if len(failed) < len(branches) or not failed:
        return _too_many(error, path=path, schemas=schemas)
    firsts = [branch[0] for branch in failed]
    if all(_is_missing(branch, path=path) for branch in failed):
        return _one_of([[one.kind.value for one in branch] for branch in failed], path=path)
    if all(one.kind.name == "type" and tuple(one.instance_path) == path for one in firsts):
        types = [name for one in firsts for name in one.kind.value]
        return type_sentence(error.instance, types=types, path=path)
    if all(len(branch) == 1 and branch[0].kind.name == "format" for branch in failed):
        words = [FORMAT_WORDS.get(one.kind.value, one.kind.value) for one in firsts]
        return Problem(message=f"{show(error.instance)} is neither {' nor '.join(words)}", path=path)
    return min(failed, key=lambda branch: _distance(branch, path=path))


def _distance(branch: Sequence[Error], *, path: Path) -> tuple[bool, int, int, int]:
    """Return how far a value is from a branch: another type, other telling values, fields missing, all faults."""
    here = [error for error in branch if tuple(error.instance_path) == path]
    other = any(error.kind.name == "type" for error in here)
    telling = sum(error.kind.name in _TELLING for error in branch)
    missing = sum(error.kind.name == "required" for error in here)
    return other, telling, missing, len(branch)


def _is_missing(branch: Sequence[Error], *, path: Path) -> bool:
    return all(error.kind.name == "required" and tuple(error.instance_path) == path for error in branch)


def _one_of(choices: Sequence[Sequence[str]], *, path: Path) -> Problem:
    words = [" with ".join(choice) for choice in choices]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return Problem(message=f"one of {listed} must be given", path=path)


def _too_many(error: Error, *, path: Path, schemas: Any) -> Problem:  # noqa: ANN401 - schemas of branches
    given = _given_together(error.instance, schemas)
    if len(given) > 1:
        message = f"{' and '.join(given)} cannot be given together"
        return Problem(message=message, path=path, hint="keep one of them")
    return Problem(message="this fits more than one of the forms that exclude each other", path=path)


def _given_together(value: Any, schemas: Any) -> list[str]:  # noqa: ANN401 - any part of a document, and of a schema
    """Return the fields that the value has and that different branches ask for."""
    asked = [name for schema in schemas if isinstance(schema, dict) for name in schema.get("required", ())]
    return [name for name in value if name in asked] if isinstance(value, dict) else []
