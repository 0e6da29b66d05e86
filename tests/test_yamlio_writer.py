"""What is written as YAML: layout, order, quoting, comments, and what is refused."""

from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest

from fabricgen.yamlio import Path, dump_document, dump_documents, inline, read_document


class Mode(StrEnum):
    NATIVE = "native"


class Word(str, Enum):  # noqa: UP042 - the older form, which prints itself differently
    NO = "no"


class Port(IntEnum):
    HTTPS = 443


class Level(Enum):
    HALF = 0.5


class Name(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not its text"


def test_mappings_and_lists_are_blocks_with_two_spaces_for_each_level() -> None:
    body = {
        "a": {"b": [1, ["c", ["d"]], {"e": {"f": "g"}, "h": [{"i": "j"}]}]},
        "k": [],
        "l": {},
        "m": [{}, ()],
    }

    text = dump_document(body)

    assert text == (
        "a:\n"
        "  b:\n"
        "    - 1\n"
        "    - - c\n"
        "      - - d\n"
        "    - e:\n"
        "        f: g\n"
        "      h:\n"
        "        - i: j\n"
        "k: []\n"
        "l: {}\n"
        "m:\n"
        "  - {}\n"
        "  - []\n"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([1, {"a": 2}], "- 1\n- a: 2\n"),
        ((), "[]\n"),
        ({}, "{}\n"),
        (MappingProxyType({"a": (1,)}), "a:\n  - 1\n"),
    ],
)
def test_a_document_is_a_mapping_or_a_list(body: Any, text: str) -> None:
    assert dump_document(body) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (2**64 - 1, "18446744073709551615"),
        (-(2**63), "-9223372036854775808"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e16, "1.0e+16"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1.0e-07"),
        (Mode.NATIVE, "native"),
        (Word.NO, '"no"'),
        (Port.HTTPS, "443"),
        (Level.HALF, "0.5"),
        (Name("its text"), "its text"),
    ],
)
def test_a_scalar_is_written_by_its_value(value: object, written: str) -> None:
    assert dump_document({"a": value}) == f"a: {written}\n"


def test_a_kubernetes_object_starts_with_its_identity_and_the_rest_of_its_top_is_sorted() -> None:
    body = {
        "status": {},
        "spec": {"z": 1, "a": {"kind": "B", "apiVersion": "c", "b": 2}},
        "data": {"z": "1", "a": "2"},
        "metadata": {
            "finalizers": [],
            "annotations": {},
            "labels": {},
            "namespace": "b",
            "name": "a",
            "age": 1,
        },
        "kind": "A",
        "apiVersion": "v1",
    }

    document = read_document(dump_document(body))

    assert list(document.value) == ["apiVersion", "kind", "metadata", "spec", "data", "status"]
    assert list(document.value["metadata"]) == [
        "name",
        "namespace",
        "labels",
        "annotations",
        "finalizers",
        "age",
    ]
    assert list(document.value["spec"]) == ["z", "a"]
    assert list(document.value["spec"]["a"]) == ["kind", "apiVersion", "b"]
    assert list(document.value["data"]) == ["z", "a"]


@pytest.mark.parametrize(
    "body", [{"z": 1, "kind": "A", "b": 2}, {"z": 1, "apiVersion": "v1", "metadata": {"x": 1, "name": 2}}]
)
def test_any_other_document_keeps_its_order(body: dict[str, Any]) -> None:
    assert list(read_document(dump_document(body)).value) == list(body)


def test_writing_leaves_the_body_as_it_was() -> None:
    metadata = {"labels": {}, "name": "a"}
    body = {"kind": "A", "metadata": metadata, "apiVersion": "v1"}

    dump_document(body)

    assert list(body) == ["kind", "metadata", "apiVersion"]
    assert list(metadata) == ["labels", "name"]


