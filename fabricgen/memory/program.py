"""Which fabricgen this is: its files, its templates, the packages beside it, Python. Used by `answers`.

A checkout that is installed for editing changes without a new version, so files count rather than a number.
"""

# Importing pathlib or importlib.metadata takes longer than all of this.
# ruff: noqa: PTH118, PTH119, PTH120, PTH208

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from fabricgen.digests import digest_of
from fabricgen.memory.state import State

_PACKAGE = os.path.dirname(os.path.dirname(__file__))


def state_of_program(package: str = _PACKAGE) -> State:
    """Return what names the program; None if it cannot be told, as when it runs out of an archive."""
    try:
        stamps = sorted(_stamps(package))
        stamps += sorted(_stamps(os.path.join(os.path.dirname(package), "templates")))
    except OSError:
        return None
    return digest_of(json.dumps([sys.version, stamps, sorted(_installed())]).encode())


def foreign_code() -> Iterator[tuple[Literal["file", "folder"], str]]:
    """Yield what was imported from outside of Python, of this package, and of where packages are installed.

    That is the code of plug-ins that are installed for editing: a package's folder, a module's file.
    """
    known = (_PACKAGE, os.path.dirname(os.__file__), *(one for one in sys.path if one.endswith("-packages")))
    names = {name.partition(".")[0] for name in list(sys.modules)} - {"__main__", "__mp_main__"}
    for name in sorted(names):
        file = getattr(sys.modules.get(name), "__file__", None)
        if file is not None and not file.startswith(tuple(f"{one}{os.sep}" for one in known)):
            is_package = os.path.basename(file).startswith("__init__.")
            yield ("folder", os.path.dirname(file)) if is_package else ("file", file)


def _stamps(folder: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield each file below a folder with its size, times of change and inode: if they are the same, so is the content."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _stamps(entry.path)
                continue
            status = entry.stat()
            yield entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _installed() -> Iterator[str]:
    """Yield name and version of every installed package, as its folder says them.

    Source: <https://packaging.python.org/en/latest/specifications/recording-installed-packages/>.
    """
    for place in sys.path:
        with suppress(OSError):
            yield from (
                name for name in os.listdir(place or ".") if name.endswith((".dist-info", ".egg-info"))
            )
