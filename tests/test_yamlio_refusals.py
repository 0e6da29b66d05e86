"""What cannot be written as YAML, and how that is told."""

from typing import Any

import pytest

from fabricgen.yamlio import dump_document, inline


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "a.b[1]: a set cannot be written as YAML"),
        (b"x", "a.b[1]: a bytes cannot be written as YAML"),
        (object(), "a.b[1]: a object cannot be written as YAML"),
        ({"c": {1: 2}}, "a.b[1].c: the key 1 is not text but a int"),
        ({None: 2}, "a.b[1]: the key None is not text but a NoneType"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_path(value: object, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        dump_document({"a": {"b": [0, value]}})
    with pytest.raises(TypeError) as caught_inline:
        inline({"a": {"b": [0, value]}})

    assert str(caught.value) == message
    assert str(caught_inline.value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "a[0]: nan is not a number that Kubernetes can keep"),
        (float("-inf"), "a[0]: -inf is not a number that Kubernetes can keep"),
        (2**64, "a[0]: the number has 65 bits, and Kubernetes keeps only 64 of them"),
        (-(2**63) - 1, "a[0]: the number has 64 bits, and Kubernetes keeps only 64 of them"),
        ("x\ud800", "a[0]: U+D800 is half of a surrogate pair, which cannot be written"),
        ({"\udfff": 1}, "a[0]: U+DFFF is half of a surrogate pair, which cannot be written"),
        (
            {"k" * 1001: 1},
            "a[0]: the key 'kkkkkkkkkkkkkkkkkkkk'… is too long for YAML's keys, 1,001 characters",
        ),
    ],
)
def test_a_value_that_no_reader_would_give_back_is_refused_with_its_path(value: object, message: str) -> None:
    with pytest.raises(ValueError, match="a") as caught:
        dump_document({"a": [value]})
    with pytest.raises(ValueError, match="a") as caught_inline:
        inline({"a": [value]})

    assert str(caught.value) == message
    assert str(caught_inline.value).startswith("a[0]: ")


@pytest.mark.parametrize("body", ["text", 1, None, {1}])
def test_a_document_of_another_type_is_refused(body: Any) -> None:
    with pytest.raises(TypeError, match=r"^a document is a mapping or a list, not a (str|int|NoneType|set)$"):
        dump_document(body)


def test_a_mapping_that_contains_itself_is_refused() -> None:
    body: dict[str, Any] = {}
    body["a"] = [body]

    with pytest.raises(ValueError, match=r"^a\[0\]\.a\[0\]\.a…: this is nested deeper than 200 levels$"):
        dump_document(body)
    with pytest.raises(ValueError, match=r"^a\[0\]\.a\[0\]\.a…: this is nested deeper than 200 levels$"):
        inline(body)
