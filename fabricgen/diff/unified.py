"""Two texts in, a unified diff out, as git writes it: `git apply` takes it.

Fed with the files of a report; what looks like a secret is hidden, and such a file's diff is for reading only.
"""

import difflib
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from fabricgen.diff.report import FileChange
from fabricgen.diff.secrets import shown_text

_RED: Final = "\033[31m"
_GREEN: Final = "\033[32m"
_CYAN: Final = "\033[36m"
_BOLD: Final = "\033[1m"
_PLAIN: Final = "\033[0m"
_DEVICE: Final = re.compile(r"^(?:[A-Za-z]:)?/+")
_NO_END: Final = "\\ No newline at end of file"


def unified(change: FileChange, *, root: str) -> str:
    """Return the diff of one file, paths below `root`. Source: `git help diff-format`."""
    old, new = (None if text is None else shown_text(text) for text in (change.before, change.after))
    name = _DEVICE.sub("", (PurePath(root) / change.path).as_posix())
    head = [f"diff --git a/{name} b/{name}"]
    if old is None:
        head.append("new file mode 100644")
    if new is None:
        head.append("deleted file mode 100644")
    tab = "\t" if " " in name else ""
    head.append("--- /dev/null" if old is None else f"--- a/{name}{tab}")
    head.append("+++ /dev/null" if new is None else f"+++ b/{name}{tab}")
    body = list(_body(old or "", new or ""))
    if not body and old is not None and new is not None:
        return f"{head[0]}\n(differs only in what is not shown)\n"
    if not body:
        head = head[:-2]  # git names no files where there are no lines
    return "".join(f"{line}\n" for line in (*head, *body))


def _body(old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(_lines(old), _lines(new), n=3)
    next(lines, None)
    next(lines, None)
    for line in lines:
        text = line.removesuffix("\n")
        yield text
        if text == line:
            yield _NO_END


def _lines(text: str) -> list[str]:
    r"""Return the lines with their ends; only `\n` ends one, as for git."""
    parts = text.split("\n")
    whole = [f"{part}\n" for part in parts[:-1]]
    return [*whole, parts[-1]] if parts[-1] else whole


def colored(diff: str) -> str:
    """Return a diff in the colours of git."""
    return "".join(f"{_paint(line)}\n" for line in diff.removesuffix("\n").split("\n"))


def _paint(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ", "new file", "deleted file")):
        return f"{_BOLD}{line}{_PLAIN}"
    color = {"+": _GREEN, "-": _RED, "@": _CYAN}.get(line[:1], "")
    return f"{color}{line}{_PLAIN}" if color else line
