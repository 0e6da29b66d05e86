"""A text of many documents to the text of each: where it is cut, and at which line each starts."""

import pytest

from fabricgen.yamlio import read_documents, read_value, split_documents


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("a: 1\n", [("a: 1\n", 1)]),
        ("a: 1", [("a: 1", 1)]),
        ("---\na: 1\n", [("a: 1\n", 2)]),
        ("a: 1\n---\nb: 2", [("a: 1\n", 1), ("b: 2", 3)]),
        ("---\n---\na: 1\n---\n", [("a: 1\n", 3)]),
        ("--- # why\na: 1\n---\t\nb: 2\n--- \n", [("a: 1\n", 2), ("b: 2\n", 4)]),
        ("a: 1\n--- {b: 2}\n---\nc: 3\n", [("a: 1\n", 1), ("--- {b: 2}\n", 2), ("c: 3\n", 4)]),
        ("a: 1\r\n---\r\nb: 2\r\n", [("a: 1\r\n", 1), ("b: 2\r\n", 3)]),
        ("\ufeffa: 1\n---\nb: 2\n", [("a: 1\n", 1), ("b: 2\n", 3)]),
        ("a: 1\n...\n---\nb: 2\n", [("a: 1\n...\n", 1), ("b: 2\n", 4)]),
        ("---a: 1\n----: 2\n", [("---a: 1\n----: 2\n", 1)]),
        ("a: |\n  b\n  ---\n---\nc: 1\n", [("a: |\n  b\n  ---\n", 1), ("c: 1\n", 5)]),
        ("# a\n---\n\n  # b\n---\nc: 1\n---\n... # d\n", [("c: 1\n", 6)]),
        (
            "%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n--- b\n",
            [("%YAML 1.1\n---\na: 1\n...\n", 1), ("%YAML 1.1\n--- b\n", 5)],
        ),
        ("a: 1\r---\rb: 2", [("a: 1\r", 1), ("---\rb: 2", 2)]),
        ("", []),
        ("# only\n  \n", []),
    ],
)
def test_a_text_is_cut_at_its_markers_and_each_part_knows_its_line(
    text: str, chunks: list[tuple[str, int]]
) -> None:
    assert split_documents(text) == chunks


def test_each_part_is_read_to_what_it_is_in_the_whole() -> None:
    text = "a: 1\n--- |\n b\n---\n# c\n- d\n...\n--- e # f\n"

    parts = [read_value(chunk.text) for chunk in split_documents(text)]

    assert parts == [document.value for document in read_documents(text)] == [{"a": 1}, "b\n", ["d"], "e"]


def test_what_is_wrong_stays_wrong_in_the_part_where_it_is() -> None:
    first, second = (
        split_documents("%TAG ! a\n--- [\n---\nb: 1\n--- c\n")[:1],
        split_documents("a: 'b\n---\nc'\n"),
    )

    assert [chunk.line for chunk in first] == [1]
    assert [chunk.text for chunk in second] == ["a: 'b\n", "c'\n"]
