"""All Helm values of Cilium with their reasons: one module a subject, then what the description writes by hand.

Fed by the modules beside it; read by `release`, by bootstrap, which installs with the same values, and by `explain`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.cilium import (
    announcements,
    datapath,
    gateway,
    load_balancing,
    observability,
    operations,
    platform,
    security,
)
from fabricgen.documents.document import Setting
from fabricgen.errors import format_path

BY_HAND = "set by hand in the description (cni.cilium.values)"
DESCRIPTION = "the description, cni.cilium.values"

_Keys = tuple[str, ...]


def value_settings(cluster: Cluster) -> tuple[Setting, ...]:
    """Return every Helm value, with its path from the root of the values; empty without Cilium.

    What is written by hand comes last, and what it replaces is left out.
    """
    cilium = cluster.cilium
    if cilium is None:
        return ()
    ours = tuple(_ours(cluster, cilium))
    by_hand = tuple(_leaves(cilium.values))
    kept = (one for one in ours if not any(_replaces(path, value, one) for path, value in by_hand))
    return (*kept, *(_hand_written(path, value, ours=ours) for path, value in by_hand))


def _ours(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    yield from platform.settings(cluster, cilium)
    yield from datapath.settings(cluster, cilium)
    yield from load_balancing.settings(cluster, cilium)
    yield from announcements.settings(cluster, cilium)
    yield from security.settings(cluster, cilium)
    yield from gateway.settings(cilium)
    yield from observability.settings(cluster, cilium)
    yield from operations.settings(cluster, cilium)


def _leaves(values: Mapping[str, Any], path: _Keys = ()) -> Iterator[tuple[_Keys, Any]]:
    """Yield what Helm merges as one: everything that is not a mapping with something in it."""
    for key, value in values.items():
        here = (*path, key)
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, here)
        else:
            yield here, value


def _replaces(path: _Keys, value: object, one: Setting) -> bool:
    """Return whether a value written by hand takes the place of ours; an empty mapping adds nothing to a mapping."""
    if len(path) > len(one.path):
        return path[: len(one.path)] == one.path and not isinstance(one.value, Mapping)
    return one.path[: len(path)] == path and not isinstance(value, Mapping)


def _hand_written(path: _Keys, value: object, *, ours: tuple[Setting, ...]) -> Setting:
    replaced = [one for one in ours if _replaces(path, value, one)]
    why = "; ".join((BY_HAND, *(_instead_of(one) for one in replaced)))
    return Setting(path=path, value=value, why=why, source=DESCRIPTION)


def _instead_of(one: Setting) -> str:
    value = json.dumps(one.value, default=list)
    return f"fabricgen would write {format_path(one.path)}: {value}, because {one.why}"
