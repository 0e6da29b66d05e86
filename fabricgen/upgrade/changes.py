"""Everything that changes at one stop: keys and defaults of the chart, apiVersions, what upstream says, our output.

Fed by `planning` with a move and the trees rendered before and after; uses `diff` for what restarts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.charts.names import Meant, meant_by
from fabricgen.charts.table import keys_at, releases
from fabricgen.charts.versions import choose
from fabricgen.cluster import Cluster
from fabricgen.diff import TreeDiff, compare_texts
from fabricgen.documents.cilium.values import value_settings
from fabricgen.documents.document import nest
from fabricgen.pipeline import Rendered
from fabricgen.upgrade.defaults import SOURCE, DefaultChange, default_changes
from fabricgen.upgrade.notes import Note, notes_for
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.served import ApiChange, api_changes
from fabricgen.versions.version import Version

_NEVER_ON: Final = (
    "alibabacloud",
    "authentication",
    "azure",
    "ciliumEndpointSlice",
    "clustermesh",
    "datapathPlugins",
    "encryption.ipsec",
    "encryption.ztunnel",
    "eni",
    "externalWorkloads",
    "highScaleIPcache",
    "hubble.export",
    "hubble.redact",
    "identityManagementMode",
    "ingressController",
    "l2podAnnouncements",
    "nodeinit",
    "preflight",
    "serviceAccounts.corednsMCSAPI",
    "serviceAccounts.ztunnel",
    "standaloneDnsProxy",
)
"""Parts of the chart that are off by default and that nothing of ours turns on; values written by hand may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """A key or a default of the chart that differs.

    Attributes:
        change: which, and from what to what.
        ours: what this cluster writes at the key, as the tree has it afterwards; None where it writes nothing.
        part_is_off: whether the part of the chart that reads it is off in this cluster.
        instead: what to write in the place of a key that is gone, as a clause; "" where nothing is known.
        source: who says so.
    """

    change: DefaultChange
    ours: Any
    part_is_off: bool
    instead: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that changes at a stop; `output` is what our tree says differently, with what each value restarts."""

    keys: tuple[KeyChange, ...]
    apis: tuple[ApiChange, ...]
    notes: tuple[Note, ...]
    output: TreeDiff


def changes_of(moves: Sequence[Move], *, before: Rendered, after: Rendered) -> Changes:
    """Return what changes from one tree to the next."""
    return Changes(
        keys=tuple(key for move in moves if move.product == "cilium" for key in _keys(move, after)),
        apis=tuple(one for move in moves for one in api_changes(move, before=before, after=after)),
        notes=tuple(
            note
            for move in moves
            for note in notes_for(move.product, before=move.before, after=move.after, cluster=_judged(before))
        ),
        output=compare_texts(before.texts, after.texts, cluster=before.cluster, files=after.files),
    )


def _judged(rendered: Rendered) -> Cluster:
    """Return the cluster that has Cilium: the one that is considered, where it does not run."""
    considered = rendered.cluster.considered
    return considered.cluster if considered is not None else rendered.cluster


def _keys(move: Move, after: Rendered) -> list[KeyChange]:
    cluster = _judged(after)
    ours = dict(_flat(nest(value_settings(cluster))))
    off = _parts_off(cluster, ours)
    found = []
    for change in default_changes(move.before, move.after):
        meant = _meant(change.key, move.after) if change.kind == "gone" else None
        found.append(
            KeyChange(
                change=change,
                ours=_ours_at(change.key, ours),
                part_is_off=any(_below(change.key, part) for part in off),
                instead=meant.hint if meant else "",
                source=meant.source if meant and meant.source else SOURCE,
            )
        )
    return found


def _flat(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every value that is no mapping, lists as they are, by its dotted path."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, (*above, key))
        else:
            yield ".".join((*above, key)), value


def _ours_at(key: str, ours: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a value is whatever YAML holds
    """Return what we write at a key or below it; None where we write nothing there."""
    if key in ours:
        return ours[key]
    below = {
        path.removeprefix(f"{key}."): value for path, value in ours.items() if path.startswith(f"{key}.")
    }
    return below or None


def _parts_off(cluster: Cluster, ours: Mapping[str, Any]) -> list[str]:
    cilium = cluster.cilium
    if cilium is None:
        return []
    parts = {
        "bgpControlPlane": cilium.bgp is None,
        "encryption": cilium.encryption is None,
        "gatewayAPI": cilium.gateway_api is None,
        "hubble": not cilium.hubble.enabled,
        "hubble.relay": not cilium.hubble.relay,
        "hubble.ui": cilium.hubble.ui is None,
        "l2announcements": cilium.l2 is None,
        **dict.fromkeys(_NEVER_ON, True),
    }
    written = [path for path in ours if ours[path] not in (False, None)]
    return [
        part for part, is_off in parts.items() if is_off and not any(_below(path, part) for path in written)
    ]


def _below(key: str, part: str) -> bool:
    return key == part or key.startswith(f"{part}.")


def _meant(key: str, release: Version) -> Meant:
    chosen = choose(str(release.finalize_version()), releases())
    here = chosen.release if chosen else releases()[-1]
    path = key.split(".")
    return meant_by(path, only=path, keys=keys_at(here), release=here)
