"""How the YAML readers of this world take one plain (unquoted) scalar.

Three kinds matter: Kubernetes' own (Go), those of YAML 1.1 (PyYAML, Ruby, most older ones) and those of
YAML 1.2. `reader` takes Kubernetes' side and reports where the others differ; `strings` quotes whatever is
not the same text to all three.

Sources: `resolve.go` of go.yaml.in/yaml/v2, which sigs.k8s.io/yaml uses; <https://yaml.org/type/> as PyYAML
implements it for YAML 1.1; section 10.3.2 of <https://yaml.org/spec/1.2.2/> for YAML 1.2.
"""

import math
import re
import struct
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from fabricgen.yamlio.limits import shorten

Scalar = str | int | float | bool | None
Kind = Literal["text", "number", "boolean", "null", "date", "refused"]


class Reading(NamedTuple):
    """What one reader makes of a scalar; equal readings compare equal (89 and 89.0 are one number)."""

    kind: Kind
    value: Scalar


class PlainScalar(NamedTuple):
    """The value for Kubernetes, and who reads what ("" when all readers agree)."""

    value: Scalar
    readings: str


def _spellings(*words: str) -> list[str]:
    return [form for word in words for form in {word, word.capitalize(), word.upper()}]


def _words(reading: Reading, words: list[str]) -> dict[str, Reading]:
    return dict.fromkeys(words, reading)


_TRUE: Final = Reading("boolean", value=True)
_FALSE: Final = Reading("boolean", value=False)
_REFUSED: Final = Reading("refused", None)
_INFINITE: Final = {
    ".inf": math.inf,
    ".Inf": math.inf,
    ".INF": math.inf,
    "+.inf": math.inf,
    "+.Inf": math.inf,
    "+.INF": math.inf,
    "-.inf": -math.inf,
    "-.Inf": -math.inf,
    "-.INF": -math.inf,
    ".nan": math.nan,
    ".NaN": math.nan,
    ".NAN": math.nan,
}

_WORDS_12: Final = {
    **_words(Reading("null", None), ["", "~", *_spellings("null")]),
    **_words(_TRUE, _spellings("true")),
    **_words(_FALSE, _spellings("false")),
    **{word: Reading("number", number) for word, number in _INFINITE.items()},
}
_WORDS_11: Final = {
    **_WORDS_12,
    **_words(_TRUE, _spellings("y", "yes", "on")),
    **_words(_FALSE, _spellings("n", "no", "off")),
    # "Merge key" and "value key", which mean nothing as a value: PyYAML stops at both.
    "<<": _REFUSED,
    "=": _REFUSED,
}
# JSON has no infinity, and Kubernetes goes through JSON: it reads the number and then refuses it.
_WORDS_GO: Final = {
    **{word: reading for word, reading in _WORDS_11.items() if reading != _REFUSED},
    **{word: Reading("refused", number) for word, number in _INFINITE.items()},
}
# Text that starts with anything else is the same text to every reader.
_SUSPICIOUS_STARTS: Final = frozenset("+-.0123456789<=~" + "".join(word[:1] for word in _WORDS_11))


def _forms(**patterns: str) -> dict[int, re.Pattern[str]]:
    bases = {"binary": 2, "octal": 8, "hexadecimal": 16, "decimal": 10}
    return {bases[name]: re.compile(pattern) for name, pattern in patterns.items()}


_WHOLE_GO: Final = _forms(
    binary=r"[-+]?0[bB]([01]+)",
    octal=r"[-+]?0[oO]?([0-7]+)",
    hexadecimal=r"[-+]?0[xX]([0-9a-fA-F]+)",
    decimal=r"[-+]?(0|[1-9][0-9]*)",
)
_WHOLE_11: Final = _forms(
    binary=r"[-+]?0b([01_]+)",
    octal=r"[-+]?0([0-7_]+)",
    hexadecimal=r"[-+]?0x([0-9a-fA-F_]+)",
    decimal=r"[-+]?(0|[1-9][0-9_]*)",
)
_WHOLE_12: Final = _forms(
    octal=r"0o([0-7]+)",
    hexadecimal=r"0x([0-9a-fA-F]+)",
    decimal=r"[-+]?([0-9]+)",
)
_SIGNED_BINARY_GO: Final = re.compile(r"0b([-+][01]+)")
_DECIMAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_POINT_GO: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_DECIMAL_11: Final = re.compile(r"(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?")
_BASE_60: Final = re.compile(r"[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)")
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
)
_MOST_REMEMBERED: Final = (
    64  # characters; what is longer is rarely met twice, and remembering it takes memory
)
_MOST_DIGITS: Final = 400  # beyond any float, and below the length at which Python refuses to convert


def read_plain(text: str) -> PlainScalar:
    """The value that Kubernetes' reader gives an unquoted `text`, and what others would read instead.

    A date stays text, as it does for Kubernetes.
    """
    if text and text[0] not in _SUSPICIOUS_STARTS:
        return PlainScalar(text, "")
    return _read_short(text) if len(text) <= _MOST_REMEMBERED else _read(text)


