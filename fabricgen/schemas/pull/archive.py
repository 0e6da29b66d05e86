"""Reads single files out of a tar.gz, in memory: nothing is unpacked to disk, and nothing unexpected is accepted.

Fed by `pull` with packaged Helm charts.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from fabricgen.schemas.errors import SchemaError

MOST_MEMBERS: Final = 5_000
MOST_BYTES: Final = 64 * 2**20
"""Far more than any chart holds: Cilium's has some 250 members and 3 MB."""

_CHUNK: Final = 64 * 1024


def members_of(data: bytes, wanted: Collection[str], *, source: str) -> Mapping[str, bytes]:
    """Return the wanted files of the archive `data` by name; all of them are there.

    Raises:
        SchemaError: it is no tar.gz or ends early; a wanted file is missing or there twice; it holds a link, a device
            or a name that leads out of it; it is larger than `MOST_BYTES` or holds more than `MOST_MEMBERS`.
    """
    try:
        found = _read(data, wanted)
    except _Refused as refused:
        raise SchemaError(f"{source}: the archive is refused: {refused}") from refused
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, RecursionError) as error:
        raise SchemaError(
            f"{source}: is no whole tar.gz archive: {str(error) or type(error).__name__}"
        ) from error
    missing = [name for name in wanted if name not in found]
    if missing:
        raise SchemaError(f"{source}: the archive has no {', '.join(sorted(missing))}")
    return found


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """An archive that could be read and must not be."""


class _Limited(io.RawIOBase):
    """What comes out of the decompressor, until there is too much of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._stream = gzip.GzipFile(fileobj=io.BytesIO(data))
        self._left = MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes."""
        chunk = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(chunk)
        if self._left < 0:
            raise _Refused(f"it holds more than {MOST_BYTES // 2**20} MiB")
        return chunk


def _read(data: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    stream = _Limited(data)
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in _checked(archive):
            if member.name not in wanted:
                continue
            if member.name in found:
                raise _Refused(f"{member.name} is in it twice")
            file = archive.extractfile(member)
            found[member.name] = b"" if file is None else file.read()
            if len(found[member.name]) != member.size:
                raise EOFError(f"{member.name} is cut off")
    while stream.read(_CHUNK):  # to the checksum, which tells whether it is whole
        pass
    return found


def _checked(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the regular files, every member checked before."""
    for number, member in enumerate(archive, start=1):
        if number > MOST_MEMBERS:
            raise _Refused(f"it holds more than {MOST_MEMBERS} members")
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name:
            raise _Refused(f"{member.name!r} leads out of it")
        if member.size > MOST_BYTES:
            raise _Refused(f"{member.name!r} has {member.size} bytes")
        if not member.isreg() and not member.isdir():
            raise _Refused(f"{member.name!r} is neither a file nor a folder")
        if member.isreg():
            yield member
