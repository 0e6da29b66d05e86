"""What a model refuses, in words for people: one Problem for each fault, with its path in the document.

Fed by a body and a model; used by `validate` and `talos_contract`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fabricgen.errors import Path, Problem
from fabricgen.objects.model import Model
from fabricgen.objects.wording import expected, nearest, show

_LONGEST_CHOICE = 300
_WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def problems_in(body: Mapping[str, Any], *, model: type[Model]) -> tuple[Problem, ...]:
    """Return what `model` refuses in `body`, in the order of the model's fields; nothing when all is well."""
    try:
        model.model_validate(dict(body), by_alias=True, by_name=False)
    except ValidationError as error:
        return tuple(_problems(error.errors(include_url=False), body=body, model=model))
    return ()


def models_within(annotation: Any) -> Iterator[type[Model]]:  # noqa: ANN401 - an annotation is whatever typing makes
    """Yield the models that a field's annotation holds, through lists, mappings and unions."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from models_within(inner)


def _problems(
    errors: Sequence[ErrorDetails], *, body: Mapping[str, Any], model: type[Model]
) -> Iterator[Problem]:
    # The branches of a union complain each for itself, at one path: they become one problem.
    by_path: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        by_path.setdefault(_path(error, body), []).append(error)
    for path, found in by_path.items():
        told = [error for error in found if error["type"] not in _WANTED]
        if told:
            yield Problem(message=_message(told[0]), path=path, hint=_hint(told[0], path=path, model=model))
        elif not any(_is_below(other, path) for other in by_path):
            yield _wrong_type(found, path=path)


def _is_below(path: Path, above: Path) -> bool:
    return len(path) > len(above) and path[: len(above)] == above


def _path(error: ErrorDetails, body: Mapping[str, Any]) -> Path:
    """Return the error's place without what pydantic adds: names of union branches, marks of keys."""
    here: Any = body
    path: list[str | int] = []
    for part in error["loc"]:
        match here:
            case Mapping() if part in here:
                here = here[part]
            case list() | tuple() if isinstance(part, int):
                here = here[part]
            case _:
                continue
        path.append(part)
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return tuple(path)


def _message(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    shown = show(error["input"])
    match error["type"]:
        case "missing":
            return "this must be given"
        case "extra_forbidden":
            return "unknown field"
        case "value_error":
            return str(context["error"])
        case "literal_error":
            allowed = context["expected"]
            return f"{shown} is not allowed" + (
                f"; allowed: {allowed}" if len(allowed) <= _LONGEST_CHOICE else ""
            )
        case "too_short" | "string_too_short":
            return "this must not be empty"
        case "too_long" | "string_too_long":
            return f"this is longer than the {context['max_length']} that are allowed"
        case "greater_than_equal":
            return f"{shown} is below the least that is allowed, {context['ge']}"
        case "less_than_equal":
            return f"{shown} is above the most that is allowed, {context['le']}"
        case _:
            return f"{shown}: {error['msg']}"


def _hint(error: ErrorDetails, *, path: Path, model: type[Model]) -> str:
    if error["type"] == "extra_forbidden":
        return nearest(str(path[-1]), _known_fields(path[:-1], model=model))
    if error["type"] == "literal_error" and isinstance(error["input"], str):
        allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        close = get_close_matches(error["input"], allowed, n=1, cutoff=0.6)
        return f"did you mean {close[0]}?" if close else ""
    return ""


def _wrong_type(errors: Sequence[ErrorDetails], *, path: Path) -> Problem:
    wanted = list(dict.fromkeys(_WANTED[error["type"]] for error in errors))
    message, hint = expected(errors[0]["input"], wanted=wanted)
    return Problem(message=message, path=path, hint=hint)


def _known_fields(path: Path, *, model: type[Model]) -> list[str]:
    models = [model]
    for part in path:
        inner = [
            found
            for one in models
            for name, field in one.model_fields.items()
            if (field.alias or name) == part
            for found in models_within(field.annotation)
        ]
        models = inner or models
    return [field.alias or name for one in models for name, field in one.model_fields.items()]
