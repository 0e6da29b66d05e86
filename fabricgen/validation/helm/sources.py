"""Files that may say which chart a release installs, found by their bytes alone: most runs have none, and load no more.

Used at the end of a run, before `last`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fabricgen.yamlio import UnreadableFileError, read_limited

_HELD_WHOLE: Final = 8 * 2**20
_GROUPS: Final = ("source.toolkit.fluxcd.io/", "helm.cattle.io/")


def files_naming(
    names: Iterable[str],
    files: Mapping[tuple[str, str], Sequence[str]],
    *,
    stdin: bytes | None,
    read: set[str],
) -> list[str]:
    """Return, of the files with documents of each kind, those that may name one of these charts.

    The files that are read for it are added to `read`.
    """
    named = b"|".join(re.escape(name).encode() for name in names)
    # `url` of an OCIRepository, `chart` of a HelmChart; a long value may start on the next line.
    said = re.compile(rb"""(?:url|chart)["']?\s*:\s*[^\n]*(?:%b)""" % named)
    found = [path for (version, _), paths in files.items() if version.startswith(_GROUPS) for path in paths]
    read.update(found)
    return [path for path in dict.fromkeys(found) if _may_hold(said, path, stdin=stdin)]


def _may_hold(said: re.Pattern[bytes], path: str, *, stdin: bytes | None) -> bool:
    """Tell whether it stands in a file; what is too large to be held may hold anything."""
    if path == "stdin" and stdin is not None:
        return said.search(stdin) is not None
    try:
        return said.search(read_limited(path, most=_HELD_WHOLE)) is not None
    except UnreadableFileError:
        return True
