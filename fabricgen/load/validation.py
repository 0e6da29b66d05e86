"""pydantic's errors -> problems in the words of the description: one for each thing that is wrong.

Fed by `load`; `schema` knows the places, `keys` and `sentences` the words.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from fabricgen.errors import Path, Problem
from fabricgen.load.keys import suggest_key
from fabricgen.load.schema import Place, choices_of, find_place, is_model
from fabricgen.load.sentences import explain_missing, explain_value


def explain_errors(errors: Iterable[ErrorDetails], document: object) -> list[Problem]:
    """Return a problem for each error that says something new, in pydantic's order, without places in the file.

    Where several types are allowed, pydantic tells what is wrong with each of them: only the type that somebody
    began to write counts. A missing key is passed over when an unknown one beside it is clearly meant for it.
    """
    problems: dict[Path, Problem] = {}
    meant: set[Path] = set()
    found = [(error, find_place(error["loc"])) for error in errors]
    for error, place in found:
        if _is_echo(error, document) or not _is_about_what_was_written(place, document):
            continue
        problem, instead = _explain(error, place, document)
        meant.update(instead)
        problems.setdefault(problem.path, problem)
    missing = {place.path for error, place in found if error["type"] == "missing"}
    return [problem for path, problem in problems.items() if path not in meant & missing]


def _is_echo(error: ErrorDetails, document: object) -> bool:
    """Tell whether a list is only called too short because its items are wrong."""
    return error["type"] == "too_short" and bool(_value_at(document, find_place(error["loc"]).path))


def _is_about_what_was_written(place: Place, document: object) -> bool:
    return all(_matches(_value_at(document, path), arm) for path, arm in place.arms.items())


def _matches(value: object, arm: object) -> bool:
    """Tell whether somebody who wrote `value` meant this arm of a union; anything odd is taken for text."""
    if isinstance(value, Mapping):
        return is_model(arm)
    if isinstance(value, int) and not isinstance(value, bool):
        return arm is int
    return arm is str


def _explain(error: ErrorDetails, place: Place, document: object) -> tuple[Problem, set[Path]]:
    """Return the problem, and the paths of missing keys that it explains as well."""
    if error["type"] == "extra_forbidden":
        return _explain_unknown(place, model=_model_at(error["loc"][:-1]))
    if error["type"] == "missing":
        return explain_missing(place), set()
    value = _value_at(document, place.path)
    return explain_value(error, place, place.path[-1] if place.is_key else value), set()


def _explain_unknown(place: Place, *, model: type[BaseModel]) -> tuple[Problem, set[Path]]:
    parent, key = place.path[:-1], str(place.path[-1])
    sentence, instead = suggest_key(key, model=model, path=parent)
    problem = Problem(message="unknown key", path=place.path, hint=sentence)
    return problem, {(*parent, instead)} if instead else set()


def _model_at(location: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model that pydantic's `location` means: only a model refuses keys."""
    choices = choices_of(find_place(location).annotation)
    return next(choice for choice in choices if is_model(choice))


def _value_at(document: object, path: Path) -> Any:  # noqa: ANN401 - whatever somebody wrote
    value = document
    for part in path:
        if not isinstance(value, Mapping | list) or (isinstance(value, Mapping) and part not in value):
            return None
        value = value[part]  # type: ignore[index]  # a list is reached by pydantic's own index
    return value
