"""The texts of trees that are about to be written, while others are still being rendered: a folder that goes afterwards.

Filled by the processes of a render, read by the one that writes, so that memory stays flat however many clusters there are.
"""

import marshal
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fabricgen.errors import Problem, TreeError

_FAST = 1


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder of this run alone, which only its user may look into."""

    folder: Path

    def keep(self, number: int, texts: Mapping[PurePosixPath, str]) -> None:
        """Keep the texts of a tree. Raises TreeError if that cannot be written."""
        data = zlib.compress(marshal.dumps({str(path): text for path, text in texts.items()}), _FAST)
        with _failing_at(self.folder):
            (self.folder / str(number)).write_bytes(data)

    def take(self, number: int) -> dict[PurePosixPath, str]:
        """Return what was kept. Raises TreeError if somebody removed it."""
        with _failing_at(self.folder):
            data = (self.folder / str(number)).read_bytes()
        texts = marshal.loads(zlib.decompress(data))  # noqa: S302 - our own child wrote it, into a folder of ours
        return {PurePosixPath(path): text for path, text in texts.items()}


@contextmanager
def open_spool() -> Iterator[Spool]:
    """Give a spool that is gone afterwards, however the block ends."""
    with _failing_at(Path(tempfile.gettempdir())):
        whole = tempfile.TemporaryDirectory(prefix="fabricgen-", ignore_cleanup_errors=True)
    with whole as folder:
        yield Spool(Path(folder))


@contextmanager
def _failing_at(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"what is rendered cannot wait here until it is written: {error.strerror or error}"
        hint = "Nothing was changed; TMPDIR names another folder"
        raise TreeError([Problem(file=str(folder), message=message, hint=hint)]) from error
