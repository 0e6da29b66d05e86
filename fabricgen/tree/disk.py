"""Reads single files of an output tree, and follows no symlink on the way. Feeds the plan and the record."""

import stat
from pathlib import Path, PurePosixPath

from fabricgen.errors import Problem, TreeError


def read_file(root: Path, path: PurePosixPath) -> bytes | None:
    """Return the bytes of the file at `path` under `root`, or None where there is none.

    Raises TreeError, naming the place: where the root, a folder on the way or the file itself is a symlink,
    where a folder stands in the place of a file or the other way round, where the system refuses to read.
    """
    place = root
    try:
        for part in path.parts:
            if not _is_folder(place):
                return None
            place /= part
        return _read_regular(place)
    except OSError as error:
        problem = Problem(
            file=str(place),
            message=f"cannot be read: {error.strerror or error}",
            hint=_MOVE if isinstance(error, NotADirectoryError) else "make it readable, or look at the disk",
        )
        raise TreeError([problem]) from error


def list_names(folder: Path) -> tuple[str, ...]:
    """Return what is in a folder, sorted; nothing where there is none, or where it is no folder."""
    try:
        return tuple(sorted(place.name for place in folder.iterdir()))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        problem = Problem(
            file=str(folder),
            message=f"cannot be read: {error.strerror or error}",
            hint="make it readable, or look at the disk",
        )
        raise TreeError([problem]) from error


def _is_folder(place: Path) -> bool:
    mode = _mode_of(place)
    if mode is not None and not stat.S_ISDIR(mode):
        raise TreeError(
            [Problem(file=str(place), message="a file stands where a folder is needed", hint=_MOVE)]
        )
    return mode is not None


def _read_regular(place: Path) -> bytes | None:
    mode = _mode_of(place)
    if mode is None:
        return None
    if stat.S_ISDIR(mode):
        raise TreeError(
            [Problem(file=str(place), message="a folder stands where a file is expected", hint=_MOVE)]
        )
    if not stat.S_ISREG(mode):
        raise TreeError([Problem(file=str(place), message="is not a regular file", hint=_MOVE)])
    try:
        return place.read_bytes()
    except FileNotFoundError:  # another render has just removed it
        return None


def _mode_of(place: Path) -> int | None:
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        message = "is a symlink; nothing is read or written through one, since it may lead elsewhere"
        raise TreeError([Problem(file=str(place), message=message, hint=_MOVE)])
    return mode


_MOVE = "Move it away and render again"
