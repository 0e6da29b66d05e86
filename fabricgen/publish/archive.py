"""Files -> the one layer of an artifact: a tar file in gzip, the same bytes on every machine.

Fed by `content`; feeds `artifact`. Everything that differs from machine to machine is left out: order, times, owners,
modes, and the compression. What zlib makes of the same bytes depends on its version and build (some Pythons are built
with zlib-ng), and the digest of a layer is that of the compressed bytes. So the layer is in the format gzip, as Flux
wants it, with its content stored as it is: RFC 1952 around RFC 1951's blocks of type 00, of which there is one way only.
"""

import io
import struct
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

# RFC 1952, 2.3: magic, method deflate, no flags, no time, no extra flags, operating system unknown.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
# RFC 1951, 3.2.4: the length of a stored block has 16 bits.
_BLOCK = 0xFFFF
_MODE = 0o644


def pack_files(files: Mapping[PurePosixPath, bytes]) -> bytes:
    """Return a tar file of the files, sorted by path; without folders, which Flux makes as it needs them.

    Source: `Untar` of https://github.com/fluxcd/pkg (tar/untar.go at kustomize/v1.39.0), which makes parent folders.
    """
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as archive:
        for path, content in sorted(files.items(), key=lambda one: str(one[0])):
            member = tarfile.TarInfo(str(path))
            member.size, member.mode, member.mtime = len(content), _MODE, 0
            archive.addfile(member, io.BytesIO(content))
    return whole.getvalue()


def gzip_stored(content: bytes) -> bytes:
    """Return the content in the format gzip, uncompressed."""
    check = struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return b"".join((_HEADER, *_stored_blocks(content), check))


def _stored_blocks(content: bytes) -> Iterator[bytes]:
    starts = range(0, len(content), _BLOCK) or (0,)
    for start in starts:
        block = content[start : start + _BLOCK]
        last = start + _BLOCK >= len(content)
        yield struct.pack("<BHH", last, len(block), len(block) ^ _BLOCK) + block
