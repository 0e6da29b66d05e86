"""Schemas compiled by the JSON Schema engine, set as Kubernetes' schemas need it."""

from typing import TYPE_CHECKING, Any, Final

from fabricgen.json_schema import load_engine
from fabricgen.validation.structure.formats import FORMATS
from fabricgen.validation.structure.metadata import KEY_FORMAT, is_valid_key

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_FORMATS: Final = {**FORMATS, KEY_FORMAT: is_valid_key}


def compiled(schema: dict[str, Any]) -> "Draft202012Validator":
    """Return the compiled schema. Nothing is fetched: a reference that leads out of the schema is an error.

    Patterns are matched in linear time, however long the text; only a pattern that RE2 does not know, which no schema
    of Kubernetes' has, is given to an engine that goes back and forth.

    Raises:
        ValueError: it is no schema.
    """
    engine = load_engine()
    try:
        return _compile(schema, engine.RegexOptions())
    except ValueError:
        return _compile(schema, engine.FancyRegexOptions())


def _compile(schema: dict[str, Any], patterns: Any) -> "Draft202012Validator":  # noqa: ANN401 - one of two classes
    validator: Draft202012Validator = load_engine().Draft202012Validator(
        schema, formats=_FORMATS, validate_formats=True, pattern_options=patterns, offline=True
    )
    return validator
