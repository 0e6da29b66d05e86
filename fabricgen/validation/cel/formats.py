"""Kubernetes' CEL functions on named formats (`format.dns1123Label().validate(…)`), and texts that schemas give a type.

Part of `library`; `handing` has durations and dates written here as the runtime reads them.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library;
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ for names and labels;
https://pkg.go.dev/k8s.io/kube-openapi/pkg/validation/strfmt for the formats of schemas.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from fabricgen.validation.cel import urls
from fabricgen.validation.cel.function import Function, Tagged, untag

_FORMAT = "@format"
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_LABEL_LENGTH, _SUBDOMAIN_LENGTH = 63, 253
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")
_UUID = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)
_TIME = re.compile(
    r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_GO_DURATION = re.compile(r"[+-]?(?:0|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|[smh]))+")
_WORDY = re.compile(r"([0-9]+)\s*([A-Za-zµ]+)")
_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def _named(form: str, length: int, what: str, text: str) -> list[str]:
    faults = [] if len(text.encode()) <= length else [f"must be no longer than {length} characters"]
    if not re.fullmatch(form, text, re.ASCII):
        faults.append(f"must be {what}")
    return faults


_label = partial(
    _named, _LABEL, _LABEL_LENGTH, "lower case letters, digits and -, ending in a letter or digit"
)
_subdomain = partial(
    _named, rf"{_LABEL}(?:\.{_LABEL})*", _SUBDOMAIN_LENGTH, "labels of a host name, joined by dots"
)
_old_label = partial(
    _named, r"[a-z](?:[-a-z0-9]*[a-z0-9])?", _LABEL_LENGTH, "lower case letters, digits and -, a letter first"
)
_label_value = partial(
    _named,
    rf"(?:{_NAME})?",
    _LABEL_LENGTH,
    "letters, digits, -, _ and ., with a letter or digit at both ends",
)


def _qualified_name(text: str) -> list[str]:
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return ["must be a name, or a host name, a slash and a name"]
    faults = _subdomain(prefix) if slash else []
    return faults + _named(_NAME, _LABEL_LENGTH, "a name of letters, digits, -, _ and .", name)


def _prefix(check: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """What Kubernetes will append something to may end in a dash."""
    return lambda text: check(f"{text[:-2]}a" if len(text) > 1 and text.endswith("-") else text)


def _plain(holds: Callable[[str], object], fault: str) -> Callable[[str], list[str]]:
    return lambda text: [] if holds(text) else [fault]


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_datetime(text: str) -> bool:
    day, separator, time = text.lower().partition("t")
    return bool(separator) and _is_date(day) and bool(_TIME.fullmatch(time))


_FORMATS: dict[str, Callable[[str], list[str]]] = {
    "dns1123Label": _label,
    "dns1123Subdomain": _subdomain,
    "dns1035Label": _old_label,
    "qualifiedName": _qualified_name,
    "dns1123LabelPrefix": _prefix(_label),
    "dns1123SubdomainPrefix": _prefix(_subdomain),
    "dns1035LabelPrefix": _prefix(_old_label),
    "labelValue": _label_value,
    "uri": _plain(urls.is_url, "must be an absolute URL or an absolute path"),
    "uuid": _plain(_UUID.fullmatch, "does not match the UUID format"),
    "byte": _plain(_BASE64.fullmatch, "invalid base64"),
    "date": _plain(_is_date, "invalid date"),
    "datetime": _plain(_is_datetime, "invalid datetime"),
}


def _validate(value: Tagged, text: str) -> list[list[str]]:
    faults = _FORMATS[untag(value, _FORMAT)](text)
    return [faults] if faults else []


def _find(name: str) -> list[Tagged]:
    return [{_FORMAT: name}] if name in _FORMATS else []


def go_duration(text: str) -> str:
    """Return a duration as CEL reads it; schemas also take `2 days`, which is given in seconds."""
    if _GO_DURATION.fullmatch(text):
        return text
    parts = [(int(number), unit[0].lower()) for number, unit in _WORDY.findall(text)]
    return f"{sum(number * _SECONDS.get(unit, 0) for number, unit in parts)}s" if parts else text


def timestamp(text: str) -> str:
    """Return a date, or a time without its zone, as the timestamp that Kubernetes takes it for."""
    if _is_date(text):
        return f"{text}T00:00:00Z"
    return text if re.search(r"(?:[zZ]|[+-][0-9]{2}:[0-9]{2})$", text) else f"{text}Z"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"Invalid byte formatted string {text}: {error}") from error


FUNCTIONS = (
    *(
        Function(f"format.{name}", "map", (), partial(dict, {_FORMAT: name}), member=False)
        for name in _FORMATS
    ),
    Function("format.named", "dyn", ("string",), _find, member=False),
    Function("validate", "dyn", ("map", "string"), _validate),
    Function(
        "@milliseconds",
        "int",
        ("duration",),
        lambda length: length // timedelta(milliseconds=1),
        member=False,
    ),
    Function("@milliseconds", "int", ("timestamp",), lambda time: time.microsecond // 1000, member=False),
    Function("@bytes", "bytes", ("string",), _decoded, member=False),
)
