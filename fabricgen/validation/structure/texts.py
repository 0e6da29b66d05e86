"""What the formats of text take: addresses, networks, moments, durations, names, each as a function `text -> bool`.

Asked by `formats`, when the first text of such a format comes.
Source: <https://github.com/kubernetes/kube-openapi/tree/master/pkg/validation/strfmt>
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import urlsplit

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})", re.ASCII)
# Go's own form; and whole numbers with units in words, anywhere in the text, of which one that is known suffices.
_GO_DURATION: Final = re.compile(
    r"[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)",
    re.ASCII,
)
_WORDED: Final = re.compile(r"\d+\s*([A-Za-zµ]+)", re.ASCII)
_UNITS: Final = frozenset(["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"])
_LONG_UNITS: Final = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")
_OCTETS: Final = re.compile(
    r"0*(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.0*(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}", re.ASCII
)
_PREFIX: Final = re.compile(r"0*(\d{1,3})", re.ASCII)
_IPV4_BITS: Final = 32
_IPV6_BITS: Final = 128
_HOST: Final = re.compile(
    r"[a-z0-9](?:-?[a-z0-9]{0,62})?|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
_LONGEST_HOST: Final = 255
_LONGEST_LABEL: Final = 63
_LONGEST_NAME: Final = 253
_URI: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|/)(?:[^\x00-\x1f\x7f%]|%[0-9A-Fa-f]{2})*")
_EMAIL: Final = re.compile(r"(?:[^<>@]*<)?[^\s<>@]+@[^\s<>@]+>?")
_MAC: Final = re.compile(
    r"(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?:(?::[0-9a-f]{2}){2})?|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}"
    r"(?:(?:-[0-9a-f]{2}){2})?|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}(?:\.[0-9a-f]{4})?)",
    re.IGNORECASE,
)
_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_BYTE: Final = r"\d{1,2}|1\d\d|2[0-4]\d|25[0-5]"
_HEX: Final = "[0-9A-Fa-f]"


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text if text[:4] != "0000" else f"0004{text[4:]}")
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    day, _, rest = text.lower().partition("t")
    match = _TIME.fullmatch(rest.partition("t")[0])
    if match is None or not _is_date(day):
        return False
    return match[1] <= "23" and match[2] <= "59" and match[3] <= "59"


def _is_duration(text: str) -> bool:
    if _GO_DURATION.fullmatch(text):
        return True
    words = [word.lower() for word in _WORDED.findall(text)]
    return any(word in _UNITS or word.startswith(_LONG_UNITS) for word in words)


def _is_ipv6(text: str) -> bool:
    head, _, tail = text.rpartition(":")
    if "." in tail and _OCTETS.fullmatch(tail):
        text = f"{head}:0:0"
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def _is_ipv4(text: str) -> bool:
    return bool(_OCTETS.fullmatch(text)) or ("." in text and _is_ipv6(text))


def _is_cidr(text: str) -> bool:
    address, _, bits = text.partition("/")
    prefix = _PREFIX.fullmatch(bits)
    if prefix is None:
        return False
    if _OCTETS.fullmatch(address):
        return int(prefix[1]) <= _IPV4_BITS
    return int(prefix[1]) <= _IPV6_BITS and _is_ipv6(address)


def _is_host(text: str) -> bool:
    """Symbols and letters of all alphabets count as if they were ASCII's."""
    folded = "".join(_fold(char) for char in text)
    parts = text.encode(errors="replace").split(b".")
    return (
        bool(_HOST.fullmatch(folded))
        and len(text.encode(errors="replace")) <= _LONGEST_HOST
        and all(len(part) <= _LONGEST_LABEL for part in parts)
    )


def _fold(char: str) -> str:
    match unicodedata.category(char)[0]:
        case "L":
            return "a"
        case "S":
            return "0"
        case _:
            return char


def _is_uri(text: str) -> bool:
    if not _URI.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return not any(char in parts.netloc for char in ' "<>\\^`{|}')


def _is_short_name(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and bool(re.fullmatch(_LABEL, text))


def _is_long_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and bool(re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*", text))


def _matches(pattern: str) -> Callable[[str], bool]:
    def matches(text: str) -> bool:
        return bool(re.fullmatch(pattern, text, re.ASCII))

    return matches


def _uuid(third: str, fourth: str) -> Callable[[str], bool]:
    return _matches(f"{_HEX}{{8}}-?{_HEX}{{4}}-?{third}-?{fourth}-?{_HEX}{{12}}")


_ANY: Final = f"{_HEX}{{4}}"
_VARIANT: Final = f"[89abAB]{_HEX}{{3}}"

CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "byte": _matches("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"),
    "cidr": _is_cidr,
    "date": _is_date,
    "datetime": _is_moment,
    "duration": _is_duration,
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "hexcolor": _matches(f"#?(?:{_HEX}{{3}}|{_HEX}{{6}})"),
    "hostname": _is_host,
    "ipv4": _is_ipv4,
    "ipv6": lambda text: ":" in text and _is_ipv6(text),
    "k8slongname": _is_long_name,
    "k8sshortname": _is_short_name,
    "mac": lambda text: bool(_MAC.fullmatch(text)),
    "rgbcolor": _matches(rf"rgb\(\s*(?:{_BYTE})\s*,\s*(?:{_BYTE})\s*,\s*(?:{_BYTE})\s*\)"),
    "ssn": _matches(r"\d{3}[- ]?\d{2}[- ]?\d{4}"),
    "uri": _is_uri,
    "uuid": _uuid(_ANY, _ANY),
    "uuid3": _uuid(f"3{_HEX}{{3}}", _ANY),
    "uuid4": _uuid(f"4{_HEX}{{3}}", _VARIANT),
    "uuid5": _uuid(f"5{_HEX}{{3}}", _VARIANT),
}
"""By the names of `formats`."""
