"""Where a file is, for those who look at a repository rather than at a folder."""

from __future__ import annotations

import os


def find_root(folder: str) -> str:
    """Return the nearest folder at or above the absolute `folder` that git knows as a checkout, else `folder`."""
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")):  # noqa: PTH118 - importing pathlib takes 8 ms
        if (parent := os.path.dirname(above)) == above:  # noqa: PTH120 - the same
            return folder
        above = parent
    return above


def from_root(file: str, *, root: str) -> str:
    """Return `file` as it is called from `root`, absolute when it lies outside; as it is when `root` is empty."""
    if not root:
        return file
    whole = os.path.abspath(file)  # noqa: PTH100 - importing pathlib takes 8 ms
    return whole.removeprefix(root.rstrip(os.sep) + os.sep)
