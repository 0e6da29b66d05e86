"""What the system refuses, as a sentence: what, where, and what to do about it. Used by `lock` and `write`."""

import errno
from pathlib import Path

from fabricgen.errors import Problem, TreeError

_REMEDIES = {
    errno.ENOSPC: "make room on the disk and render again",
    errno.EDQUOT: "make room within your quota and render again",
    errno.EFBIG: "make room on the disk and render again",
    errno.EROFS: "mount the disk for writing and render again",
    errno.EACCES: "see that you may write to it and to its folder (ls -ld), and render again",
    errno.EPERM: "see that you may write to it and to its folder (ls -ld, lsattr), and render again",
    errno.ENOENT: "a folder was removed meanwhile; render again",
    errno.EISDIR: "a folder was put there meanwhile; move it away and render again",
    errno.ENOTDIR: "a file was put in place of a folder meanwhile; move it away and render again",
    errno.EIO: "the disk is failing; look at the system's log",
}


class KeepStagingError(TreeError):
    """Files could not be put back; their old content is in the staging folder."""


def refused(place: Path, error: OSError) -> TreeError:
    """Return the error for a step that the system refused, and that was taken back or not taken."""
    message = f"the system refuses to write it: {error.strerror or error}"
    remedy = _REMEDIES.get(error.errno or 0, "render again once that is mended")
    return TreeError([Problem(file=str(place), message=message, hint=f"Nothing was changed; {remedy}")])
