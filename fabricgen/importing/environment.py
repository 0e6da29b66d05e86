"""Files of environment variables beside templates: the versions of Talos and Kubernetes that are filled in.

Fed by the whole way of an import, after everything that tells a version itself; fills the draft.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.settings import TALOS

_FILE: Final = re.compile(r".*\.env")
_LINE: Final = re.compile(
    r"""^(?:export\s+)?(?P<name>\w+)=["']?v?(?P<value>\d+\.\d+\.\d+[\w.+-]*)["']?\s*$""", re.MULTILINE
)
_WANTED: Final[Mapping[str, str]] = {
    "TALOS_VERSION": f"{TALOS}.version",
    "KUBERNETES_VERSION": "kubernetes",
    "K8S_VERSION": "kubernetes",
}


class _Told(NamedTuple):
    """A version, which key of the description it is for, and where it stands."""

    path: str
    value: str
    place: str


def read_environment(fabric: Fabric, draft: Draft) -> None:
    """Put the versions that templates take from the environment, where all files tell the same."""
    if not fabric.talos_machines.templates:
        return
    found = [*_of_files(fabric.cluster.repository.root), *_of_items(fabric)]
    for path in dict.fromkeys(_WANTED.values()):
        told = [one for one in found if one.path == path]
        if len({one.value for one in told}) == 1 and draft.get(*path.split(".")) is None:
            draft.put(path, told[0].value, Origin(place=told[0].place))


def _of_files(root: Path | None) -> Iterator[_Told]:
    for folder, folders, files in os.walk(root) if root is not None else ():
        folders[:] = sorted(one for one in folders if one not in {".git", "node_modules"})
        for name in sorted(files):
            if not _FILE.fullmatch(name):
                continue
            path = Path(folder) / name
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            file = path.relative_to(root or path).as_posix()
            for one in _LINE.finditer(text):
                if one["name"] in _WANTED:
                    line = text.count("\n", 0, one.start()) + 1
                    yield _Told(_WANTED[one["name"]], one["value"], f"{file}:{line}")


def _of_items(fabric: Fabric) -> Iterator[_Told]:
    """Yield what files of data tell under the same names, in capitals or not."""
    for item in fabric.items:
        for key, value in {} if item.kind else item.body.items():
            name = str(key).upper()
            if name in _WANTED and isinstance(value, str):
                place = item.place(key)
                yield _Told(_WANTED[name], value.removeprefix("v"), f"{place.file}:{place.line}")
