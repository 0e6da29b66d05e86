"""What must hold for every text that is read: laws for hypothesis, for the fuzzer and for its corpus."""

from typing import Any

from fabricgen.yamlio import (
    YamlDocument,
    YamlSyntaxError,
    decode,
    read_documents,
    read_value,
    split_documents,
)
from fabricgen.yamlio.familiar import is_familiar


def check_reading(data: bytes) -> None:
    """Any bytes at all are read, or refused with an error of ours, and the laws hold for each document."""
    try:
        text = decode(data)
    except YamlSyntaxError:
        return
    for chunk in split_documents(text):
        check_value(chunk.text)
    check_splitting(text)


def check_value(text: str) -> None:
    """`read_value` gives what the exact reader gives, whichever way it went."""
    assert show(_read(text)) == show(_read_exactly(text)), text


def check_splitting(text: str) -> None:
    """The documents of a text and the documents of its chunks are the same, and so are their lines."""
    if (
        "\ufeff" in text[1:]
    ):  # a mark before a later document is skipped in the chunk only, as Kubernetes does
        return
    chunks = split_documents(text)
    parts = [_documents(chunk.text) for chunk in chunks]
    whole = _documents(text)
    if whole is None or None in parts:
        assert whole is None, text
        assert None in parts, text
        return
    read = [
        (show(document.value), document.positions[()].line + chunk.line - 1)
        for chunk, part in zip(chunks, parts, strict=True)
        for document in part or ()
    ]
    assert read == [(show(document.value), document.positions[()].line) for document in whole], text


def is_read_fast(text: str) -> bool:
    """Whether `text`, which ends with a line feed, is not left to the exact reader."""
    return is_familiar(text)


def show(value: Any) -> str:
    """A text in which values differ that differ in anything, such as 1, 1.0 and true, or the order of keys."""
    return repr(value)


def _read(text: str) -> object:
    try:
        return read_value(text)
    except YamlSyntaxError:
        return YamlSyntaxError


def _read_exactly(text: str) -> object:
    documents = _documents(text)
    if documents is None or len(documents) > 1 or any(document.refused for document in documents):
        return YamlSyntaxError
    return documents[0].value if documents else None


def _documents(text: str) -> tuple[YamlDocument, ...] | None:
    try:
        return read_documents(text)
    except YamlSyntaxError:
        return None
