"""What a value must be, in words: its type, its bounds, the choice it is of, the form of its text.

Fed by `problems` and `branches`. A pattern is explained by what it takes and what it refuses; nobody wants to read it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fabricgen.errors import Path, Problem
from fabricgen.objects.wording import closest, expected, show
from fabricgen.validation.structure.metadata import KEY_FORMAT
from fabricgen.validation.structure.prepare import WRITTEN

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_WANTED: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_QUOTES: Final = "put it in quotes"
# Texts that YAML 1.1 reads as true and as false.
_TRUTHS: Final = {True: ("Yes", "yes", "On", "on", "True"), False: ("No", "no", "Off", "off", "False")}
_LONGEST_CHOICE: Final = 300
_LONGEST_PATTERN: Final = 80
_LONGEST_REASON: Final = 200
_NOT_EMPTY: Final = frozenset(("minLength", "minItems", "minProperties"))
_BOUNDS: Final = {
    "minLength": "{shown} is shorter than the {limit} characters that are needed",
    "maxLength": "this is longer than the {limit} characters that are allowed",
    "minItems": "{size} are fewer than the {limit} that are needed",
    "minProperties": "{size} are fewer than the {limit} that are needed",
    "maxItems": "{size} are more than the {limit} that are allowed",
    "maxProperties": "{size} are more than the {limit} that are allowed",
    "minimum": "{shown} is below the least that is allowed, {limit}",
    "maximum": "{shown} is above the most that is allowed, {limit}",
    "exclusiveMinimum": "{shown} is not above {limit}",
    "exclusiveMaximum": "{shown} is not below {limit}",
    "multipleOf": "{shown} is no multiple of {limit}",
}
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_SCHEMES: Final = re.compile(r"\^\(?([a-z0-9|?]+)\)?://(?:\.[*+])?\$?")
FORMAT_WORDS: Final = {
    "byte": "base64",
    "cidr": "a network such as 10.0.0.0/24",
    "date": "a date such as 2026-01-31",
    "datetime": "a moment such as 2026-01-31T08:00:00Z",
    "duration": "a duration such as 30s, 5m or 1h30m",
    "email": "an address of mail",
    "hostname": "the name of a host",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "k8slongname": "a name of small letters, digits, - and .",
    "k8sshortname": "a name of at most 63 small letters, digits and -",
    "mac": "a MAC address such as 00:1a:2b:3c:4d:5e",
    "uri": "an address such as https://example.com/path",
    "uuid": "a UUID",
    KEY_FORMAT: "a key whose part before the slash has at most 253 characters",
}


class _Form(NamedTuple):
    words: str
    takes: tuple[str, ...]
    refuses: tuple[str, ...]


# What is told from the rest by examples, the narrower first.
_FORMS: Final = (
    _Form("a duration such as 30s, 5m or 1h30m", ("1h", "30s", "1h30m"), ("", "1", "x", "h", "1x")),
    _Form("a network such as 10.0.0.0/24", ("10.0.0.0/24",), ("10.0.0.0", "", "x", "a.b", "a/b")),
    _Form("a network such as fd00::/64", ("fd00::/64",), ("fd00::", "", "x", "a/b")),
    _Form("an IP address", ("10.0.0.1",), ("10.0.0.256", "", "x", "a.b", "10.0.0")),
    _Form("an IPv6 address", ("fd00::1",), ("", "x", "a.b", "10.0.0.256")),
    _Form("a number of a port, 1 to 65535, or a name", ("80", "http"), ("", "-", "a.b", "80/tcp")),
    _Form("a quantity such as 100m, 1.5 or 64Mi", ("100m", "64Mi", "1.5", "1e3"), ("", "x", "1x", "a")),
    _Form("base64", ("aGVsbG8=", ""), ("a", "a b", "ab=c")),
    _Form("a MAC address such as 00:1a:2b:3c:4d:5e", ("00:1a:2b:3c:4d:5e",), ("", "x", "00")),
    _Form("a version such as 1.2.3", ("1.2.3",), ("", "1", "x", "1.2")),
    _Form(
        "a DNS name: small letters, digits and -, with no dot, a letter or a digit at both ends",
        ("a", "a-b", "a1"),
        ("A", "a.b", "-a", "a-", "a_b", "a b", "a/b"),
    ),
    _Form(
        "a DNS name, of small letters, digits, - and ., with *. before it or not",
        ("a", "a-b.c", "*.a.b"),
        ("A", "-a", "a-", "a_b", "a b", "a/b", "a..b"),
    ),
    _Form(
        "a DNS name: small letters, digits, - and ., a letter or a digit at both ends",
        ("a", "a-b", "a.b"),
        ("A", "-a", "a-", "a_b", "a b", "a/b", "a..b"),
    ),
    _Form(
        "the beginning of a DNS name, such as web-, of small letters, digits and -",
        ("a", "a-", "ab-"),
        ("AB", "a.", "-", "a_b"),
    ),
    _Form(
        "the value of a label: letters, digits, -, _ and ., a letter or a digit at both ends",
        ("", "A", "a_b", "a.b"),
        ("-a", "a-", "a b", "a/b", "é"),
    ),
    _Form(
        "the key of a label: example.com/name, or a name of letters, digits, -, _ and .",
        ("A", "a_b", "a.b/c_D"),
        ("", "-a", "a-", "a b", "a/b/c", "/a", "é"),
    ),
    _Form("a name that may stand in a path: no / and no %", ("a:b", "A B"), ("a/b", "a%", "..")),
    _Form("printable text", ("a", "a b", "é", ""), ("\x00", "a\n")),
)


def type_problem(error: "ValidationError", *, path: Path, node: Any) -> Problem:  # noqa: ANN401 - a schema
    """Return the problem of a value of another type, with what its author meant by a text without quotes."""
    problem = type_sentence(error.instance, types=error.kind.value, path=path)
    if problem.hint != _QUOTES or not isinstance(node, dict):
        return problem
    found = error.instance
    if isinstance(found, bool):
        meant = [one for one in _TRUTHS[found] if one in node.get("enum", ())]
        return replace(problem, hint=f'{_QUOTES}: "{meant[0]}"') if meant else problem
    if "pattern" in node and _explain(node["pattern"], written=node.get(WRITTEN, "")).startswith(
        "a duration"
    ):
        return replace(problem, hint=f"did you mean {found}s?")
    return problem


def type_sentence(found: object, *, types: Sequence[str], path: Path) -> Problem:
    """Return the problem of a value that is of none of the types, told by JSON Schema's names for them."""
    names = [name for name in types if name != "null"] or ["null"]
    wanted = list(dict.fromkeys(_WANTED.get(name, name) for name in sorted(names, key=list(_WANTED).index)))
    message, hint = expected(found, wanted=wanted)
    return Problem(
        message=message, path=path, hint=hint or _without_quotes(found, names) or _reshaped(found, names)
    )


