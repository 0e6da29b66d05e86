"""What Talos makes of a document before its fields are looked at: deletions, null, and text that looks like a number.

Talos reads YAML with go-yaml into typed fields: a text takes any scalar as it is written, a truth value takes the old
words (`on`, `no`), null is a field left out. The reader of Kubernetes' documents sees these otherwise.
Source: tried with the machinery of v1.9.5 to v1.14.1; deletions: configloader/internal/decoder/delete.go there.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from fabricgen.errors import Path, Problem

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

# talhelper fills variables in before Talos reads; a dollar sign that it shall leave alone is written twice.
# Source: <https://budimanjojo.github.io/talhelper/latest/guides/#example-configuration>
_PATCH: Final = ("$patch", "$$patch")
_ROUNDS: Final = 4
_GONE: Final = object()
_WORDS: Final[Mapping[str, bool]] = dict.fromkeys(("y", "Y", "yes", "on"), True) | dict.fromkeys(
    ("n", "N", "no", "off"), False
)
_TRUE: Final = ("on", "yes", "true")
_FALSE: Final = ("off", "no", "false")


def as_talos_reads(body: Mapping[str, Any], validator: "Draft202012Validator") -> Any:  # noqa: ANN401 - a document
    """Return what Talos takes `body` for, as far as its schema tells; what is deleted in a list stands there as null."""
    read = _without_deletions(deepcopy(dict(body)))
    for _ in range(_ROUNDS):
        changed = False
        for error in list(validator.iter_errors(read)):
            value = _read_otherwise(error)
            changed |= value is not error.instance and _put(read, tuple(error.instance_path), value)
        if not changed:
            break
    return read


def is_deletion(value: Any) -> bool:  # noqa: ANN401 - any part of a document
    """Tell whether this takes away what it stands for."""
    return isinstance(value, Mapping) and any(value.get(key) == "delete" for key in _PATCH)


def deletion_problems(value: Any, path: Path = ()) -> Iterator[Problem]:  # noqa: ANN401 - any part of a document
    """Yield the deletions that Talos cannot work out."""
    if is_deletion(value):
        if any(isinstance(part, int) for part in path[:-1]):
            message = "Talos can take a whole item out of a list, not what stands in an item"
            yield Problem(message=message, path=(*path, _PATCH[0]))
        elif path and isinstance(path[-1], int) and len(value) == 1:
            message = "which item of the list is meant? The first key beside $patch says so"
            yield Problem(message=message, path=(*path, _PATCH[0]))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from deletion_problems(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from deletion_problems(inner, (*path, number))


def _without_deletions(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    match value:
        case dict():
            return {key: None if is_deletion(one) else _without_deletions(one) for key, one in value.items()}
        case list():
            return [None if is_deletion(one) else _without_deletions(one) for one in value]
        case _:
            return value


def _read_otherwise(error: "ValidationError") -> Any:  # noqa: ANN401 - any part of a document
    """Return the value that Talos reads where the schema finds fault; the value itself if it reads the same."""
    value = error.instance
    match error.kind.name:
        case "type" | "oneOf" | "anyOf" if value is None:
            return _GONE
        case "type":
            wanted = error.kind.value
            if "boolean" in wanted and isinstance(value, str):
                return _WORDS.get(value, value)
            return _text(value) if "string" in wanted else value
        case "oneOf" | "anyOf":
            return [_text(one) for one in value] if isinstance(value, list) else _text(value)
        case "enum" if isinstance(value, bool):
            words = _TRUE if value else _FALSE
            return next((word for word in words if word in error.kind.value), value)
        case "enum":
            return _text(value)
        case _:
            return value


def _text(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return value


def _put(body: Any, path: Path, value: Any) -> bool:  # noqa: ANN401 - any part of a document
    """Put `value` at `path`, or take away what stands there; tell whether anything changed."""
    if not path:
        return False
    for part in path[:-1]:
        body = body[part]
    last: Any = path[-1]
    if value is not _GONE:
        changed = bool(body[last] != value or type(body[last]) is not type(value))
        body[last] = value
        return changed
    if isinstance(body, dict) and last in body:
        del body[last]
        return True
    return False
