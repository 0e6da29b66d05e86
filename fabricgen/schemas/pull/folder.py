"""The folder of pulled schemas: one version of a component is replaced as a whole, or not at all.

Fed by `pull`. Everything is written in `.pull` inside the folder first. A folder that is replaced is moved there and
stays until the lock names the new one; whoever finds it later, after a kill, puts back what the lock describes.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from fabricgen.atomic import sync_folder, write_new
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import LOCK_NAME, Entry, Lock, Pin, dump_lock, read_lock
from fabricgen.schemas.pulled import read_locked

_STAGING: Final = ".pull"
_NEW: Final = "new"
_OLD: Final = "old"


class Folder:
    """The folder, open for writing by us alone."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = root / _STAGING
        self.lock: dict[Pin, Entry] = dict(read_lock(root))

    def is_intact(self, pin: Pin) -> bool:
        """Return whether everything that the lock names for `pin` is there, unchanged."""
        return pin in self.lock and not find_damage(self._root, pin, self.lock[pin])

    def replace(self, pin: Pin, entry: Entry, files: Mapping[str, bytes]) -> None:
        """Write all files of `pin`, and the lock. Raises SchemaError where the system refuses; then all is as before."""
        target, aside = self._root / pin.component / pin.version, self._aside(pin)
        with _failing_at(target):
            self._stage(files)
            target.parent.mkdir(exist_ok=True)
            aside.mkdir(parents=True)  # empty while nothing is there to be put back
            if target.exists():
                target.rename(aside)
            (self._staging / _NEW).rename(target)
            self._write_lock({**self.lock, pin: entry})
            shutil.rmtree(aside)

    def remove(self, pin: Pin) -> None:
        """Remove all files of `pin`, and its entry in the lock. Raises SchemaError where the system refuses."""
        target = self._root / pin.component / pin.version
        with _failing_at(target):
            self._write_lock({other: entry for other, entry in self.lock.items() if other != pin})
            if target.exists():
                shutil.rmtree(target)
            with suppress(OSError):  # another version is there
                target.parent.rmdir()

    def recover(self) -> None:
        """Put back what an interrupted `replace` moved aside, unless it had come to its end; remove what it left."""
        for aside in self._staging.glob(f"{_OLD}/*/*"):
            pin = Pin(aside.parent.name, aside.name)
            target = self._root / pin.component / pin.version
            if self.is_intact(pin):
                continue
            if target.exists():
                shutil.rmtree(target)
            if any(aside.iterdir()):
                aside.rename(target)
        if self._staging.exists():
            shutil.rmtree(self._staging)

    def _stage(self, files: Mapping[str, bytes]) -> None:
        new = self._staging / _NEW
        if new.exists():  # what an earlier component failed to write
            shutil.rmtree(new)
        for path, data in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            write_new(new / path, data, mode=0o666)

    def _aside(self, pin: Pin) -> Path:
        return self._staging / _OLD / pin.component / pin.version

    def _write_lock(self, lock: Lock) -> None:
        self._staging.mkdir(exist_ok=True)
        staged = self._staging / LOCK_NAME
        staged.unlink(missing_ok=True)
        write_new(staged, dump_lock(lock), mode=0o666)
        staged.replace(self._root / LOCK_NAME)
        sync_folder(self._root)
        self.lock = dict(lock)


@contextmanager
def open_folder(root: Path) -> Iterator[Folder]:
    """Give the folder for us alone; it is made if it is missing. Nothing half-written stays behind, whatever happens.

    Raises:
        SchemaError: it cannot be written, its lock cannot be read, or another pull is writing it.
    """
    with _failing_at(root):
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _claim(handle, root)
        folder = Folder(root)
        with _failing_at(root):
            folder.recover()
        try:
            yield folder
        finally:
            with _failing_at(root):
                folder.recover()
    finally:
        os.close(handle)  # gives the claim up too, as the end of the process would


def _claim(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SchemaError(
            f"{root}: another `fabricgen schemas` is writing here; wait until it is done"
        ) from error


def find_damage(root: Path, pin: Pin, entry: Entry) -> list[str]:
    """Return a sentence for each file of the lock that is missing or changed; none means all is well."""
    damage = []
    for path in sorted(entry.files):
        try:
            read_locked(root, pin, entry, path)
        except SchemaError as error:
            damage.append(str(error))
    return damage


def find_strangers(root: Path, pin: Pin, entry: Entry) -> list[str]:
    """Return a sentence for each file beside those of the lock."""
    place = root / pin.component / pin.version
    known = {place / path for path in entry.files}
    found = sorted(path for path in place.rglob("*") if not path.is_dir() and path not in known)
    return [f"{path}: is not in the lock; nothing reads it" for path in found]


@contextmanager
def _failing_at(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename2 or error.filename or place
        raise SchemaError(f"{where}: the system refuses to write it: {error.strerror or error}") from error
