"""A file on the disk -> text, with a sentence for every way in which that fails."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NoReturn

from fabricgen.errors import DescriptionError, Problem

MOST_BYTES: Final = 1024 * 1024
"""Far more than twenty nodes need; it keeps a file that was named by mistake out of memory."""


def read_source(path: Path) -> str:
    """Return the text of the file.

    Raises:
        DescriptionError: there is no such file, it is no file, it may not be read, is empty, too large or not UTF-8.
    """
    try:
        data = _read_bytes(path)
    except OSError as error:
        raise DescriptionError([_why_unreadable(path, error)]) from error
    if not data.strip():
        _refuse(path, "is empty", hint="a description starts with `name:`")
    return _decode(path, data)


def _why_unreadable(path: Path, error: OSError) -> Problem:
    match error:
        case FileNotFoundError() if path.is_symlink():
            return Problem(
                message=f"is a link to {path.readlink()}, which does not exist",
                file=str(path),
                hint="point the link at the description, or remove it",
            )
        case FileNotFoundError():
            return Problem(message="does not exist", file=str(path), hint=_similar(path))
        case PermissionError():
            return Problem(
                message="may not be read by this user", file=str(path), hint="make it readable: chmod u+r"
            )
        case _:
            return Problem(
                message=f"cannot be read: {error.strerror}",
                file=str(path),
                hint="see whether the path and the disk are right",
            )


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        _refuse(path, "is a folder", hint=_inside(path))
    if path.exists() and not path.is_file():
        _refuse(path, "is not a regular file")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        _refuse(path, f"is larger than {MOST_BYTES // 1024} KiB, which no description is")
    return data


def _decode(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(path, "is UTF-16", hint="save it as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
    raise DescriptionError(
        [Problem(message=message, file=str(path), line=line, column=column, hint="save the file as UTF-8")]
    )


def _similar(path: Path) -> str:
    near = get_close_matches(path.name, _descriptions(path.parent), n=1)
    return f"did you mean {path.parent / near[0]}?" if near else ""


def _inside(path: Path) -> str:
    names = sorted(_descriptions(path))
    return (
        f"name a description in it, such as {path / names[0]}"
        if names
        else "name a description, a .yaml file"
    )


def _descriptions(folder: Path) -> Iterable[str]:
    return [file.name for pattern in ("*.yaml", "*.yml") for file in folder.glob(pattern)]


def _refuse(path: Path, message: str, *, hint: str = "") -> NoReturn:
    raise DescriptionError([Problem(message=message, file=str(path), hint=hint)])
