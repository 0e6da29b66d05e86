"""Paths, folders and globs -> the files that are validated, in an order that is always the same.

Fed by `run`. Folders are walked as kubeconform walks them, by name and without following links to folders, except
that what is hidden (`.git`, `.sops.yaml`) is left out: as Flux's own tools have it.
"""
# Importing pathlib alone takes 8 ms, and a Path for each of ten thousand files takes longer than finding them.
# ruff: noqa: PTH110, PTH112, PTH116, PTH118, PTH206, PTH208

from __future__ import annotations

import os
import stat
from functools import partial
from itertools import chain
from operator import attrgetter

TYPE_CHECKING = False  # as in typing, whose import takes longer than a whole cached run may
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Final

    from fabricgen.errors import Problem

    Search = Callable[[str], object]

SUFFIXES: Final = (".yaml", ".yml", ".json")
_MAGIC: Final = "*?["
_by_name = attrgetter("name")


def find_files(paths: Sequence[str], *, ignore: Sequence[str] = ()) -> Iterator[str]:
    """Return the files at and below `paths`, each once, as they are found.

    A named file is taken whatever its suffix; in folders and globs only manifests are. A folder that cannot be listed
    is returned itself, so that whoever tries to read it says so. `ignore` holds regular expressions in RE2's syntax; a
    file whose path matches one anywhere is left out.

    Raises:
        ProblemsError: with every path that leads nowhere, and every expression that is none.
    """
    ignored, problems = _read_expressions(ignore)
    finders: list[Callable[[], Iterator[str]]] = []
    for path in paths:
        finder = _finder(path)
        if finder is None:
            problems.append(_nowhere(path))
        else:
            finders.append(finder)
    if problems:
        from fabricgen.errors import ProblemsError  # noqa: PLC0415 - only a run that fails pays for it

        raise ProblemsError(problems)
    return _each(finders, ignored)


def _each(finders: Sequence[Callable[[], Iterator[str]]], ignored: Sequence[Search]) -> Iterator[str]:
    found = (file for finder in finders for file in finder())
    if ignored:
        found = (file for file in found if not any(matches(file) for matches in ignored))
    return found if len(finders) == 1 else _once(found)


def _once(files: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for file in files:
        name = file.removeprefix("./")
        if name not in seen:
            seen.add(name)
            yield file


def _finder(path: str) -> Callable[[], Iterator[str]] | None:
    """Return what finds the files of one path; nothing if there is none."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):  # ValueError: a NUL byte
        if "\0" not in path and os.path.lexists(path):
            return partial(iter, (path,))
        return _glob(path) if any(sign in path for sign in _MAGIC) else None
    return partial(_walk, path.rstrip(os.sep) or os.sep) if stat.S_ISDIR(mode) else partial(iter, (path,))


def _walk(folder: str) -> Iterator[str]:
    """Yield the manifests below `folder`, by name.

    Links to folders are not followed, so there are no loops. What is still to be looked at stands in a list, because
    Python's own stack is not as deep as paths may be.
    """
    pending: list[os.DirEntry[str]] = []
    try:
        pending = _list(folder)
    except OSError:
        yield folder
    while pending:
        entry = pending.pop()
        try:
            if entry.is_dir(follow_symlinks=False):
                pending += _list(entry.path)
            elif _is_manifest(entry):
                yield entry.path.removeprefix("./")
        except OSError:
            yield entry.path.removeprefix("./")


def _list(folder: str) -> list[os.DirEntry[str]]:
    """Return what is in a folder, the last name first."""
    with os.scandir(folder) as entries:
        shown = [entry for entry in entries if entry.name[0] != "."]
    shown.sort(key=_by_name, reverse=True)
    return shown


def _is_manifest(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is to be read; a link that leads nowhere is, so that it is told of."""
    if not (entry.name.endswith(SUFFIXES) or entry.name.lower().endswith(SUFFIXES)):
        return False
    return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))


def _glob(pattern: str) -> Callable[[], Iterator[str]] | None:
    """Return what finds the manifests that a pattern matches, or that are in a folder which it matches."""
    parts = pattern.removeprefix("./").split(os.sep)
    fixed = next(number for number, part in enumerate(parts) if any(sign in part for sign in _MAGIC))
    folder = os.sep.join(parts[:fixed]) or (os.sep if pattern.startswith(os.sep) else os.curdir)
    wanted = [part for part in parts[fixed:] if part]
    start = len(folder.rstrip(os.sep)) + 1 if folder != os.curdir else 0
    found = (file for file in _walk(folder) if _matches(file[start:].split(os.sep), wanted))
    first = next(found, None) if os.path.isdir(folder) else None
    return partial(chain, (first,), found) if first is not None else None


def _matches(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Tell whether the first of `names` are what `parts` say; `**` is any number of folders."""
    from fnmatch import fnmatchcase  # noqa: PLC0415 - only a glob pays for it

    if not parts or not names:
        return not parts
    if parts[0] == "**":
        return any(_matches(names[skip:], parts[1:]) for skip in range(len(names)))
    return fnmatchcase(names[0], parts[0]) and _matches(names[1:], parts[1:])


def _read_expressions(written: Sequence[str]) -> tuple[list[Search], list[Problem]]:
    """Return the search of each regular expression, and what is wrong with those that are none."""
    if not written:
        return [], []
    # Imported here because only a run that leaves files out pays for it.
    from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError  # noqa: PLC0415

    from fabricgen.errors import Problem  # noqa: PLC0415
    from fabricgen.validation.structure.re2 import PatternError, to_rust  # noqa: PLC0415

    searches: list[Search] = []
    problems: list[Problem] = []
    for one in written:
        try:
            pattern = {"pattern": to_rust(one)}
            searches.append(Draft202012Validator(pattern, pattern_options=RegexOptions()).is_valid)
        except (PatternError, ValidationError):
            hint = "the syntax is RE2's, as in Go"
            problems.append(Problem(message=f"{one!r} is not a regular expression", hint=hint))
    return searches, problems


def _nowhere(path: str) -> Problem:
    from fabricgen.errors import Problem  # noqa: PLC0415 - only a run that fails pays for it

    if any(sign in path for sign in _MAGIC):
        return Problem(
            message=f"{path!r}: nothing here matches", hint="a glob finds .yaml, .yml and .json files"
        )
    return Problem(message=f"{path!r}: there is no such file or folder", hint=_nearest(path))


def _nearest(path: str) -> str:
    """Return a hint at a name in the same folder that is like the last one of `path`; may be empty."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a run that fails pays for it

    folder, name = os.path.split(path.rstrip(os.sep))
    try:
        near = get_close_matches(name, os.listdir(folder or os.curdir), n=1)
    except (OSError, ValueError):
        return ""
    return f"did you mean {os.path.join(folder, near[0])}?" if near else ""
