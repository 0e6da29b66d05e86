"""Checks values against a chart's own values.schema.json, for charts that no table here knows.

Helm checks them after the chart's own defaults, which are not at hand here: so what is missing, and what a mapping as
a whole must be like, is left to Helm; types, words and unknown keys are told.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NoReturn

from jsonschema_rs import ValidationError, validator_for

from fabricgen.charts.problem import Rule, ValuesProblem
from fabricgen.charts.values import UNKNOWN, is_unresolved

if TYPE_CHECKING:
    from fabricgen.errors import Path

_RULES: Final[Mapping[str, Rule]] = {
    "additionalProperties": "HLM001",
    "unevaluatedProperties": "HLM001",
    "type": "HLM002",
    "const": "HLM003",
    "enum": "HLM003",
    "exclusiveMaximum": "HLM003",
    "exclusiveMinimum": "HLM003",
    "format": "HLM003",
    "maxItems": "HLM003",
    "maxLength": "HLM003",
    "maximum": "HLM003",
    "minItems": "HLM003",
    "minLength": "HLM003",
    "minimum": "HLM003",
    "multipleOf": "HLM003",
    "pattern": "HLM003",
    "uniqueItems": "HLM003",
    "anyOf": "HLM002",
    "oneOf": "HLM002",
}

_NEAR_ENOUGH: Final = 0.6


def schema_problems(
    values: Mapping[str, Any], schema: Mapping[str, Any], *, chart: str
) -> tuple[ValuesProblem, ...]:
    """Return what a chart's schema has against values, in its order.

    Raises ValueError with a sentence where the schema is none, or points to another file or address.
    """
    try:
        validator = validator_for(dict(schema), retriever=_refuse)
    except ValidationError as error:
        raise ValueError(f"the schema of the chart {chart} cannot be used: {error.message}") from error
    except ValueError as error:
        raise ValueError(f"the schema of the chart {chart} cannot be used: {error}") from error
    found = (_problem(error, chart) for error in validator.iter_errors(_without_gaps(values)))
    return tuple(problem for problem in found if problem is not None)


def _refuse(address: str) -> NoReturn:
    raise ValueError(f"it points to {address}, and only what stands in it is read")


def _without_gaps(values: object) -> object:
    """Return values without what is not at hand: null, which takes a default away, and what is yet to be filled in."""
    match values:
        case Mapping():
            kept = {str(key): value for key, value in values.items() if not _is_gap(value)}
            return {key: _without_gaps(value) for key, value in kept.items()}
        case list():
            return [_without_gaps(value) for value in values]
        case _:
            return values


def _is_gap(value: object) -> bool:
    return value is None or value is UNKNOWN or is_unresolved(value)


def _problem(error: ValidationError, chart: str) -> ValuesProblem | None:
    """Return the problem; None for what the chart's defaults may mend, and for gaps in lists."""
    keyword = str(error.schema_path[-1]) if error.schema_path else ""
    rule = _RULES.get(keyword)
    mended = keyword in {"anyOf", "oneOf"} and isinstance(error.instance, Mapping)
    if rule is None or mended or _is_gap(error.instance):
        return None
    path: Path = tuple(error.instance_path)
    unexpected = error.kind.as_dict().get("unexpected") or []
    return ValuesProblem(
        rule=rule,
        severity="error",
        message=f"the schema of the chart {chart} refuses this: {error.message}",
        path=(*path, *unexpected[:1]),
        hint=_nearest(error),
    )


def _nearest(error: ValidationError) -> str:
    options = [str(option) for option in error.kind.as_dict().get("options") or []]
    near = get_close_matches(str(error.instance), options, n=1, cutoff=_NEAR_ENOUGH)
    return f"did you mean {near[0]}?" if near else ""
