"""A file replaced as a whole: whoever reads it meanwhile sees the old one or the new one."""

import os
from pathlib import Path
from shutil import copymode
from tempfile import NamedTemporaryFile


def replace_file(file: Path, data: bytes) -> None:
    """Write `data` to `file`, whose mode is kept; a link stays a link.

    Raises:
        OSError: the folder cannot be written to; the file is as it was.
    """
    target = file.resolve()
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as whole:
        whole.write(data)
    try:
        if target.exists():
            copymode(target, whole.name)
        else:
            Path(whole.name).chmod(0o666 & ~_umask())
        Path(whole.name).replace(target)
    except OSError:
        Path(whole.name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
