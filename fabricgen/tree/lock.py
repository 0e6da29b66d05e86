"""One writer at a time: the folder that a render stages its files in, and the lock on it. Used by `write`.

The lock is the kernel's (`flock`), on a file in that folder: it ends with its holder, however that ends, so a killed
render is in nobody's way. On file systems without such locks, the file itself is the lock: the first to make it has it.
"""

import errno
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fabricgen.errors import Problem, TreeError
from fabricgen.tree.names import STAGING_NAME
from fabricgen.tree.refusal import KeepStagingError, refused

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows
    _HAS_LOCKS = False
else:
    _HAS_LOCKS = True

_LOCK_NAME = "lock"
_OURS = re.compile(r"\d+\.(new|old)")
_PAUSE_SECONDS = 0.05
_TAKEN = {
    errno.EAGAIN,
    errno.EACCES,
}  # NFS may say either: https://man7.org/linux/man-pages/man2/fcntl.2.html


def _say_nothing(_message: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for another render, and whom to tell that one waits.

    Example:
        >>> patience = fabricgen.Patience(tell=print)
        >>> fabricgen.write_output([], patience=patience)
        ()
    """

    seconds: float = 10
    tell: Callable[[str], object] = _say_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """The lock file, open; `made` if this process made it. `held` is None where the file system has no locks."""

    descriptor: int
    made: bool
    held: bool | None


@contextmanager
def open_staging(root: Path, *, patience: Patience) -> Iterator[Path]:
    """Give an empty folder inside `root` for us alone; `root` is made if it is missing. It is gone afterwards.

    Where the block raises what lies in the folder stays, and the lock is given up all the same.

    Raises:
        TreeError: another render is writing longer than `patience` lasts; the folder cannot be made, or holds files
            of someone else's.
    """
    staging = root / STAGING_NAME
    descriptor = _wait_for(staging, patience=patience)
    keep = False
    try:
        clear_staging(staging)
        yield staging
    except KeepStagingError:
        keep = True
        raise
    finally:
        _give_up(staging, descriptor, keep=keep)


def has_staging(root: Path) -> bool:
    """Return whether another render is writing in `root`, or was killed there."""
    return os.path.lexists(root / STAGING_NAME)


def clear_staging(staging: Path) -> None:
    """Remove what a render staged. Raises TreeError if anything else is in there, or cannot be removed."""
    try:
        places = sorted(staging.iterdir())
        strangers = [one for one in places if one.name != _LOCK_NAME and not _OURS.fullmatch(one.name)]
        if strangers:
            message = "is not ours, and lies in the folder that renders keep for themselves"
            raise TreeError(
                Problem(file=str(one), message=message, hint="Move it away and render again")
                for one in strangers
            )
        for one in places:
            if one.name != _LOCK_NAME:
                one.unlink()
    except OSError as error:
        place = str(error.filename or staging)
        message = f"cannot be removed: {error.strerror or error}"
        raise TreeError([Problem(file=place, message=message, hint="Delete it by hand")]) from error


def _give_up(staging: Path, descriptor: int, *, keep: bool) -> None:
    """Remove the folder and end the lock; whatever cannot be removed now, the next render removes.

    The file goes while it is locked, so that none who waits takes a file that is about to vanish; the folder goes when
    the file is closed, since NFS keeps the name of an open file.
    """
    try:
        if not keep:
            with suppress(TreeError, OSError):
                clear_staging(staging)
        with suppress(OSError):
            (staging / _LOCK_NAME).unlink()
    finally:
        os.close(descriptor)
    with suppress(OSError):  # not empty: the next render is there already
        staging.rmdir()


def _wait_for(staging: Path, *, patience: Patience) -> int:
    """Return the descriptor of the lock file, once we hold the lock. Raises TreeError when patience ends."""
    end = time.monotonic() + patience.seconds
    told = False
    while True:
        claim = _claim(staging)
        if claim is not None and _is_ours(claim, staging):
            _sign(claim.descriptor)
            return claim.descriptor
        who = _close(claim)
        if claim is None or claim.held:
            continue  # it was removed under us by one who is done
        if time.monotonic() >= end:
            raise _too_long(staging, who=who, claim=claim, seconds=patience.seconds)
        if not told:
            patience.tell(
                f"{staging.parent}: {who} is writing here; waiting for it, {patience.seconds:g} seconds at most"
            )
            told = True
        time.sleep(_PAUSE_SECONDS)


def _claim(staging: Path) -> _Claim | None:
    """Try to take the lock; None if the folder vanished meanwhile. Raises TreeError if it cannot be made."""
    file = staging / _LOCK_NAME
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        staging.parent.mkdir(parents=True, exist_ok=True)
        staging.mkdir(mode=0o700, exist_ok=True)
        _refuse_link(staging)
        try:
            descriptor, made = os.open(file, flags | os.O_EXCL, 0o600), True
        except FileExistsError:
            descriptor, made = os.open(file, flags, 0o600), False
    except FileNotFoundError:
        return None
    except OSError as error:
        with suppress(OSError):
            staging.rmdir()
        raise refused(Path(error.filename or staging), error) from error
    return _Claim(descriptor=descriptor, made=made, held=_flock(descriptor))


def _refuse_link(staging: Path) -> None:
    if staging.is_symlink():
        message = "is a symlink, where a folder is needed"
        raise TreeError([Problem(file=str(staging), message=message, hint="Move it away and render again")])


def _flock(descriptor: int) -> bool | None:
    """Return whether the lock is ours now; None where there are no locks."""
    if not _HAS_LOCKS:
        return None
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True


def _is_ours(claim: _Claim, staging: Path) -> bool:
    """Return whether we hold the lock, on the file that is there: its last holder may have removed it under us."""
    if claim.held is None:
        return claim.made
    try:
        there = (staging / _LOCK_NAME).stat()
    except OSError:
        return False
    mine = os.fstat(claim.descriptor)
    return claim.held and (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _sign(descriptor: int) -> None:
    """Write into the lock file who holds it, for those who wait."""
    host = os.uname().nodename if hasattr(os, "uname") else "this computer"
    with suppress(OSError):  # a full disk: the render itself will tell
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {host}\n".encode(), 0)


def _close(claim: _Claim | None) -> str:
    """Return who holds the lock, as far as it is known, and close the file."""
    if claim is None:
        return ""
    try:
        name = os.pread(claim.descriptor, 200, 0).decode(errors="replace").strip()
    finally:
        os.close(claim.descriptor)
    known = re.fullmatch(r"process \d+ on [\w.-]+", name)
    return f"another render ({name})" if known else "another render"


def _too_long(staging: Path, *, who: str, claim: _Claim, seconds: float) -> TreeError:
    if claim.held is None:
        message = (
            f"is there already: {who} is writing here, or was killed; this file system has no locks to tell"
        )
        hint = "If none is running, delete this folder and render again"
        return TreeError([Problem(file=str(staging), message=message, hint=hint)])
    message = f"{who} is writing here, and was not done within {seconds:g} seconds; nothing was written"
    hint = "Wait until it is done, or end it, and render again"
    return TreeError([Problem(file=str(staging.parent), message=message, hint=hint)])
