"""A row of the tables: which changes it is about, their class, why, and the source."""

from dataclasses import dataclass

from fabricgen.impact.edit import Does
from fabricgen.impact.impact import Impact

ANY: frozenset[Does] = frozenset(("add", "remove", "change", "order"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact: changes at `path`, or below it, in objects of `family` are of class `impact`.

    Attributes:
        family: as in `Edit`; `*` for each part of it that may be anything.
        path: dotted; `*` is any one step; empty is the object itself and all in it.
        does: what has to happen at the path for the row to be about it.
        whole: the row is only about objects that come or go as a whole.
        since: the first version of the product (Cilium for `values/cilium`, Talos for `talos`, …) that it is true of.
        until: the first version that it is no longer true of.
    """

    family: str
    path: str
    impact: Impact
    why: str
    source: str
    does: frozenset[Does] = ANY
    whole: bool = False
    since: str = ""
    until: str = ""
