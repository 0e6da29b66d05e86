"""The ownership record: which files of a tree are ours, and what they said when we wrote them.

Read by the plan, written by `write`. The record is committed beside the files. It carries no version of
fabricgen, so that a release that changes no output changes no byte; its paths are sorted, one a line, so that
two branches that change different files merge.
"""

import hashlib
import json
import re
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import cast

from fabricgen.errors import Problem, TreeError
from fabricgen.tree.disk import read_file
from fabricgen.tree.names import RECORD_NAME, find_bad_names

VERSION = 1
GENERATOR = "fabricgen"

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
_REMEDY = (
    "Restore it from git; or delete it and render again: files that are as they would be written become ours "
    "again, others are reported and left alone"
)
_CONFLICT_REMEDY = "Take either side (`git checkout --ours` or `--theirs` with this file) and render again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Ours, by path: `files` as last written, `pending` as a render that was killed may have left them.

    Both map to `digest` of the content. `pending` is empty except while a render writes: a crash then leaves
    each file as `files` or as `pending` says, so that the next render knows its own work from a hand edit.
    """

    files: Mapping[PurePosixPath, str] = field(default_factory=dict)
    pending: Mapping[PurePosixPath, str] = field(default_factory=dict)

    def settle(self, disk: Mapping[PurePosixPath, bytes | None]) -> "Record":
        """Return the record with the pending files that did arrive on disk taken over, others dropped."""
        arrived = {
            path: expected
            for path, expected in self.pending.items()
            if (data := disk[path]) is not None and digest(data) == expected
        }
        return Record(files={**self.files, **arrived})


def digest(data: bytes) -> str:
    r"""Return `sha256:` and the hash in hex of `data` with `\n` line ends.

    Git can be set to check text out with `\r\n` (core.autocrlf); such a file was not edited by anyone.
    """
    return "sha256:" + hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def dump_record(record: Record) -> bytes:
    """Return the record as JSON with sorted paths; the same record gives the same bytes."""
    content: dict[str, object] = {"version": VERSION, "generator": GENERATOR, "files": _by_name(record.files)}
    if record.pending:
        content["pending"] = _by_name(record.pending)
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _by_name(digests: Mapping[PurePosixPath, str]) -> dict[str, str]:
    return dict(sorted((str(path), value) for path, value in digests.items()))


def read_record(root: Path) -> Record:
    """Return the record of the tree at `root`; an empty one where there is none.

    Raises TreeError where it cannot be read, is not a record, or names what cannot be a file of ours.
    """
    data = read_file(root, PurePosixPath(RECORD_NAME))
    if data is None:
        return Record()
    file = str(root / RECORD_NAME)
    content = _parse(data, file=file)
    _check_version(content.get("version"), file=file)
    problems = [Problem(file=file, message=message, hint=_REMEDY) for message in _find_faults(content)]
    if problems:
        raise TreeError(problems)
    return Record(files=_by_path(content["files"]), pending=_by_path(content.get("pending", {})))


def _by_path(entries: object) -> dict[PurePosixPath, str]:
    checked = cast("dict[str, str]", entries)  # `_find_faults` has seen to it
    return {PurePosixPath(name): value for name, value in checked.items()}


def _parse(data: bytes, *, file: str) -> dict[str, object]:
    text = data.decode(errors="replace")
    if _CONFLICT.search(text):
        raise TreeError([Problem(file=file, message="holds a merge conflict", hint=_CONFLICT_REMEDY)])
    try:
        content = json.loads(data, object_pairs_hook=_refuse_duplicates)
    except (ValueError, RecursionError) as error:
        raise TreeError([Problem(file=file, message=f"is not JSON: {error}", hint=_REMEDY)]) from error
    if not isinstance(content, dict):
        raise TreeError([Problem(file=file, message="is not a JSON object", hint=_REMEDY)])
    return content


def _refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"{reprlib.repr(key)} stands there twice")
        content[key] = value
    return content


def _check_version(version: object, *, file: str) -> None:
    """Raise TreeError unless this is the version we read; of another one, nothing else can be said."""
    if type(version) is int and version == VERSION:
        return
    message = f"is of version {reprlib.repr(version)}, and this fabricgen reads version {VERSION}"
    is_newer = type(version) is int and version > VERSION
    hint = "Update fabricgen: a newer one wrote this" if is_newer else _REMEDY
    raise TreeError([Problem(file=file, message=message, hint=hint)])


def _find_faults(content: dict[str, object]) -> Iterator[str]:
    if content.get("generator") != GENERATOR:
        yield f"is of generator {reprlib.repr(content.get('generator'))}, not {GENERATOR!r}"
    for key in sorted(set(content) - {"version", "generator", "files", "pending"}):
        yield f"holds the unknown key {reprlib.repr(key)}"
    for key in ("files", "pending"):
        yield from _find_entry_faults(key, content.get(key, {} if key == "pending" else None))


def _find_entry_faults(key: str, entries: object) -> Iterator[str]:
    if not isinstance(entries, dict):
        yield f"{key!r} is not an object of paths"
        return
    for name, reason in find_bad_names(entries):
        yield f"{key!r} names {name}, which {reason}"
    for name, value in entries.items():
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            yield f"{key!r} gives {reprlib.repr(name)} a hash that is not `sha256:` and 64 hex digits"
