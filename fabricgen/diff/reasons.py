"""Finds the reason of a value that we emit: the nearest setting at or above its path."""

from collections.abc import Iterable

from fabricgen.diff.thing import Thing, things_of
from fabricgen.documents.document import Document, File, Setting
from fabricgen.impact.impact import Path


class Reasons:
    """The settings of built documents, by thing and path."""

    def __init__(self, files: Iterable[File]) -> None:
        self._documents: dict[tuple[str, tuple[str, ...]], Document] = {}
        self._settings: dict[tuple[str, tuple[str, ...]], dict[Path, Setting]] = {}
        for file in files:
            if isinstance(file, Document):
                thing = next(things_of(str(file.path), [file.body]))
                self._documents[thing.file, thing.key] = file

    def find(self, thing: Thing, path: Path) -> Setting | None:
        """Return the setting that a value comes from; None if it comes from none."""
        place = (thing.file, thing.key)
        if place not in self._documents:
            return None
        if place not in self._settings:
            self._settings[place] = {one.path: one for one in self._documents[place].settings}
        known = self._settings[place]
        return next((known[path[:end]] for end in range(len(path), 0, -1) if path[:end] in known), None)
