"""The verdict cache: what was found in a file stays true while the file, the schemas and the program stay the same.

One file a set of options, in the folder that the options name. It is read whole and replaced whole, so two runs that
share it can at worst forget what the other learnt; a file that is damaged in any way is as good as none.
"""

# Importing pathlib, tempfile or hashlib takes longer than a run of which everything is known may.
# ruff: noqa: PTH103, PTH105, PTH116, PTH118, PTH123

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from fabricgen import __version__
from fabricgen.digests import digest_of
from fabricgen.validation.options import Options
from fabricgen.validation.review import Plain

# A file that changed this shortly before it was read may change again without a new time stamp.
# Source: <https://git-scm.com/docs/racy-git>, which tells of the same trap.
_RACY_NANOSECONDS: Final = 2_000_000_000
_FORM: Final = "3"
Stamp = list[int]
"""Size, times of change of content and of inode in nanoseconds, inode: if they are the same, so is the content."""
DigestOf = Callable[[tuple[str, str]], str]
"""From (apiVersion, kind) to what names the content of its schema; empty when there is none."""


def stamp_of(path: str) -> Stamp:
    """Return what tells, without reading it, whether a file is unchanged; empty when it is not a file to be read."""
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return []
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


class Entry(NamedTuple):
    """What is known of one file.

    Attributes:
        stamp: of the file when it was read; empty if that was too shortly after it changed.
        digest: of its content.
        review: what was found in it.
    """

    stamp: Stamp
    digest: str
    review: Plain


class Cache:
    """The reviews of files, by path; `changed` tells whether there is anything to save."""

    def __init__(self, file: str) -> None:
        """Know nothing yet; `file` is where it is kept."""
        self.file = file
        self.entries: dict[str, Entry] = {}
        self.changed = False

    def known(self, path: str, stamp: Stamp) -> Plain | None:
        """Return the review of the file if it is unchanged; it is read only where its time stamps cannot tell."""
        entry = self.entries.get(path)
        if entry is None or not stamp:
            return None
        if entry.stamp == stamp:
            return entry.review
        if entry.stamp and entry.stamp[0] != stamp[0]:
            return None
        with suppress(OSError):
            if digest_of(_read(path)) == entry.digest:
                self.learn(path, stamp=stamp, digest=entry.digest, review=entry.review)
                return entry.review
        return None

    def learn(self, path: str, *, stamp: Stamp, digest: str, review: Plain) -> None:
        """Keep the review of a file that had this stamp before it was read."""
        self.entries[path] = Entry(stamp, digest, review)
        self.changed = True

    def save(self, *, digest: DigestOf, now: int) -> None:
        """Write the cache if it changed; that it cannot be written is no reason to fail."""
        if not self.changed:
            return
        body = json.dumps(
            _saved(self.entries, digest=digest, now=now), ensure_ascii=False, separators=(",", ":")
        ).encode("utf-8", "surrogatepass")
        with suppress(OSError):
            replace_file(self.file, body)


def _saved(entries: Mapping[str, Entry], *, digest: DigestOf, now: int) -> dict[str, Any]:
    """Return what is written: each kind once with its digest, each set of kinds once, entries that point to theirs."""
    kinds = sorted({(one[0], one[1]) for entry in entries.values() for one in entry.review[-1]})
    number = {kind: index for index, kind in enumerate(kinds)}
    sets: dict[tuple[int, ...], int] = {}
    told = {
        path: [
            _settled(entry.stamp, now),
            entry.digest,
            entry.review[:-1],
            sets.setdefault(tuple(number[one[0], one[1]] for one in entry.review[-1]), len(sets)),
        ]
        for path, entry in entries.items()
    }
    return {"kinds": [[*kind, digest(kind)] for kind in kinds], "sets": list(sets), "entries": told}


def _settled(stamp: Stamp, now: int) -> Stamp:
    return stamp if stamp and max(stamp[1], stamp[2]) < now - _RACY_NANOSECONDS else []


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def read_sealed(path: str) -> bytes:
    """Return what `replace_file` wrote. Raises OSError, and ValueError if it is not whole."""
    seal, _, data = _read(path).partition(b"\n")
    if seal != digest_of(data).encode():
        raise ValueError(f"{path} is damaged")
    return data


def replace_file(path: str, data: bytes) -> None:
    """Write a file, sealed, so that whoever reads it meanwhile finds the old one or the new one. Raises OSError."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - only a run that learnt something pays for it

    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=name, delete=False) as whole:
        whole.write(digest_of(data).encode() + b"\n" + data)
    os.replace(whole.name, path)


def name_of(options: Options) -> str:
    """Return what names everything that decides verdicts, besides files and schemas."""
    told = {name: getattr(options, name) for name in Options.__annotations__} | {
        "cache": "",
        "jobs": 0,
        "fail_fast": False,
        "http_cache": "",
    }
    return digest_of(json.dumps([_FORM, __version__, told], default=str, sort_keys=True).encode())


def open_cache(folder: str | os.PathLike[str], options: Options, *, digest: DigestOf) -> Cache:
    """Return the cache of runs with these options: what it knows still holds for today's schemas."""
    cache = Cache(os.path.join(folder, f"{name_of(options)}.json"))
    try:
        _fill(cache, json.loads(read_sealed(cache.file)), digest=digest)
    except (OSError, ValueError, TypeError, KeyError, LookupError):
        cache.entries.clear()
    return cache


def _fill(cache: Cache, saved: Mapping[str, Any], *, digest: DigestOf) -> None:
    kinds = [[version, kind] for version, kind, _ in saved["kinds"]]
    stale = {
        number
        for number, (version, kind, known) in enumerate(saved["kinds"])
        if digest((version, kind)) != known
    }
    fresh = [None if stale.intersection(one) else [kinds[number] for number in one] for one in saved["sets"]]
    for path, (stamp, content, review, number) in saved["entries"].items():
        if (judged := fresh[number]) is not None:
            cache.entries[path] = Entry(stamp, content, [*review, judged])
