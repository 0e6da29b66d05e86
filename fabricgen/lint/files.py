"""The files of a repository, read once, and again only where they changed.

Fed by `settings` with what is left out; feeds `run` with a repository. What a file is stands in its stamp, as in the
cache of validation.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fabricgen.errors import Problem
from fabricgen.lint.comments import MARK, Comment, find_comments
from fabricgen.lint.globs import matches_any
from fabricgen.repository import Repository, SourceDocument
from fabricgen.repository.reading import read_file
from fabricgen.repository.templates import find_templates
from fabricgen.tree.names import RECORD_NAME
from fabricgen.validation.cache import Stamp, stamp_of
from fabricgen.validation.files import find_files

_CONSIDERED: Final = "/considered/"
_MARK: Final = MARK.encode()
# A description of fabricgen's says what a cluster shall be; taken for a document, its nodes would count twice.
_DESCRIPTION_KEYS: Final = frozenset({"name", "distribution", "endpoint", "networks", "nodes"})


@dataclass(frozen=True, slots=True)
class _Read:
    stamp: Stamp
    documents: tuple[SourceDocument, ...]
    problems: tuple[Problem, ...]
    comments: tuple[Comment, ...]


@dataclass(slots=True)
class Files:
    """The YAML files below `root`, but for those that `exclude` means."""

    root: Path
    exclude: tuple[str, ...] = ()
    _known: dict[str, _Read] = field(default_factory=dict)

    def refresh(self) -> tuple[str, ...]:
        """Read what is new or changed; return the paths, from the root, of all that is different now."""
        start = len(str(self.root).rstrip(os.sep)) + 1
        before, self._known = self._known, {}
        changed: list[str] = []
        for path in find_files([str(self.root)]):
            file = path[start:].replace(os.sep, "/") if path.startswith(str(self.root)) else path
            if (self.exclude and matches_any(self.exclude, file)) or self._is_considered(file):
                continue
            stamp, known = stamp_of(path), before.get(file)
            if known is None or known.stamp != stamp:
                known = _read(path, file, stamp)
                changed.append(file)
            self._known[file] = known
        return (*changed, *(file for file in before if file not in self._known))

    def _is_considered(self, file: str) -> bool:
        """Tell whether the file is part of a rendered tree that is only weighed: nothing of it is in force."""
        tree, inside, _ = file.partition(_CONSIDERED)
        return bool(inside) and (self.root / tree / RECORD_NAME).is_file()

    def repository(self) -> Repository:
        """Return the documents as they were last read."""
        return Repository.of(
            {file: one.documents for file, one in self._known.items() if one.documents},
            root=self.root,
            unreadable=[problem for one in self._known.values() for problem in one.problems],
            templates=find_templates(self.root, is_excluded=self._is_excluded),
        )

    def _is_excluded(self, file: str) -> bool:
        return bool(self.exclude) and matches_any(self.exclude, file)

    def comments(self) -> tuple[Comment, ...]:
        """Return every suppression in the files."""
        return tuple(comment for one in self._known.values() for comment in one.comments)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._known)


def is_description(body: object) -> bool:
    """Tell whether a document describes a cluster, for `fabricgen render`."""
    return isinstance(body, dict) and "kind" not in body and body.keys() >= _DESCRIPTION_KEYS


def _read(path: str, file: str, stamp: Stamp) -> _Read:
    problems: list[Problem] = []
    documents = tuple(one for one in read_file(path, file, problems) if not is_description(one.body))
    return _Read(stamp, documents, tuple(problems), _comments(path, file))


def _comments(path: str, file: str) -> tuple[Comment, ...]:
    try:
        data = Path(path).read_bytes()
    except OSError:
        return ()
    return find_comments(data.decode("utf-8", "replace"), file=file) if _MARK in data else ()
