"""Where in a tree a file stands: which checks it gets follows from that.

Fed by the files of one cluster; a tree may hold a second one below considered/, whose names mean other objects.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from fabricgen.documents import CONSIDERED
from fabricgen.documents.document import Document, File

_CONSIDERED = PurePosixPath(CONSIDERED)
_SYNCED = ("flux", "infrastructure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A YAML document, with its path inside its own tree."""

    document: Document
    below: PurePosixPath

    @property
    def top(self) -> str:
        """First folder below the tree's root; the file's own name if it stands there."""
        return self.below.parts[0]

    @property
    def synced(self) -> bool:
        """Whether Flux applies it."""
        return self.top in _SYNCED and self.below.name != "kustomization.yaml"


def placed(files: tuple[File, ...]) -> tuple[Placed, ...]:
    """Return every YAML document with its place, in the order of the files."""
    return tuple(_place(file)[1] for file in files if isinstance(file, Document))


def trees(files: tuple[File, ...]) -> Iterator[tuple[Placed, ...]]:
    """Yield the documents of each tree: the cluster's own, then what is only considered."""
    both = [_place(file) for file in files if isinstance(file, Document)]
    for _, inside in groupby(sorted(both, key=lambda one: one[0]), key=lambda one: one[0]):
        yield tuple(one for _, one in inside)


def _place(document: Document) -> tuple[bool, Placed]:
    considered = document.path.is_relative_to(_CONSIDERED)
    below = document.path.relative_to(_CONSIDERED) if considered else document.path
    return considered, Placed(document=document, below=below)
