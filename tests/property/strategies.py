"""Hypothesis strategies for the bodies of documents, with everything that YAML readers trip over."""

import re
from typing import Any

import yaml
from hypothesis import strategies as st

# One line for each kind of trouble.
# fmt: off
TRICKY_TEXTS = (
    *("", "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "false", "tRue"),
    *("y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"),
    *("0", "-0", "+1", "1", "0755", "0o7", "0O7", "0o755", "089", "0x1f", "0X1F", "-0x1f", "0b1", "0B11",
      "0b-1"),
    *("1_000", "1__0", "0_7", "_1", "1_", "18446744073709551616", "-9223372036854775809"),
    *("1e3", "1E3", "1.5e3", "1.5e+3", "1e-7", "12e03", ".5", "-.5", "+.5", "5.", "1.0", ".5_0", "1.e1",
      "1e400"),
    *(".inf", "-.inf", "+.INF", ".Inf", ".nan", ".NaN", "nan", "NaN", "inf", "Infinity", "-inf"),
    *("12:30:45", "12:30", "1:2:3.5", "52:54:00:12:34:56", "190:20:30.15"),
    *("2001-01-01", "2001-1-1", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5",
      "2026-11-21T10:00:00Z"),
    *("<<", "=", "?", "-", ":", "--", "---", "...", "--- a", "- a", "? a", ": a", "a:", "a: b", "a :b", ":a"),
    *("#", "# a", "a #b", "a#b", "&a", "*a", "!a", "!!str a", "|", ">", "%a", "@a", "`a", "'a'", '"a"',
      "a'b", 'a"b'),
    *("[", "]", "{", "}", ",", "[a]", "{a: b}", "a, b", "${VAR}", "a ${VAR:=b} c", "{{ a }}", "\\", "a\\nb"),
    *(" ", "  a", "a ", " a", "a  b", "\t", "\ta", "a\t", "a\tb", "\r", "a\rb", "a\r\nb", "\v", "\f", "\b"),
    *("\n", "\n\n", "a\n", "a\nb", "a\nb\n", "a\nb\n\n", "\na", "\n\n a\n", " a\nb", "  a\n b\n",
      "a\n b\n  c\n"),
    *("\ta\nb", "a\n\tb\n", "a \nb", "a\n \nb", "a\n\t\nb", "#a\nb\n", "---\na\n", "...\na",
      "a\n---\nb\n", "- a\n- b\n"),
    *("\x00", "\x07", "\x1b[31m", "\x7f", "\x80", "\x85", "a\x85b", "\xa0", "\xad", "\u200b", "\u200e",
      "\u2028"),
    *("a\u2028b\n", "\u2029", "\u202e", "\ufeff", "\ufeffa", "a\ufeffb", "\ufffd", "\ufffe", "\uffff",
      "\U0001ffff"),
    *("ü", "日本", "👩‍🚀", "\U0010ffff", "\ue000", "é\nü\n", "a\u3000b", "\u2003"),
    *("10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "::1", "fd00::1", "1.2.3", "v1.2.3", "1.18", "10Gi",
      "100m", "5m0s"),
    *("quay.io/cilium/cilium:v1.18.4@sha256:0a1b", "*.example.com", "app=web,tier!=db", "--flag=x", "/",
      "./a", "../a"),
    *("a" * 200, "word " * 50, "0" * 70, "1" * 20, "9" * 400, "x: " * 30),
)
# fmt: on
"""Texts that some reader takes for something else when they are written carelessly."""

_ODD_CHARACTERS = (
    "\t\n\r !\"#%&'*,-.0123456789:<=>?@AENOTaefinotxy[\\]_`{|}~\x00\x1b\x7f\x85\xa0\u2028\ufeff日"
)
_LINES = st.builds(
    lambda indent, words, end: " " * indent + words + end,
    st.integers(0, 4),
    st.sampled_from(("", "a", "- a", "a: b", "# a", "\ta", "---", "...", "'", "日", "a b c")),
    st.sampled_from(("", "", "", " ", "\t")),
)

texts = st.one_of(
    st.sampled_from(TRICKY_TEXTS),
    st.text(_ODD_CHARACTERS, max_size=8),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(_LINES, max_size=5).map("\n".join),
)
"""Any text that can be encoded, the difficult ones often."""

numbers = st.one_of(
    st.integers(-1000, 1000),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        (0.0, -0.0, 1.0, 1e16, 1e-7, 1e21, 1e22, 5e-324, 1.7976931348623157e308, 2**53 + 1, 2**63)
    ),
)
"""Numbers that fit into 64 bits."""

scalars: st.SearchStrategy[Any] = st.one_of(texts, numbers, st.booleans(), st.none())


def _nest(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(parts, max_size=4) | st.dictionaries(texts, parts, max_size=4)


values: st.SearchStrategy[Any] = st.recursive(scalars, _nest, max_leaves=12)
"""Anything that a document can hold."""

bodies: st.SearchStrategy[Any] = st.one_of(
    st.dictionaries(texts, values, max_size=4),
    st.lists(values, max_size=4),
    st.fixed_dictionaries(
        {"apiVersion": texts, "kind": texts, "metadata": values}, optional={"spec": values, "a": values}
    ),
)
"""What `dump_document` takes: mappings and lists, some of them with the shape of a Kubernetes object."""


plain_texts = st.text("0123456789abdefinorstuxyABEFNOTXY_+-.:~=<", min_size=1, max_size=8).filter(
    lambda text: not text.endswith(":") and text != "-"
) | st.sampled_from([text for text in TRICKY_TEXTS if re.fullmatch(r"[\w.~=+<][\w.~=+:-]*[\w.~=+<]", text)])
"""Texts that can stand without quotes, many of them numbers or words in one reader or the other."""

foreign_texts = st.builds(
    yaml.dump,
    bodies,
    Dumper=st.just(yaml.CSafeDumper),
    default_flow_style=st.sampled_from((True, False, None)),
    default_style=st.sampled_from((None, None, "'", '"', "|", ">")),
    allow_unicode=st.booleans(),
    width=st.sampled_from((20, 80, 1000)),
)
"""YAML as another writer lays it out."""

scraps_of_yaml = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "b: ",
                "a: ",
                "- ",
                "\n",
                "\n  ",
                "\n    ",
                "\n- ",
                "{",
                "}",
                "[",
                "]",
                ", ",
                ": ",
                "&x ",
                "*x",
                "*x : ",
            ),
            *(
                "'",
                '"',
                "|",
                "|-\n  ",
                ">\n  ",
                "|2+\n   ",
                "# c",
                "\t",
                " ",
                "!!str ",
                "!!int ",
                "!a ",
                "1",
                "0755",
                "no",
            ),
            *("~", "1.5", "c: &x {d: 1}\n", "<<: *x\n", "\r\n", "\u2028", "\x85", "ü", "\\n", "@", "`", "%"),
        ]
    ),
    max_size=12,
).map("".join)
"""Something that is sometimes YAML."""


def find_paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all values in `value`, the outer ones first."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for step, part in steps for found in find_paths(part, (*path, step)))]