def _without_quotes(found: object, types: Sequence[str]) -> str:
    numeric = isinstance(found, str) and _NUMBER.fullmatch(found) and {"integer", "number"} & {*types}
    return "write it without quotes" if numeric or ("boolean" in types and found in ("true", "false")) else ""


def _reshaped(found: object, types: Sequence[str]) -> str:
    match found:
        case dict() | str() if list(types) == ["array"] and found:
            return "put a dash before it: a list of one"
        case [dict()] if list(types) == ["object"]:
            return "take the dash away: there is only one"
        case _:
            return ""


def choice_problem(error: "ValidationError", *, path: Path) -> Problem:
    """Return the problem of a value that is none of those allowed, with the nearest of them."""
    value = error.kind.value
    options = [one for one in (value if error.kind.name == "enum" else [value]) if one is not None]
    shown = [show(one) for one in options]
    listed = (
        shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}" if shown else "nothing"
    )
    message = f"{show(error.instance)} is not allowed"
    if len(listed) <= _LONGEST_CHOICE:
        message += f"; allowed: {listed}"
    near = closest(str(error.instance), [one for one in options if isinstance(one, str)])
    return Problem(message=message, path=path, hint=f"did you mean {near}?" if near else "")


def text_problem(error: "ValidationError", *, path: Path, node: Any) -> Problem:  # noqa: ANN401 - a schema
    """Return the problem of a text of another form."""
    if error.kind.name == "format":
        words = FORMAT_WORDS.get(error.kind.value, f"a {error.kind.value}")
    else:
        words = _explain(
            error.kind.value, written=str((node if isinstance(node, dict) else {}).get(WRITTEN, ""))
        )
    hint = _nearest_text(str(error.instance), words)
    return Problem(message=f"{show(error.instance)} is not {words}", path=path, hint=hint)


def _explain(pattern: str, *, written: str) -> str:
    """Return what a pattern asks for, in words; the pattern itself when it is of no form that is known."""
    if match := _SCHEMES.fullmatch(written or pattern):
        schemes = match[1].replace("https?", "http|https").split("|")
        return f"an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"
    engine = _engine(pattern) or _engine(written)
    for form in _FORMS:
        if engine and all(map(engine.search, form.takes)) and not any(map(engine.search, form.refuses)):
            return form.words
    text = written or pattern
    return f"of the form {text if len(text) <= _LONGEST_PATTERN else f'{text[:_LONGEST_PATTERN]}…'}"


def _engine(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern as Python reads it, which is near enough to try examples with."""
    try:
        return re.compile(pattern.replace(r"\z", r"\Z")) if pattern else None
    except re.error:
        return None


def _nearest_text(text: str, words: str) -> str:
    if words.startswith("a network") and "/" not in text and re.fullmatch(r"[0-9.]+", text):
        return f"did you mean {text}/32?"
    if words.startswith("a duration") and text.isdigit():
        return f"did you mean {text}s?"
    if "DNS name" in words:
        near = re.sub(r"[^a-z0-9.-]+", "-", text.lower()).strip("-.")
        near = near.replace(".", "-") if "no dot" in words else near
        near += "-" if near and "beginning" in words and text.endswith("-") else ""
        return f"did you mean {near}?" if near and near != text else ""
    return ""


def bounds_problem(error: "ValidationError", *, path: Path) -> Problem:
    """Return the problem of a value that is too small, too large, too short or too long; or of a rule unlike others."""
    keyword, limit, found = error.kind.name, error.kind.value, error.instance
    if limit == 1 and keyword in _NOT_EMPTY:
        return Problem(message="this must not be empty", path=path)
    size = len(found) if isinstance(found, dict | list) else 0
    message = _BOUNDS.get(keyword, "{reason}").format(
        shown=show(found), limit=limit, size=size, reason=error.message[:_LONGEST_REASON]
    )
    return Problem(message=message, path=path)
