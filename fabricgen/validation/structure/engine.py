"""The JSON Schema engine, in Rust: loaded when the first schema is compiled, set as Kubernetes' schemas need it."""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from fabricgen.validation.structure.formats import FORMATS
from fabricgen.validation.structure.metadata import KEY_FORMAT, is_valid_key

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_FORMATS: Final = {**FORMATS, KEY_FORMAT: is_valid_key}
# The engine reads the date of its own build with the standard library's parser of mail: half of the time that it
# takes to load, for a fact that nobody asks for. While it loads, a stand-in reads dates as nothing.
_MAIL: Final = "email.utils"


def compiled(schema: dict[str, Any]) -> "Draft202012Validator":
    """Return the compiled schema. Nothing is fetched: a reference that leads out of the schema is an error.

    Patterns are matched in linear time, however long the text; only a pattern that RE2 does not know, which no schema
    of Kubernetes' has, is given to an engine that goes back and forth.

    Raises:
        ValueError: it is no schema.
    """
    engine = _engine()
    try:
        return _compile(schema, engine.RegexOptions())
    except ValueError:
        return _compile(schema, engine.FancyRegexOptions())


def _compile(schema: dict[str, Any], patterns: Any) -> "Draft202012Validator":  # noqa: ANN401 - one of two classes
    validator: Draft202012Validator = _engine().Draft202012Validator(
        schema, formats=_FORMATS, validate_formats=True, pattern_options=patterns, offline=True
    )
    return validator


def _engine() -> Any:  # noqa: ANN401 - a module
    if (engine := sys.modules.get("jsonschema_rs")) is not None:
        return engine
    if _MAIL in sys.modules:
        return __import__("jsonschema_rs")
    stand_in = ModuleType(_MAIL)
    stand_in.parsedate_to_datetime = lambda _: None  # type: ignore[attr-defined]  # what the engine asks for
    sys.modules[_MAIL] = stand_in
    try:
        return __import__("jsonschema_rs")
    finally:
        del sys.modules[_MAIL]
