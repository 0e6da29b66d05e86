"""A row of the tables: which changes it is about, their class, why, and the source."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fabricgen.impact.edit import Does
from fabricgen.impact.impact import Impact

ANY: frozenset[Does] = frozenset(("add", "remove", "change", "order"))
ADD: frozenset[Does] = frozenset(("add",))
REMOVE: frozenset[Does] = frozenset(("remove",))
NOT_ADD: frozenset[Does] = frozenset(("remove", "change"))
ORDER: frozenset[Does] = frozenset(("order",))
_STEP: Final = re.compile(r'"([^"]*)"|([^."]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact: what changes at `path`, or below it, in objects of `family` cost.

    Attributes:
        impact: the class; None where it depends on what nobody sees in the tree.
        family: as in `Edit`; `*` for the kind, or for kind and group, where it is true of several.
        path: keys joined by dots, those with dots of their own in quotes; `*` is any one step; empty is the object itself
            and all in it.
        does: what has to happen at the path for the row to be about it; what happens below it is a change.
        whole: the row is only about objects that come or go as a whole.
        since: the first minor of the product that it is true of.
        until: the first minor that it is no longer true of.
    """

    family: str
    path: str
    impact: Impact | None
    why: str
    source: str
    does: frozenset[Does] = ANY
    whole: bool = False
    since: str = ""
    until: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The path, key by key."""
        return tuple(quoted or plain for quoted, plain in _STEP.findall(self.path))

    @property
    def product(self) -> str:
        """The product whose version `since` and `until` are about."""
        if self.family.startswith(("values/cilium", "object/*.cilium")) or ".cilium.io" in self.family:
            return "cilium"
        return "k3s" if self.family.startswith("k3s") else "talos"


def rows(
    family: str, impact: Impact | None, facts: Mapping[str, str], *, source: str, does: frozenset[Does] = ANY
) -> tuple[Row, ...]:
    """Return one row for each path of `facts`, which says why."""
    return tuple(
        Row(family=family, path=path, impact=impact, why=why, source=source, does=does)
        for path, why in facts.items()
    )


def same(
    family: str, impact: Impact | None, paths: Iterable[str], *, why: str, source: str
) -> tuple[Row, ...]:
    """Return one row for each path, all for one reason."""
    return rows(family, impact, dict.fromkeys(paths, why), source=source)


def whole(
    family: str, added: tuple[Impact, str], removed: tuple[Impact, str], *, source: str
) -> tuple[Row, ...]:
    """Return the rows of objects that come and of objects that go, each with its class and why."""
    return tuple(
        Row(family=family, path="", impact=impact, why=why, source=source, does=does, whole=True)
        for (impact, why), does in ((added, ADD), (removed, REMOVE))
    )