def test_comments_stand_above_their_entry_or_item_at_its_indentation() -> None:
    body = {"a": {"b": [{"c": 1, "d": ["e", ["f", "g"]]}, "h"]}, "i": {}}
    comments: dict[Path, str] = {
        ("a",): "of a",
        ("a", "b"): "of b",
        ("a", "b", 0): "of the first item",
        ("a", "b", 0, "c"): "of its first key",
        ("a", "b", 0, "d"): "of its second key",
        ("a", "b", 0, "d", 1, 0): "of f",
        ("a", "b", 0, "d", 1, 1): "of g",
        ("a", "b", 1): "two\n\nparagraphs\n",
        ("i",): "",
        ("i", "j"): "of nothing",
    }

    text = dump_document(body, comments=comments)

    assert text == (
        "# of a\n"
        "a:\n"
        "  # of b\n"
        "  b:\n"
        "    # of the first item\n"
        "    # of its first key\n"
        "    - c: 1\n"
        "      # of its second key\n"
        "      d:\n"
        "        - e\n"
        "        # of f\n"
        "        - - f\n"
        "          # of g\n"
        "          - g\n"
        "    # two\n"
        "    #\n"
        "    # paragraphs\n"
        "    - h\n"
        "i: {}\n"
    )


def test_a_comment_after_a_block_with_blank_lines_leaves_the_block_alone() -> None:
    text = dump_document({"a": "b\n\n", "c": 1}, comments={("c",): "of c"})

    assert text == "a: |+\n  b\n\n# of c\nc: 1\n"
    assert read_document(text).value == {"a": "b\n\n", "c": 1}


def test_a_long_comment_is_wrapped_between_words_to_a_hundred_columns() -> None:
    words = "word " * 40 + "x" * 120 + " end-of-it"

    text = dump_document({"a": {"b": 1}}, comments={("a", "b"): words})

    assert text == (
        "a:\n"
        f"  # {' '.join(['word'] * 19)}\n"
        f"  # {' '.join(['word'] * 19)}\n"
        "  # word word\n"
        f"  # {'x' * 120}\n"
        "  # end-of-it\n"
        "  b: 1\n"
    )


def test_a_comment_far_to_the_right_keeps_forty_columns() -> None:
    body: dict[str, Any] = {"b": 1}
    path: Path = ("b",)
    for _ in range(45):
        body, path = {"a": body}, ("a", *path)

    text = dump_document(body, comments={path: "1234 6789 " * 8})

    assert text.endswith(
        f"{' ' * 90}# {'1234 6789 ' * 3}1234 6789\n{' ' * 90}# {'1234 6789 ' * 3}1234 6789\n{' ' * 90}b: 1\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "yaml-language-server: $schema=https://example.com/" + "long/" * 20 + "schema.json",
        "renovate: datasource=helm depName=cilium " + "x" * 80,
    ],
)
def test_comments_for_programs_stay_on_one_line(line: str) -> None:
    assert dump_document({"a": 1}, comments={("a",): line}) == f"# {line}\na: 1\n"


def test_a_header_stands_at_the_very_top() -> None:
    text = dump_document(
        {"a": 1}, header="yaml-language-server: $schema=x\nWritten by fabricgen.", comments={("a",): "b"}
    )

    assert text == "# yaml-language-server: $schema=x\n# Written by fabricgen.\n# b\na: 1\n"


@pytest.mark.parametrize(
    "character", ["\r", "\v", "\f", "\x00", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\udc80"]
)
def test_no_character_breaks_out_of_a_comment(character: str) -> None:
    text = dump_document({"a": 1}, comments={("a",): f"b{character}c: 2"}, header=f"d{character}e: 3")

    assert text == "# d e: 3\n# b c: 2\na: 1\n"


def test_documents_of_a_stream_are_each_led_by_a_marker() -> None:
    parts = [dump_document({"a": 1}), dump_document(["b"], header="c")]

    assert dump_documents(parts) == "---\na: 1\n---\n# c\n- b\n"
    assert dump_documents([]) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", '"plain"'),
        ("a\nb: #c", '"a\\nb: #c"'),
        ("no", '"no"'),
        (None, "null"),
        (True, "true"),
        (1.0, "1.0"),
        (Mode.NATIVE, '"native"'),
        ([], "[]"),
        ({}, "{}"),
        ({"a": [1, {"b": ()}], "c": "d"}, '{"a": [1, {"b": []}], "c": "d"}'),
    ],
)
def test_inline_is_one_line_with_all_text_quoted(value: object, written: str) -> None:
    assert inline(value) == written
