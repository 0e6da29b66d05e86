"""What the description's models say of a place: fields by the key that people write, types below unions.

Used by `validation` and `keys`, which know places only by the path that pydantic gives.
"""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fabricgen.description import Description
from fabricgen.errors import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a description.

    `arms` maps the paths at which several types are allowed to the type that the error is about; `field` is the
    innermost field around the place, `annotation` the type that is wanted there; `is_key` says that a key of a
    mapping is meant, not its value.
    """

    path: Path
    arms: Mapping[Path, Any]
    field: FieldInfo | None
    annotation: Any
    is_key: bool

    @property
    def pattern(self) -> str:
        """The pattern that text must have here; "" if any text will do."""
        own = (
            self.field.metadata if self.field is not None and self.field.annotation is self.annotation else ()
        )
        extras = (*own, *(one for extra in _extras_of(self.annotation) for one in _metadata_of(extra)))
        return next((str(one.pattern) for one in extras if getattr(one, "pattern", None)), "")


def _extras_of(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type as Python writes it
    if get_origin(annotation) is Annotated:
        return annotation.__metadata__  # type: ignore[no-any-return]  # typing declares no type for it
    if get_origin(annotation) in {Union, types.UnionType}:
        return tuple(one for arm in get_args(annotation) for one in _extras_of(arm))
    return ()


def _metadata_of(extra: object) -> Sequence[Any]:
    return extra.metadata if isinstance(extra, FieldInfo) else (extra,)


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a model by the key that people write."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def find_place(location: tuple[str | int, ...]) -> Place:
    """Return the place that pydantic's `location` means: without the names of union branches and without `[key]`."""
    path: Path = ()
    arms: dict[Path, Any] = {}
    annotation: Any = Description
    field: FieldInfo | None = None
    for part in location:
        if len(choices := choices_of(annotation)) > 1:
            annotation = arms[path] = _arm(choices, str(part))
        elif part != "[key]":
            path = (*path, part)
            inner = choices[0] if choices else None
            field, annotation = _step(inner, part, field=field)
    return Place(path=path, arms=arms, field=field, annotation=annotation, is_key=location[-1:] == ("[key]",))


def choices_of(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type as Python writes it
    """Return the types that are allowed, without None, Annotated's extras and nesting."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return choices_of(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return tuple(one for arm in get_args(annotation) for one in choices_of(arm))
    return () if annotation in {type(None), None} else (annotation,)


def is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:  # noqa: ANN401 - a type as Python writes it
    """Tell whether a type is one of the description's models."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def models_in(annotation: Any) -> Iterator[tuple[type[BaseModel], str]]:  # noqa: ANN401 - a type as Python writes it
    """Yield every model that a value of this type holds, with how a path goes on to it: "", "[]" or ".<name>"."""
    for choice in choices_of(annotation):
        if is_model(choice):
            yield choice, ""
        elif get_origin(choice) is tuple:
            yield from ((model, f"[]{step}") for model, step in models_in(get_args(choice)[0]))
        elif get_origin(choice) is dict:
            yield from ((model, f".<name>{step}") for model, step in models_in(get_args(choice)[1]))


def _arm(choices: tuple[Any, ...], tag: str) -> Any:  # noqa: ANN401 - a type as Python writes it
    """Return the type that pydantic's tag is about, such as `constrained-str` or `function-after[check(), Bond]`."""
    words = set(re.findall(r"\w+", tag))
    return next((one for one in choices if getattr(one, "__name__", "") in words), choices[0])


def _step(annotation: Any, part: str | int, *, field: FieldInfo | None) -> tuple[FieldInfo | None, Any]:  # noqa: ANN401 - a type as Python writes it
    """Return the field and the type one step below."""
    if is_model(annotation):
        found = fields_of(annotation).get(str(part))
        return (found, found.annotation) if found else (None, None)
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple:
        return field, arguments[0]
    if get_origin(annotation) is dict:
        return field, arguments[1]
    return field, None
