"""Globs over paths of a repository, as .gitignore has them: `*` within a folder, `**` over folders.

Used by settings; a pattern without a slash means the name of a file or folder anywhere, and a folder means all in it.
"""

import re
from collections.abc import Iterable
from functools import cache

_SIGNS = {"*": "[^/]*", "?": "[^/]"}


def matches_any(patterns: Iterable[str], file: str) -> bool:
    """Tell whether one of the patterns means the file, or a folder that it is in."""
    return any(_compiled(one).match(file) is not None for one in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    anchored = "/" in pattern.rstrip("/")
    text = pattern.strip("/").removeprefix("./")
    parts = re.split(r"(\*\*/?|\*|\?)", text)
    body = "".join(_translated(part) for part in parts)
    return re.compile(("" if anchored else "(?:.*/)?") + body + r"(?:/.*)?\Z", re.DOTALL)


def _translated(part: str) -> str:
    if part.startswith("**"):
        return "(?:.*/)?" if part.endswith("/") else ".*"
    return _SIGNS.get(part) or re.escape(part)
