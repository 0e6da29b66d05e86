"""Hypothesis strategies for texts that look like YAML, rich in everything that readers disagree about."""

from hypothesis import strategies as st
from strategies import TRICKY_TEXTS

# fmt: off
_VALUES = (
    *(text for text in TRICKY_TEXTS if "\n" not in text and len(text) < 100),
    *("nginx", "a b", "quay.io/a/b:v1.2@sha256:0a", "10.0.0.0/8", "0 * * * *", "12345678-90ab-cdef", "1234567e-5",
      "1234567e-1234-5", "3fa", "1e5f", "2.x", "802.3ad", "443/TCP", "1,2", "1 2", "8080:x", "._", "__a", "yes #c",
      "~ #c", "no,", "(a", "^a$", "true false"),
    *("'q'", '"q"', "'it''s'", '"a\\nb\\t\\\\"', '"\\u00e9"', '"\\/"', '"\\ud83d"', '"open', "'open", "''", '""',
      "'a' b", '"a" b', "'a':"),
    *("[]", "{}", "[a, b]", "[a,b]", "[1, 0x1]", "[no]", "[y, 'n']", "[a: b]", "[{a: b}]", "[[a]]", "[ ]", "[a",
      "a]", "{a: b}", "{a: 1, b: [c, d]}", "{a: no}", "{no: a}", "{a}", "{a:}", "{a: b", "{'a': b}", '{"a":1}'),
    *("&x", "&x a", "&x no", "&y 'a'", "*x", "*y", "*z", "!a b", "!!str 1", "!!int 'a'", "! a", "&x &y a"),
    *("|", "|-", "|+", ">", ">-", ">+", "|2", "|1-", "| # c", "|x"),
)
_KEYS = (
    "a", "b", "c", "kind", "a.b/c", "x-y", "'q'", '"q"', "é", "no", "y", "On", "true", "Null", "~", "1", "0x1", "1.5",
    "1a", ".x", ".inf", "_1", "_a", "<<", "=", "*x", "&x a", "? a", "a:b", "limits ", "- a", "[a]", "{a: b}", "!a b",
)
# fmt: on
_INDENTS = st.sampled_from([*[0, 2, 4] * 3, 1, 3, 5, 6, 8, 14, 16]).map(lambda width: " " * width)
_DASHES = st.sampled_from(["", "", "", "", "- ", "- ", "-  ", "- - ", "-", "- - - "])
_ENDS = st.sampled_from([*[""] * 8, " ", "  ", " # c", "#c", "\t", "\r", " \\"])
_BREAKS = st.sampled_from([*["\n"] * 12, "\n\n", "\n \n", "\n    \n", "\r\n", "\n---\n", "\n...\n"])

_entries = st.builds(
    lambda key, colon, value: f"{key}{colon}{value}",
    st.sampled_from(_KEYS),
    st.sampled_from([": ", ": ", ": ", ":", ":  ", " : "]),
    st.sampled_from((*[""] * 40, *_VALUES)),
)
_odd = st.sampled_from(
    [
        "",
        " ",
        "\t",
        "---",
        "--- # c",
        "--- a",
        "---a",
        "----",
        "...",
        "... # c",
        "%YAML 1.1",
        "%TAG ! a",
        "# c",
        "#c",
    ]
)
lines = st.builds(
    lambda indent, dashes, body, end: f"{indent}{dashes}{body}{end}",
    _INDENTS,
    _DASHES,
    _entries | _entries | st.sampled_from(_VALUES) | _odd,
    _ENDS,
)
"""One line, without its end."""

yaml_texts = st.lists(st.builds(str.__add__, lines, _BREAKS), max_size=6).map("".join)
"""A few lines that hardly ever make sense together."""


def _edit(text: str, edits: list[tuple[int, str, int]]) -> str:
    for place, new, gone in edits:
        index = place % (len(text) + 1)
        text = text[:index] + new + text[index + gone :]
    return text


def edited(texts: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One of `texts`, which make sense, with a few lines or characters changed."""
    pieces = lines.map(lambda line: f"\n{line}\n") | st.sampled_from(
        [*" :#-'\"\\|>&*[]{},?!~_.0123enoyx\t\n%@\r", "  ", "- ", ": "]
    )
    edits = st.lists(st.tuples(st.integers(0, 2**16), pieces, st.integers(0, 2)), max_size=2)
    return st.builds(_edit, st.sampled_from(texts), edits)
