"""Files to the texts of their documents: regular files of a bounded size, however many documents they hold.

Used by whoever reads what is not our own. What cannot be read is told in a sentence and never waited for.
"""

import os
import re
import stat
from collections.abc import Iterator
from errno import EACCES, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO, EPERM
from typing import Final

from fabricgen.yamlio.decoding import decode
from fabricgen.yamlio.limits import MOST_BYTES_OF_A_FILE, MOST_CHARACTERS, TOO_LONG
from fabricgen.yamlio.parsed import YamlProblem
from fabricgen.yamlio.problems import YamlSyntaxError
from fabricgen.yamlio.splitting import Chunk, split_documents

_BLOCK: Final = 4 * 2**20
# Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_MARKER: Final = rb"\n---(?=[ \t\r\n])"

_REASONS: Final = {
    EACCES: "this may not be read",
    EISDIR: "this is a folder, not a file",
    ELOOP: "this link leads back to itself",
    ENAMETOOLONG: "no file can have a name of this length",
    ENOENT: "there is no such file",
    ENOTDIR: "there is no such file",
    ENXIO: "this is a socket or a device, not a file",
    EPERM: "this may not be read",
}
_KINDS: Final = (
    (stat.S_ISDIR, "this is a folder, not a file"),
    (stat.S_ISFIFO, "this is a pipe, not a file"),
    (stat.S_ISCHR, "this is a device, not a file"),
    (stat.S_ISBLK, "this is a device, not a file"),
)


class UnreadableFileError(YamlSyntaxError):
    """A file cannot be read at all; `reason` is the sentence that tells why."""

    def __init__(self, path: str, reason: str) -> None:
        """Keep why the file at `path` cannot be read."""
        self.reason = reason
        super().__init__(path, (YamlProblem(line=1, column=1, problem=reason),))


def read_limited(path: str | os.PathLike[str], *, most: int = MOST_BYTES_OF_A_FILE) -> bytes:
    """All bytes of the regular file at `path`.

    Raises:
        UnreadableFileError: it is no regular file, may not be read, or has more than `most` bytes.
    """
    return b"".join(_iter_blocks(os.fspath(path), most=most))


def iter_documents(path: str | os.PathLike[str]) -> Iterator[Chunk]:
    """The documents of the file at `path` as `split_documents` gives them; large files are never held whole.

    Raises:
        UnreadableFileError: as `read_limited`.
        YamlSyntaxError: at the first byte that is not UTF-8, or a document that is too large.
    """
    name = os.fspath(path)
    data, line = b"", 1
    for block in _iter_blocks(name, most=MOST_BYTES_OF_A_FILE):
        data += block
        if len(data) >= _BLOCK:
            cut = _find_cut(data)
            yield from _split(data[:cut], name=name, line=line)
            line += data.count(b"\n", 0, cut)
            data = data[cut:]
            if len(data) > 4 * MOST_CHARACTERS:  # that many bytes have more characters than are allowed
                raise YamlSyntaxError(name, (YamlProblem(line=line, column=1, problem=TOO_LONG),))
    yield from _split(data, name=name, line=line)


def _iter_blocks(name: str, *, most: int) -> Iterator[bytes]:
    if "\0" in name:
        raise UnreadableFileError(name, "no file can have a NUL in its name")
    try:
        descriptor = os.open(name, _FLAGS)
        try:
            yield from _read(descriptor, name=name, most=most)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableFileError(name, _REASONS.get(error.errno or 0) or str(error.strerror)) from None


def _read(descriptor: int, *, name: str, most: int) -> Iterator[bytes]:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        reason = next((said for holds, said in _KINDS if holds(found.st_mode)), "this is not a file")
        raise UnreadableFileError(name, reason)
    size, length = 0, min(found.st_size + 1, _BLOCK)
    # What is read counts too: a file may grow meanwhile, and those in /proc have no size at all.
    while size <= most >= found.st_size and (block := os.read(descriptor, length)):
        yield block
        size, length = size + len(block), _BLOCK
    if max(size, found.st_size) > most:
        raise UnreadableFileError(
            name, f"this file is larger than {most / 2**20:g} MiB, the most that is read"
        )


def _split(data: bytes, *, name: str, line: int) -> Iterator[Chunk]:
    chunks = split_documents(decode(data, source=name, line=line))
    return iter(chunks) if line == 1 else (Chunk(text, line + first - 1) for text, first in chunks)


def _find_cut(data: bytes) -> int:
    """Where the last document of `data` starts, its directives included; 0 when it has only one."""
    cut = 0
    for marker in re.finditer(_MARKER, data):
        cut = marker.start() + 1
    while cut and data.startswith(b"%", start := data.rfind(b"\n", 0, cut - 1) + 1):
        cut = start
    return cut
