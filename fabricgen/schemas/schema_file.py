"""A schema's bytes -> Schema: JSON, an object that says what documents look like, and that needs no other file.

Used for files of folders and for what is fetched.
"""

import json
import re
from typing import Any, Final

from fabricgen.digests import digest_of
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.kind import Schema

MOST_BYTES: Final = 32 * 2**20

_SHAPES: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "properties", "type"})
_ELSEWHERE: Final = re.compile(r'"\$ref"\s*:\s*"([^#"][^"]*)"')


def read_schema(place: str) -> Schema | None:
    """Return the schema in the file at `place`; nothing if there is no such file.

    Raises:
        SchemaError: the file cannot be read, or is no schema.
    """
    data = _read(place)
    return None if data is None else parse_schema(data, place=place)


def digest_schema(place: str) -> str | None:
    """Return the digest that `read_schema` would give, without making anything of the file; None if there is none.

    Raises:
        SchemaError: the file cannot be read.
    """
    data = _read(place)
    return None if data is None else digest_of(data)


def _read(place: str) -> bytes | None:
    try:
        with open(place, "rb") as file:  # noqa: PTH123 - importing pathlib takes 7 ms
            return file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SchemaError(f"the schema cannot be read: {error.strerror or error}", place=place) from error


def parse_schema(data: bytes, *, place: str) -> Schema:
    """Return the schema that `data`, which comes from `place`, holds.

    Raises:
        SchemaError: it is too large, no JSON, no schema of an object, or refers to another file.
    """
    if len(data) > MOST_BYTES:
        raise SchemaError(f"the schema is larger than {MOST_BYTES >> 20} MiB", place=place)
    try:
        text = data.decode("utf-8-sig")
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"is not JSON: {error}", place=place, hint="is this the right address?") from error
    if not _is_schema(body):
        raise SchemaError("is JSON, but not the schema of an object", place=place)
    if match := _ELSEWHERE.search(text):
        hint = "take one that holds all it needs, as those named standalone do"
        raise SchemaError(f"the schema refers to another file, {match[1]}", place=place, hint=hint)
    return Schema(body=body, origin=place, digest=digest_of(data))


def _is_schema(body: Any) -> bool:  # noqa: ANN401 - JSON holds anything
    """Tell whether an object could be meant: an error page in JSON has none of the keywords."""
    if not isinstance(body, dict) or not isinstance(body.get("properties", {}), dict):
        return False
    return "object" in body.get("type", "object") and not _SHAPES.isdisjoint(body)
