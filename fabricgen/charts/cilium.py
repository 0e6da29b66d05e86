"""Answers what documents and rules ask about keys of the Cilium chart. Fed by `table`."""

from typing import TYPE_CHECKING

from fabricgen.charts.names import is_known
from fabricgen.charts.table import keys_at, releases
from fabricgen.charts.versions import choose

if TYPE_CHECKING:
    from semver import Version


def has_key(path: str, cilium: "Version") -> bool:
    """Return whether this chart reads the dotted `path`; below a free map it reads anything.

    A pre-release counts as the release that it prepares, a version that the table does not know as the newest
    before it.
    """
    chosen = choose(str(cilium.finalize_version()), releases())
    release = chosen.release if chosen else releases()[-1]
    return is_known(path.split("."), keys_at(release))
