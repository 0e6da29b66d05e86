"""What is wrong with a value, in a sentence: what was found, what is allowed, the nearest right thing.

Used by `validation`. No sentence shows a whole mapping or list, nor what may be a secret.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, get_args, get_origin

from pydantic_core import ErrorDetails

from fabricgen.errors import Path, Problem
from fabricgen.load.forms import explain_form
from fabricgen.load.keys import nearest
from fabricgen.load.schema import Place, choices_of, fields_of, is_model, models_in

_MOST_SHOWN: Final = 60
_SECRET_KEY: Final = re.compile(r"(?i)password|passphrase|token|secret|private|credential|apikey")
_SECRET_TEXT: Final = re.compile(
    r"-----BEGIN|AGE-SECRET-KEY|gh[pousr]_|github_pat_|glpat-|://[^/\s@]+:[^/\s@]+@"
)
_TRUE_WORDS: Final = frozenset({"true", "yes", "y", "on", "1", "enabled"})
_FALSE_WORDS: Final = frozenset({"false", "no", "n", "off", "0", "disabled"})

# What people write -> what it is called here; plain() of both is compared.
_SYNONYMS: Final[Mapping[str, str]] = {
    "aarch64": "arm64",
    "arm": "arm64",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "x64": "amd64",
    "agent": "worker",
    "controller": "control-plane",
    "master": "control-plane",
    "server": "control-plane",
    "lacp": "802.3ad",
    "vxlan": "tunnel",
    "geneve": "tunnel",
    "disabled": "none",
    "arp": "l2",
    "layer2": "l2",
    "https": "HTTPS",
    "dhcp4": "dhcp",
    "flux-operator": "operator",
    "cron": "cronJob",
    "cert-manager": "certmanager",
}


def explain_missing(place: Place) -> Problem:
    """Return the problem of a key that must be there, with what can stand there, or else with what it is."""
    allowed = _choices(place)
    hint = f"write one of: {', '.join(allowed)}" if allowed else _what(place)
    return Problem(message="is missing", path=place.path, hint=hint)


def explain_value(error: ErrorDetails, place: Place, value: object) -> Problem:
    """Return the problem of a value that is there but wrong."""
    explain: _Explain = _EXPLAINERS.get(error["type"], _explain_unforeseen)
    message, hint = explain(error, place, value)
    return Problem(message=message, path=place.path, hint=hint)


def show(value: object, path: Path = ()) -> str:
    """Return a value as a message may show it: short, one line, no secret."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _show_text(value, path)
    return str(value)[:_MOST_SHOWN]


def _show_text(text: str, path: Path) -> str:
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if _SECRET_KEY.search(key) or _SECRET_TEXT.search(text):
        return "what stands there (not shown, as it may be a secret)"
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def _kind(value: object) -> str:
    if value is None:
        return "has no value"
    if isinstance(value, Mapping | list | tuple):
        return f"is {show(value)}"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    return f"{{shown}} is {names.get(type(value), 'something else')}"


def _wrong_kind(place: Place, value: object, *, wanted: str) -> str:
    return f"{_kind(value).format(shown=show(value, place.path))}, where {wanted} is needed"