@lru_cache(maxsize=4096)
def _read_short(text: str) -> PlainScalar:
    return _read(text)


def _read(text: str) -> PlainScalar:
    kubernetes = _read_as_kubernetes(text)
    readings = {
        "Kubernetes": kubernetes,
        "YAML 1.1": _read_as_yaml_11(text),
        "YAML 1.2": _read_as_yaml_12(text),
    }
    agreed = all(reading == kubernetes for reading in readings.values())
    return PlainScalar(
        kubernetes.value, "" if agreed and kubernetes.kind != "refused" else _describe(readings)
    )


def _describe(readings: dict[str, Reading]) -> str:
    readers: dict[str, list[str]] = {}
    for reader, reading in readings.items():
        readers.setdefault(_name(reading), []).append(reader)
    return ", ".join(f"{name} for {' and '.join(who)}" for name, who in readers.items())


def _name(reading: Reading) -> str:
    match reading.kind:
        case "text":
            return f"the text '{shorten(str(reading.value))}'"
        case "number":
            return f"the number {reading.value}"
        case "boolean":
            return "true" if reading.value else "false"
        case "null":
            return "null"
        case "date":
            return "a date"
        case "refused":
            return "an error"


def _read_as_kubernetes(text: str) -> Reading:
    if text in _WORDS_GO:
        return _WORDS_GO[text]
    if text.startswith("."):
        number = float(text) if _POINT_GO.fullmatch(text) else math.inf
        return Reading("text", text) if math.isinf(number) else Reading("number", number)
    if text[0] in "+-0123456789":
        return _read_number_as_kubernetes(text)
    return Reading("text", text)


def _read_number_as_kubernetes(text: str) -> Reading:
    plain = text.replace("_", "")
    whole = _read_whole(plain, _WHOLE_GO)
    if whole is not None and _fits_64_bits(whole, signed=plain[0] in "+-"):
        return Reading("number", whole)
    if _DECIMAL.fullmatch(plain) and math.isfinite(number := float(plain)):
        return Reading("number", number)
    # `0b-1` is the number -1 to Go: it cuts the prefix off and reads the rest, sign and all.
    binary = _SIGNED_BINARY_GO.fullmatch(plain)
    if binary and _fits_64_bits(whole := int(binary[1], 2), signed=True):
        return Reading("number", whole)
    return Reading("text", text)


def _fits_64_bits(number: int, *, signed: bool) -> bool:
    return -(2**63) <= number < (2**63 if signed else 2**64)


def _read_whole(text: str, forms: dict[int, re.Pattern[str]]) -> int | None:
    for base, form in forms.items():
        found = form.fullmatch(text)
        if found and len(found[1]) <= _MOST_DIGITS:
            number = int(found[1].replace("_", "") or "0", base)
            return -number if text[0] == "-" else number
    return None


def _read_as_yaml_11(text: str) -> Reading:
    if text in _WORDS_11:
        return _WORDS_11[text]
    whole = _read_whole(text, _WHOLE_11)
    if whole is not None:
        return Reading("number", whole)
    if _DECIMAL_11.fullmatch(text):
        return Reading("number", float(text.replace("_", "")))
    if _BASE_60.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return Reading("number", _read_base_60(text.replace("_", "")))
    return Reading("date" if _DATE.fullmatch(text) else "text", text)


def _read_base_60(text: str) -> float:
    number: float = 0
    for part in text.lstrip("+-").split(":"):
        number = number * 60 + (float(part) if "." in part else int(part))
    return -number if text[0] == "-" else number


def _read_as_yaml_12(text: str) -> Reading:
    if text in _WORDS_12:
        return _WORDS_12[text]
    whole = _read_whole(text, _WHOLE_12)
    if whole is not None:
        return Reading("number", whole)
    return Reading("number", float(text)) if _DECIMAL.fullmatch(text) else Reading("text", text)


def to_key(value: Scalar) -> str | None:
    """The text that a mapping key becomes for Kubernetes, or None for what it refuses as a key.

    That is null, and whole numbers of 64 bits without a sign. Source: `convertToJSONableObject` in `yaml.go`
    of sigs.k8s.io/yaml.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return _to_float_key(value)
        case int():
            return str(value) if _fits_64_bits(value, signed=True) else None
        case _:
            return value


def _to_float_key(number: float) -> str:
    """As Go's `strconv.FormatFloat(number, 'g', -1, 32)`: as many digits as a 32-bit float needs."""
    single = _to_single(number)
    if not math.isfinite(single):
        return ".nan" if math.isnan(single) else f"{'-' if single < 0 else ''}.inf"
    forms = (f"{single:.{digits}e}" for digits in range(9))
    form = next(form for form in forms if _to_single(float(form)) == single)
    digits, exponent = form.lstrip("-").replace(".", "").split("e")
    if int(exponent) not in range(-4, 6):
        return form
    return f"{float(form):.{max(len(digits) - 1 - int(exponent), 0)}f}"


def _to_single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)
