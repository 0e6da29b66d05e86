"""Patterns mean to us what they mean to Go: upstream's own, constructs of RE2, and any that hypothesis makes up."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, RegexOptions

from fabricgen.validation.structure.re2 import PatternError, to_rust

Tool = Callable[[str], str]
CONSTRUCTS = [
    r"^\PC*$",
    r"(?i)^k$",
    r"^(?i)(abort|warn)?$",
    r"(?s)^.$",
    r"(?m)^a$",
    r"(?i-s:a.)",
    r"(?i:[\W])",
    r"^(?:(?i)\W)$",
    r"^((?i)a)\W$",
    r"^(?i:[[:^lower:]])$",
    r"^(?i:\P{Lu})$",
    r"(?U)a+b",
    r"(?P<name>a)b",
    r"(?<name>a)b",
    r"\Aa\z",
    r"^a$",
    r"\ba\b",
    r"\Ba",
    r"^\Q.[\E$",
    r"^\Qa",
    r"^\d$",
    r"^\D$",
    r"^\s$",
    r"^\S+$",
    r"^\w$",
    r"^\W$",
    r"^[\d&&5]$",
    r"^[\w-.]$",
    r"^[\D\s]$",
    r"^[^\S]$",
    r"^[[:alpha:]]+$",
    r"^[[:^digit:][:space:]]$",
    r"^[[:punct:]]$",
    r"^\pL$",
    r"^\p{Greek}$",
    r"^\P{Lu}$",
    r"^\p{^Lu}$",
    r"^[\p{Lu}0]$",
    r"^[\PC]$",
    r"^[]a]$",
    r"^[^]a]$",
    r"^[[]$",
    r"^[a\]b]$",
    r"^[-a]$",
    r"^[a-]$",
    r"^[--/]$",
    r"^[~~a&&b]$",
    r"^[#-&]$",
    "a{,2}",
    "a{2",
    "a}",
    r"x{2,3}y{2}z{2,}",
    r"\a",
    r"\v",
    r"\101",
    r"^\07$",
    r"\x41",
    r"^\x{1F600}$",
    r"^[^\x00-\x{10FFFF}]$",
    r"^\-\_\/\.$",
    r"^(?i:ß)$",
    "^é$",
]
LETTERS = "abkskKSAZz059_-.,:/\\[]{}()&~#|^$*+?!=%@'\"<> \t\n\v\f\r\0\x1f\x7f\u00a0éÉß\u017f\u212a\u03b1漢😀\u200b\u0378٣²"
TEXTS = [
    "",
    *LETTERS,
    *(one + other for one in "a.[-\n1" for other in LETTERS),
    *(
        "aa",
        "ab",
        "abort",
        "WARN",
        "a{,2}",
        "a{2",
        "xxyyzz",
        "-_/.",
        ".[",
        "a.b/c",
        "1h30m",
        "10.0.0.0/8",
        "fe80::1",
    ),
    *(
        "http://a",
        "https://b.c",
        "100Mi",
        "1e3",
        "65536",
        "4294967295",
        "sha256:" + "a" * 64,
        "*.example.com",
    ),
]


def _patterns(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from (inner for key, inner in value.items() if key == "pattern" and isinstance(inner, str))
            yield from (pattern for inner in value.values() for pattern in _patterns(inner))
        case list():
            yield from (pattern for inner in value for pattern in _patterns(inner))
        case _:
            return


def _go_says(program: str, patterns: Sequence[str], texts: Sequence[str]) -> list[list[bool] | None]:
    asked = "\n".join(json.dumps({"pattern": pattern, "texts": texts}) for pattern in patterns)
    done = subprocess.run([program], input=asked, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _we_say(pattern: str, texts: Sequence[str]) -> list[bool] | None:
    try:
        written = to_rust(pattern)
    except PatternError:
        return None
    engine = Draft202012Validator({"pattern": written}, pattern_options=RegexOptions())
    return [engine.is_valid(text) for text in texts]


@pytest.mark.tools
@pytest.mark.schemas
def test_every_pattern_of_upstream_s_schemas_matches_what_go_matches(tool: Tool, schemas_dir: Path) -> None:
    bodies = [json.loads(file.read_text(encoding="utf-8")) for file in schemas_dir.rglob("*.json")]
    patterns = sorted({pattern for body in bodies for pattern in _patterns(body)})

    differing = [
        pattern
        for pattern, said in zip(patterns, _go_says(tool("goregexp"), patterns, TEXTS), strict=True)
        if _we_say(pattern, TEXTS) != said
    ]

    assert len(patterns) > 50
    assert differing == []


@pytest.mark.tools
def test_constructs_of_re2_match_what_go_matches(tool: Tool) -> None:
    said = dict(zip(CONSTRUCTS, _go_says(tool("goregexp"), CONSTRUCTS, TEXTS), strict=True))

    assert {pattern: _we_say(pattern, TEXTS) for pattern in CONSTRUCTS} == said


_atoms = st.sampled_from(
    [
        *"ak9_.éſ",
        r"\d",
        r"\D",
        r"\s",
        r"\S",
        r"\w",
        r"\W",
        r"\.",
        r"\-",
        r"\n",
        r"\x{e9}",
        r"\pL",
        r"\PL",
        r"\b",
    ]
)
_members = st.sampled_from(
    [*"ak9.&~|^#é", r"\d", r"\W", r"\S", r"\]", r"\-", r"\pL", "[:alpha:]", "[:^space:]", "a-z", "0-9", "!-/"]
)
_classes = st.builds(
    "[{}{}]".format, st.sampled_from(["", "^"]), st.lists(_members, min_size=1, max_size=4).map("".join)
)
_pieces = st.builds(
    "{}{}".format, _atoms | _classes, st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,2}", "*?"])
)
_made = st.recursive(
    st.lists(_pieces, min_size=1, max_size=4).map("".join),
    lambda inner: (
        st.builds("({})".format, inner)
        | st.builds("(?i:{})".format, inner)
        | st.builds("(?s-i:{})".format, inner)
        | st.builds("{}|{}".format, inner, inner)
    ),
    max_leaves=4,
)


@pytest.mark.tools
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patterns=st.lists(_made.map(lambda one: f"^(?:{one})$"), min_size=20, max_size=40))
def test_any_pattern_matches_what_go_matches(tool: Tool, patterns: list[str]) -> None:
    said = _go_says(tool("goregexp"), patterns, TEXTS)

    assert [
        one for one, heard in zip(patterns, said, strict=True) if heard and _we_say(one, TEXTS) != heard
    ] == []


@pytest.mark.parametrize("pattern", ["(?=a)", "(?!a)", r"(a)\1", r"\C", "[a", r"\h", "[[:nothing:]]"])
def test_what_go_does_not_compile_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        to_rust(pattern)
