"""Files that are read, and all those that are not: each with a sentence, none waited for."""

import os
import socket
from pathlib import Path

import pytest

from fabricgen.yamlio import UnreadableFileError, YamlSyntaxError, iter_documents, read_limited


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\n---\nb: 2\n")

    assert read_limited(path) == b"a: 1\n---\nb: 2\n"
    assert list(iter_documents(str(path))) == [("a: 1\n", 1), ("b: 2\n", 3)]


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: None, "there is no such file"),
        (os.mkfifo, "this is a pipe, not a file"),
        (Path.mkdir, "this is a folder, not a file"),
        (make_socket, "this is a socket or a device, not a file"),
        (lambda path: path.symlink_to(path), "this link leads back to itself"),
        (lambda path: path.symlink_to("nowhere"), "there is no such file"),
        (lambda path: path.symlink_to("/dev/null"), "this is a device, not a file"),
        (lambda path: path.symlink_to(f"{__file__}/a"), "there is no such file"),
    ],
)
def test_what_is_no_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert callable(make)
    make(tmp_path / "a.yaml")

    with pytest.raises(UnreadableFileError) as caught:
        read_limited(tmp_path / "a.yaml")

    assert caught.value.reason == reason
    assert str(caught.value) == f"{tmp_path / 'a.yaml'}:1:1: {reason}"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a" * 300, "no file can have a name of this length"), ("a\0b", "no file can have a NUL in its name")],
)
def test_a_name_that_no_file_can_have_is_told(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        list(iter_documents(str(tmp_path / name)))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.touch(mode=0o000)

    with pytest.raises(UnreadableFileError, match="this may not be read"):
        read_limited(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(UnreadableFileError, match="this file is larger than 256 MiB, the most that is read"):
        read_limited(path)
    with pytest.raises(UnreadableFileError, match="this file is larger than 256 MiB, the most that is read"):
        next(iter_documents(path))


def test_a_file_of_no_known_size_is_read_up_to_the_limit() -> None:
    assert b"\n" in read_limited("/proc/self/status")
    with pytest.raises(UnreadableFileError, match=r"this file is larger than 9\.53674e-07 MiB"):
        read_limited("/proc/self/status", most=1)


def test_a_large_file_of_many_documents_gives_each_with_its_line(tmp_path: Path) -> None:
    document = "# é\n%YAML 1.1\n---\na: é\n...\n"
    path = tmp_path / "a.yaml"
    path.write_text(document * 200_000, encoding="utf-8")

    lines = [chunk.line for chunk in iter_documents(path)]

    assert lines == [1, *range(7, 1_000_000, 5)]


def test_a_document_that_is_too_large_ends_the_reading_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\n---\nb: " + b"x" * 40_000_000)
    documents = iter_documents(path)

    first = next(documents)

    assert first == ("a: 1\n", 1)
    with pytest.raises(
        YamlSyntaxError, match=r"a\.yaml:2:1: this document has more than 8,388,608 characters"
    ):
        next(documents)


def test_a_bad_byte_deep_in_a_large_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\n---\n" * 500_000 + b"b: \xff\n")

    with pytest.raises(YamlSyntaxError, match=r"a\.yaml:1000001:4: the byte 0xFF is not UTF-8"):
        list(iter_documents(path))
