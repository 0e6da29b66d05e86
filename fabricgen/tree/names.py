"""Which paths may stand in an output tree, so that git can check it out on Linux, macOS and Windows alike.

Feeds the plan (paths we want) and the ownership record (paths that a file on disk claims to be ours).
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath

RECORD_NAME = ".fabricgen.json"
"""The ownership record, at the top of the tree, committed with it."""

STAGING_NAME = ".fabricgen.tmp"
"""The folder at the top of the tree that new files are staged in; there only while a render writes."""

MAX_PART_BYTES = 255  # ext4 and APFS
MAX_PATH_BYTES = 1023  # macOS' PATH_MAX is 1024 with the closing NUL

# From: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"]
)
_WINDOWS_FORBIDDEN = frozenset('\\:*?"<>|')


def _is_device(part: str) -> bool:
    return part.partition(".")[0].rstrip(" ").casefold() in _WINDOWS_DEVICES


_PART_RULES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("leads out of the folder with `..`", lambda part: part == ".."),
    (
        'holds one of \\ : * ? " < > |, which Windows forbids',
        lambda part: bool(_WINDOWS_FORBIDDEN & set(part)),
    ),
    ("holds a character that cannot be printed", lambda part: not part.isprintable()),
    ("has a part that ends with a dot or a space", lambda part: part != ".." and part.endswith((".", " "))),
    ("has a part that is a device on Windows", _is_device),
    (f"has a part longer than {MAX_PART_BYTES} bytes", lambda part: _count_bytes(part) > MAX_PART_BYTES),
    ("lies in git's own folder", lambda part: part.casefold() == ".git"),
)


def find_bad_names(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (name, reason) for each name that is no plain relative POSIX path, or not allowed everywhere.

    The order is that of `names`; a name with several faults comes several times. The name is quoted, and cut
    where it is very long; the reason reads on after it: "'../x' leads out of the folder with `..`".
    """
    for name in names:
        for reason in _reasons_of(name):
            yield _shorten(name), reason


@lru_cache(maxsize=4096)
def _reasons_of(name: str) -> tuple[str, ...]:
    """A render asks three times for each name, and the clusters of a fleet have the same ones."""
    return tuple(_find_reasons(name))


def _find_reasons(name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    if path.is_absolute():
        yield "is an absolute path"
        return
    if not path.parts or str(path) != name:
        yield "has parts that are empty or `.`"
    if _count_bytes(name) > MAX_PATH_BYTES:
        yield f"is longer than {MAX_PATH_BYTES} bytes"
    if path.parts and path.parts[0].casefold() in {RECORD_NAME, STAGING_NAME}:
        yield "is a name that fabricgen keeps for itself"
    for reason, breaks_rule in _PART_RULES:
        if any(breaks_rule(part) for part in path.parts):
            yield reason


def find_twins(paths: Iterable[PurePosixPath]) -> list[tuple[PurePosixPath, PurePosixPath]]:
    """Return pairs of files or folders that are one and the same where case and accents are folded.

    macOS and Windows fold; there, one of the two would overwrite the other. Sorted, each pair once.
    """
    seen: dict[str, PurePosixPath] = {}
    twins: dict[tuple[PurePosixPath, PurePosixPath], None] = {}
    for path in sorted(paths):
        for place in (*reversed(path.parents[:-1]), path):
            first = seen.setdefault(fold(place), place)
            if first != place:
                twins[first, place] = None
    return list(twins)


def find_nested(paths: Iterable[PurePosixPath]) -> list[tuple[PurePosixPath, PurePosixPath]]:
    """Return (file, other) where `file` would also have to be a folder, to hold `other`. Sorted."""
    files = sorted(paths)
    known = frozenset(files)
    return [(parent, path) for path in files for parent in path.parents if parent in known]


def _shorten(name: str) -> str:
    return repr(name if len(name) <= MAX_PART_BYTES else f"{name[:50]}…{name[-50:]}")


def _count_bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def fold(path: PurePosixPath) -> str:
    """Return the same text for spellings that APFS or NTFS may take for one name."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", str(path)).casefold())
