"""Which texts are written plain, which quoted, which as a block."""

import pytest

from fabricgen.yamlio import dump_document, read_document


@pytest.mark.parametrize(
    "text",
    [
        "word",
        "two words",
        "/sys/fs/cgroup",
        "./a",
        "../base",
        "10.0.0.0/8",
        "192.168.1.10-192.168.1.20",
        "127.0.0.1:7445",
        "2001:db8::/32",
        "fd00::1",
        "v1.18.4",
        "1.18.4",
        "10Gi",
        "100m",
        "5m0s",
        "quay.io/cilium/cilium:v1.18.4@sha256:0a1b2c",
        "app=web,tier=db",
        "helm.toolkit.fluxcd.io/v2",
        "port-distribution",
        "none",
        "full at 100%",
        "it (really) works",
    ],
)
def test_text_that_no_reader_mistakes_stays_plain_as_value_and_as_key(text: str) -> None:
    assert dump_document({text: text}) == f"{text}: {text}\n"


@pytest.mark.parametrize(
    "text",
    [
        *("", "~", "null", "Null", "NULL", "nUlL", "true", "True", "FALSE", "y", "Y", "n", "N"),
        *(
            "yes",
            "YES",
            "no",
            "No",
            "nO",
            "on",
            "On",
            "off",
            "OFF",
            "nan",
            "Infinity",
            ".inf",
            "-.INF",
            ".NaN",
        ),
        *(
            "0",
            "-1",
            "+1",
            "0755",
            "0o7",
            "0O7",
            "0x1f",
            "0X1F",
            "0b1",
            "0b-1",
            "1_000",
            "_1",
            "1e3",
            "12e03",
        ),
        *(".5", "5.", "-.5", "1.5", "089", "1__0", "18446744073709551616", "1.18", "0xdeadbeef", "123abc"),
        *(
            "12:30",
            "12:30:45",
            "1:2.5",
            "52:54:00:12:34:56",
            "2001-01-01",
            "2001-1-1",
            "2001-12-14T21:59:43Z",
        ),
        *(
            "<<",
            "=",
            "?",
            "-",
            ":",
            "--flag",
            "---",
            "...",
            "..",
            ".",
            "- a",
            "? a",
            ": a",
            "a:",
            "a: b",
            "a :b",
        ),
        *("#", "# a", "a #b", "&a", "*a", "*.example.com", "!a", "|", ">", "%a", "@a", "`a", "'a'", "a'b"),
        *("[a]", "{a: b}", "a]", "a}", ",a", "${VAR}", "{{ a }}", " a", "a ", "a\u3000b", "ü", "👩"),
    ],
)
def test_text_that_some_reader_could_mistake_is_quoted_as_value_and_as_key(text: str) -> None:
    assert dump_document({text: text}) == f'"{text}": "{text}"\n'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('a "b" \\c', '"a \\"b\\" \\\\c"'),
        ("\t\r\b\f", '"\\t\\r\\b\\f"'),
        ("a\tb", '"a\\tb"'),
        ("\x00\x07\x1b\x7f", '"\\u0000\\u0007\\u001b\\u007f"'),
        ("\x80\x85\xa0\xad", '"\\u0080\\u0085\\u00a0\\u00ad"'),
        ("\u200b\u200e\u202e\u2028\u2029", '"\\u200b\\u200e\\u202e\\u2028\\u2029"'),
        ("\ufeff\ufffe\uffff", '"\\ufeff\\ufffe\\uffff"'),
        ("\U0001ffff\U000e0001\U0010ffff", '"\\U0001ffff\\U000e0001\\U0010ffff"'),
    ],
)
def test_what_does_not_show_is_escaped(text: str, written: str) -> None:
    assert dump_document({"a": text}) == f"a: {written}\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb\n", "|\n  a\n  b\n"),
        ("a\nb", "|-\n  a\n  b\n"),
        ("a\n", "|\n  a\n"),
        ("a\n\n\n", "|+\n  a\n\n\n"),
        ("a\n\n  b\n", "|\n  a\n\n    b\n"),
        ("  a\nb\n", "|2\n    a\n  b\n"),
        ("\n a\n", "|2\n\n   a\n"),
        ("\ta\nb", "|2-\n  \ta\n  b\n"),
        ("# a\n--- b: 'c' \"d\" \\e\n", "|\n  # a\n  --- b: 'c' \"d\" \\e\n"),
        ("ü: ${VAR}\n{{ a }}\n", "|\n  ü: ${VAR}\n  {{ a }}\n"),
    ],
)
def test_several_lines_of_text_are_a_literal_block(text: str, written: str) -> None:
    document = dump_document({"a": text, "b": 1})

    assert document == f"a: {written}b: 1\n"
    assert read_document(document).value == {"a": text, "b": 1}


def test_a_block_is_indented_from_its_list_item_or_entry() -> None:
    text = dump_document({"a": ["b\nc", {"d": 1, "e": " f\ng"}]})

    assert text == "a:\n  - |-\n    b\n    c\n  - d: 1\n    e: |2-\n       f\n      g\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\n", '"\\n"'),
        ("a \nb", '"a \\nb"'),
        ("a\nb ", '"a\\nb "'),
        ("a\n\t\nb", '"a\\n\\t\\nb"'),
        ("a\r\nb", '"a\\r\\nb"'),
        ("a\u2028\nb", '"a\\u2028\\nb"'),
        ("a\nb\x00", '"a\\nb\\u0000"'),
    ],
)
def test_lines_that_a_block_would_not_keep_are_quoted(text: str, written: str) -> None:
    assert dump_document({"a": text}) == f"a: {written}\n"


def test_a_key_of_several_lines_is_quoted() -> None:
    assert dump_document({"a\nb": 1}) == '"a\\nb": 1\n'
