"""A page -> a file, whole or not at all, and over nothing but an older page. Used by the command."""

from pathlib import Path
from typing import Final

from fabricgen.atomic import replace_file
from fabricgen.errors import Problem, ProblemsError
from fabricgen.report.page import GENERATOR

_OURS: Final = f'<meta name="generator" content="{GENERATOR} '.encode()
_HEAD: Final = 4096


def write_page(folder: Path, name: str, page: str) -> Path:
    """Write the page of a cluster to `folder`, and return its file.

    Raises:
        ProblemsError: something else has that place, or the system refuses.
    """
    file = folder / f"{name}.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if file.exists() and not _is_ours(file):
            hint = "move it away, or name another folder with --output"
            raise ProblemsError(
                [Problem(message="is no report of ours, and stays as it is", file=str(file), hint=hint)]
            )
        replace_file(file, page.encode())
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise ProblemsError([Problem(message=message, file=str(file))]) from error
    return file


def _is_ours(file: Path) -> bool:
    with file.open("rb") as opened:
        return _OURS in opened.read(_HEAD)
