"""What is read from YAML text: the values that Kubernetes' reader sees, and where they are written."""

from typing import Any

import pytest

from fabricgen.yamlio import Path, Position, read_document, read_documents


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text", "text"),
        ("two words", "two words"),
        ("'1'", "1"),
        ('"no"', "no"),
        ('"\\u00fc"', "ü"),
        ("1", 1),
        ("-5", -5),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("{}", {}),
        ("[a, 1, [b]]", ["a", 1, ["b"]]),
        ("{b: 1, c: {d: 2}}", {"b": 1, "c": {"d": 2}}),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        (">-\n  one\n  two\n", "one two"),
        ("2001-01-01", "2001-01-01"),
        ("2001-12-14 21:59:43", "2001-12-14 21:59:43"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("!!str 1", "1"),
        ("!!int '7'", 7),
        ("!!float 7", 7.0),
        ("!!bool 'yes'", True),
        ("!!null ''", None),
        ("!!map {a: 1}", {"a": 1}),
        ("!!seq [1]", [1]),
    ],
)
def test_a_value_is_what_kubernetes_reads(written: str, value: Any) -> None:
    document = read_document(f"a: {written}")

    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("a", "a"),
        ("'1'", "1"),
        ("8080", "8080"),
        ("0x10", "16"),
        ("on", "true"),
        ("n", "false"),
        ("1.30", "1.3"),
        ("1.5", "1.5"),
        ("0.1", "0.1"),
        ("-0.0", "-0"),
        ("100000.0", "100000"),
        ("1e6", "1e+06"),
        ("1e-7", "1e-07"),
        ("123456789.125", "1.2345679e+08"),
        ("1e300", ".inf"),
        ("-.inf", "-.inf"),
        (".nan", ".nan"),
        ("2001-01-01", "2001-01-01"),
        ("''", ""),
    ],
)
def test_a_key_becomes_the_text_that_go_makes_of_it(written: str, key: str) -> None:
    assert read_document(f"{written}: x").value == {key: "x"}


def test_an_alias_repeats_its_value_without_sharing_it() -> None:
    document = read_document("a: &x {b: [1]}\nc: *x\n")

    document.value["a"]["b"].append(2)

    assert document.value == {"a": {"b": [1, 2]}, "c": {"b": [1]}}


def test_an_anchor_may_be_set_again_and_the_last_one_above_counts() -> None:
    assert read_document("a: &x 1\nb: &x 2\nc: *x\n").value == {"a": 1, "b": 2, "c": 2}


def test_an_alias_may_be_a_key() -> None:
    assert read_document("a: &x b\n*x : c\n").value == {"a": "b", "b": "c"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", {"b": 1, "c": 3}),
        ("a: &x {c: 2}\nd:\n  c: 3\n  <<: *x\n", {"c": 2}),
        ("a: &x {b: 1}\nd:\n  <<: [*x, {b: 2, c: 3}]\n", {"b": 1, "c": 3}),
        ("a: 1\nd:\n  <<: {b: 1}\n", {"b": 1}),
        ("a: 1\nd:\n  '<<': {b: 1}\n", {"<<": {"b": 1}}),
    ],
)
def test_a_merge_key_merges_in_the_order_of_the_text(text: str, value: object) -> None:
    assert read_document(text).value["d"] == value


PLACES = """\
# a comment
metadata:
  name: x
spec:
  pools:
    - cidr: 10.0.0.0/8
    - {cidr: a, tags: [b, c]}
  ünï: &d
    - 1
again: {"ünï": *d}
"""


@pytest.mark.parametrize(
    ("path", "position"),
    [
        ((), (2, 1)),
        (("metadata",), (2, 1)),
        (("metadata", "name"), (3, 3)),
        (("spec", "pools"), (5, 3)),
        (("spec", "pools", 0), (6, 7)),
        (("spec", "pools", 0, "cidr"), (6, 7)),
        (("spec", "pools", 1), (7, 7)),
        (("spec", "pools", 1, "tags"), (7, 17)),
        (("spec", "pools", 1, "tags", 1), (7, 27)),
        (("spec", "ünï"), (8, 3)),
        (("again", "ünï"), (10, 9)),
        (("again", "ünï", 0), (9, 7)),
    ],
)
def test_every_value_knows_the_line_and_column_of_its_key_or_item(
    path: Path, position: tuple[int, int]
) -> None:
    assert read_document(PLACES).positions[path] == Position(*position)


def test_what_a_merge_brings_in_is_placed_where_it_is_written() -> None:
    document = read_document("a: &x\n  b: {c: 1}\nd:\n  <<: *x\n  e: 2\n")

    assert document.positions["d", "b"] == (2, 3)
    assert document.positions["d", "b", "c"] == (2, 7)
    assert document.positions["d", "e"] == (5, 3)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_windows_line_ends_change_neither_values_nor_positions(end: str) -> None:
    document = read_document(end.join(("a: 1", "b: |", "  c", "  d", "e: f", "")))

    assert document.value == {"a": 1, "b": "c\nd\n", "e": "f"}
    assert document.positions["e",] == (5, 1)


def test_a_byte_order_mark_is_neither_text_nor_column() -> None:
    document = read_document("\ufeffa: {b: 1}\n")

    assert document.value == {"a": {"b": 1}}
    assert document.positions["a", "b"] == (1, 5)


def test_each_document_of_a_stream_is_read_with_its_own_first_line() -> None:
    documents = read_documents("# top\na: 1\n---\n# second\n- 2\n--- 3\n...\n")

    assert [document.value for document in documents] == [{"a": 1}, [2], 3]
    assert [document.line for document in documents] == [2, 3, 6]


def test_anchors_end_with_their_document() -> None:
    with pytest.raises(ValueError, match=r"^<string>:3:4: \*x repeats nothing: no &x is above it$"):
        read_documents("a: &x 1\n---\nb: *x\n")


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n# a\n---\n# b\n...\n"])
def test_documents_with_nothing_in_them_are_left_out(text: str) -> None:
    assert read_documents(text) == ()


def test_a_document_that_is_null_on_purpose_is_kept() -> None:
    assert [document.value for document in read_documents("--- ~\n--- null\n")] == [None, None]


def test_nesting_is_read_down_to_the_deepest_level_that_can_be_written() -> None:
    document = read_document("[" * 200 + "]" * 200)

    assert len(document.positions) == 200
