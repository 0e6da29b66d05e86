"""One change to be judged: what kind of thing it is in, where, and from what to what.

`diff` makes them out of two trees; scripts and `upgrade` can make them by hand.
"""

from dataclasses import dataclass
from typing import Any, Literal

from fabricgen.impact.impact import Path

Does = Literal["add", "remove", "change", "order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The versions that run before the change, as texts without `v`; empty where there is none or nobody knows."""

    cilium: str = ""
    talos: str = ""
    k3s: str = ""
    kubernetes: str = ""
    flux: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One value that changes; with an empty `path` the whole object comes or goes.

    Attributes:
        family: which table is asked: `values/<chart>`, `release/<chart>` (a HelmRelease besides its values), `chart/<chart>`
            (where it comes from), `object/<Kind>.<group>` (`object/Service` in the core group), `talos` (v1alpha1),
            `talos/<Kind>`, `k3s`, `talconfig`, `topf`, `schematic`, `docker` (flags of talosctl), `node` (all files of one),
            `bootstrap`, `considered`, `page`, `description`.
        file: the file in the cluster's folder, for what is said.
        path: inside the object or the values; items of lists are integers or, matched by a key, `name=cp-1`.
        before: None where nothing was.
        after: None where nothing will be.
        does: what happens at the path; `order` when only the order of a list changes.
    """

    family: str
    path: Path
    before: Any = None
    after: Any = None
    does: Does = "change"
    file: str = ""