def _explain_text(_error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    message = _wrong_kind(place, value, wanted="text or a mapping" if place.path in place.arms else "text")
    if not isinstance(value, bool | int | float):
        return message, _what(place)
    text = show(value)
    meant = explain_form(place.pattern, place=place, value=text)[1] if place.pattern else text
    if meant == text:
        return message, f'write it in quotes: "{text}"'
    return message, f"write {meant}" if meant else _what(place)


def _explain_flag(_error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    word = str(value).lower()
    meant = "true" if word in _TRUE_WORDS else "false" if word in _FALSE_WORDS else "true or false"
    return _wrong_kind(place, value, wanted="true or false"), f"write {meant}"


def _explain_number(_error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    message = _wrong_kind(place, value, wanted="a whole number")
    digits = isinstance(value, str) and value.strip().isdigit()
    return message, f"write {str(value).strip()} without quotes" if digits else _what(place)


def _explain_list(_error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    message = _wrong_kind(place, value, wanted="a list")
    items = [model for choice in choices_of(place.annotation) for model, _ in models_in(choice)]
    scalar = isinstance(value, bool | int | float | str) and len(str(value)) <= _MOST_SHOWN
    return message, f"write [{value}]" if scalar and not items else _what(place)


def _explain_mapping(_error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    return _wrong_kind(place, value, wanted="a mapping (`key: value`)"), _shape(place)


def _shape(place: Place) -> str:
    """Return which keys a mapping has, or that its entries have names of their own."""
    models = [model for choice in choices_of(place.annotation) for model, _ in models_in(choice)]
    if models and any(is_model(choice) for choice in choices_of(place.annotation)):
        return f"its keys are: {', '.join(fields_of(models[0]))}"
    return "write each entry under its name" if models else _what(place)


def _explain_choice(_error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    allowed = _choices(place)
    found = "has no value, and can be" if value is None else f"{show(value, place.path)} is none of"
    message = f"{found}: {', '.join(allowed)}"
    return message, f"did you mean {meant}?" if (meant := _meant_choice(value, allowed)) else ""


def _choices(place: Place) -> list[str]:
    """Return the words that can stand there, if only certain ones can."""
    fixed = [choice for choice in choices_of(place.annotation) if get_origin(choice) is Literal]
    return [str(one) for choice in fixed for one in get_args(choice)]


def _meant_choice(value: object, allowed: list[str]) -> str:
    """Return the choice that is nearest: a number by size, a word by what others call it or by its letters."""
    if isinstance(value, int) and all(one.isdigit() for one in allowed):
        return min(allowed, key=lambda one: abs(int(one) - value))
    synonym = _SYNONYMS.get(str(value).lower(), "")
    return synonym if synonym in allowed else nearest(str(value), allowed)


def _explain_empty(_error: ErrorDetails, place: Place, _value: object) -> tuple[str, str]:
    return "is empty", _what(place)


def _explain_limit(error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    context = error.get("ctx", {})
    if "ge" in context:
        return f"{show(value, place.path)} is too small; the least is {context['ge']}", ""
    return f"{show(value, place.path)} is too large; the most is {context['le']}", ""


def _explain_length(error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    most = error.get("ctx", {})["max_length"]
    return f"{show(value, place.path)} has {len(str(value))} characters; the most is {most}", ""


def _explain_pattern(error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    form, meant = explain_form(str(error.get("ctx", {})["pattern"]), place=place, value=str(value))
    shown = show(value, place.path)
    return f"{shown} is not {form}", f"did you mean {meant}?" if meant and shown == repr(value) else ""


def _explain_own(error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    """Return the sentence of one of our own checks; a value in it is shortened like everywhere else."""
    if value is None:
        return "has no value", _what(place)
    sentence = str(error.get("ctx", {})["error"]).replace(repr(value), show(value, place.path))
    if place.path[-1:] != ("cidr",):
        # Only ranges can also be written with start and stop.
        sentence = re.sub(r", or the \d+ addresses with start: .*\?$", "?", sentence)
    empty = [key for key, inner in value.items() if inner is None] if isinstance(value, Mapping) else []
    return sentence, f"{empty[0]} has no value; is something missing below it?" if empty else ""


def _explain_unforeseen(error: ErrorDetails, place: Place, value: object) -> tuple[str, str]:
    return f"{show(value, place.path)} is not right: {error['msg'].lower()}", _what(place)


def _what(place: Place) -> str:
    """Return what the field is: the first sentence of its description, which says that and no more."""
    description = place.field.description if place.field is not None else None
    return f"it is: {description.partition('. ')[0].rstrip('.')}" if description else ""


_Explain = Callable[[ErrorDetails, Place, Any], tuple[str, str]]
_EXPLAINERS: Final[Mapping[str, _Explain]] = {
    "string_type": _explain_text,
    "bool_type": _explain_flag,
    "int_type": _explain_number,
    "int_from_float": _explain_number,
    "tuple_type": _explain_list,
    "dict_type": _explain_mapping,
    "model_type": _explain_mapping,
    "literal_error": _explain_choice,
    "string_too_short": _explain_empty,
    "too_short": _explain_empty,
    "string_too_long": _explain_length,
    "greater_than_equal": _explain_limit,
    "less_than_equal": _explain_limit,
    "string_pattern_mismatch": _explain_pattern,
    "value_error": _explain_own,
}
