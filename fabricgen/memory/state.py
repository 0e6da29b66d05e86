"""What a file or a folder holds, as one short text: if it is the same, so is the content. Used by `answers`.

None is said of what cannot be told: links, devices, what may not be read. Whoever depends on such a thing is not remembered.
"""

# Importing pathlib takes longer than all of this.
# ruff: noqa: PTH116, PTH118, PTH123

import json
import os
import stat

from fabricgen.digests import digest_of

ABSENT = "absent"
State = str | None


def state_of_file(path: str) -> State:
    """Return what names the content of a file, read through links; ABSENT where there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return digest_of(file.read())
    except FileNotFoundError:
        return ABSENT
    except OSError:
        return None


def state_of_folder(path: str) -> State:
    """Return what names everything in a folder and below: names, kinds and contents; ABSENT where there is none."""
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            return None
        found = _entries(path)
    except FileNotFoundError:
        return None if os.path.lexists(path) else ABSENT
    except OSError:
        return None
    return None if found is None else digest_of(json.dumps(found).encode())


def _entries(top: str) -> list[tuple[str, str]] | None:
    """Return (path below `top`, content) of everything, sorted; folders have no content. Raises OSError."""
    found: list[tuple[str, str]] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(top, folder)) as entries:
            for entry in entries:
                name = os.path.join(folder, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                    found.append((name, ""))
                elif entry.is_file(follow_symlinks=False):
                    with open(entry.path, "rb") as file:
                        found.append((name, digest_of(file.read())))
                else:
                    return None
    return sorted(found)
