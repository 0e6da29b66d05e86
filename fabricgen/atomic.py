"""Files written so that a reader, a crash or a full disk never meets half of one.

Used wherever files of a user are written: `tree`, and what mends or notes findings. A file is written whole beside its
place, made durable (fsync), and moved there by a rename, which POSIX promises to be seen at once or not at all:
https://pubs.opengroup.org/onlinepubs/9799919799/functions/rename.html
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_NO_SUCH_CALL = {errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES, errno.EPERM}


def write_new(place: Path, data: bytes, *, mode: int, durable: bool = True) -> None:
    """Write a file that is not there yet; `mode` is subject to the umask. `durable`: it survives a loss of power.

    Raises:
        OSError: the system refuses; what was written so far stays.
    """
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable: what was renamed there is there after a loss of power.

    Some systems have no such call for folders (Windows, some network file systems); there nothing happens.

    Raises:
        OSError: the disk fails.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise


def replace_file(file: Path, data: bytes) -> None:
    """Write `data` to `file`, whose mode is kept; a link stays a link.

    Raises:
        OSError: the folder cannot be written to; the file is as it was.
    """
    target = Path(os.path.realpath(file))
    staged = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    staged.unlink(missing_ok=True)  # of a process that had this number, and was killed
    try:
        write_new(staged, data, mode=0o666)
        if target.exists():
            staged.chmod(stat.S_IMODE(target.stat().st_mode))
        staged.replace(target)
    except BaseException:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
