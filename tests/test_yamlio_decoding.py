"""Bytes to text: UTF-8 with or without its mark; everything else is told with its place."""

import codecs

import pytest

from fabricgen.yamlio import YamlSyntaxError, decode


@pytest.mark.parametrize("data", ["a: é\n".encode(), codecs.BOM_UTF8 + "a: é\n".encode()])
def test_utf_8_is_read_and_its_mark_left_out(data: bytes) -> None:
    assert decode(data) == "a: é\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a: é".encode("latin-1"), "1:4: the byte 0xE9 is not UTF-8, which all YAML here is: save the text as UTF-8"),
        ("é: 1\nü: ".encode() + b"\xff", "2:4: the byte 0xFF is not UTF-8, which all YAML here is: save the text as UTF-8"),
        (codecs.BOM_UTF8 + b"a: \x80", "1:4: the byte 0x80 is not UTF-8, which all YAML here is: save the text as UTF-8"),
        ("a: 1".encode("utf-16"), "1:1: this is UTF-16, and only UTF-8 is read: save it as UTF-8"),
        (codecs.BOM_UTF16_BE + "a".encode("utf-16-be"), "1:1: this is UTF-16, and only UTF-8 is read: save it as UTF-8"),
        ("a: 1".encode("utf-32"), "1:1: this is UTF-32, and only UTF-8 is read: save it as UTF-8"),
        (codecs.BOM_UTF32_BE + "a".encode("utf-32-be"), "1:1: this is UTF-32, and only UTF-8 is read: save it as UTF-8"),
    ],
)  # fmt: skip
def test_what_is_not_utf_8_is_told_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(YamlSyntaxError) as caught:
        decode(data, source="x.yaml")

    assert str(caught.value) == f"x.yaml:{message}"
