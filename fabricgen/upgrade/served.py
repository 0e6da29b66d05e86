"""Which apiVersions come, grow old or go between two releases, and which of them this tree writes.

Fed by the tables of `versions` and by two rendered trees; used by `changes`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.documents.document import Document
from fabricgen.pipeline import Rendered
from fabricgen.upgrade.order import Move
from fabricgen.versions import cilium_apis, flux_apis
from fabricgen.versions.gateway_api import GATEWAY_API, GROUP, GatewayApiRelease
from fabricgen.versions.kubernetes_apis import REMOVED
from fabricgen.versions.version import Minor, format_minor, minor_of

Event = Literal["new", "deprecated", "gone"]

_CILIUM: Final = "https://github.com/cilium/cilium/tree/v1.20.2/pkg/k8s/apis/cilium.io/client/crds"
_FLUX: Final = (
    "https://github.com/fluxcd/flux2/blob/v2.9.4/manifests/bases (the CRDs of the pinned controllers)"
)
_KUBERNETES: Final = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiChange:
    """What happens to one version of a kind, and `ours`: the versions that this tree writes before and after.

    `ours` is empty where the tree has no such object.
    """

    api_version: str
    kind: str
    event: Event
    since: str
    ours: tuple[str, ...]
    source: str


def api_changes(move: Move, *, before: Rendered, after: Rendered) -> tuple[ApiChange, ...]:
    """Return what changes with a move, gone ones first."""
    found = [
        ApiChange(
            api_version=version,
            kind=kind,
            event=event,
            since=since,
            ours=_written(kind, version.rpartition("/")[0], before=before, after=after),
            source=source,
        )
        for version, kind, event, since, source in _events(move, before=before, after=after)
    ]
    order: Mapping[Event, int] = {"gone": 0, "deprecated": 1, "new": 2}
    return tuple(sorted(found, key=lambda one: (order[one.event], one.api_version, one.kind)))


_Told = tuple[str, str, Event, str, str]


def _events(move: Move, *, before: Rendered, after: Rendered) -> Iterator[_Told]:
    between = (minor_of(move.before), minor_of(move.after))
    match move.product:
        case "cilium":
            yield from _cilium_events(between)
            yield from _gateway_events(before, after)
        case "gateway-api":
            yield from _gateway_events(before, after)
        case "flux":
            yield from _flux_events(between)
        case "kubernetes" | "k3s":
            yield from _kubernetes_events(between)
        case "talos":
            return


def _cilium_events(between: tuple[Minor, Minor]) -> Iterator[_Told]:
    for kind in cilium_apis.KINDS:
        for version, served in cilium_apis.versions_of(kind).items():
            yield from _served(f"cilium.io/{version}", kind, served, between=between, source=_CILIUM)


def _flux_events(between: tuple[Minor, Minor]) -> Iterator[_Told]:
    for group, kind in sorted(flux_apis.KINDS):
        for version, served in flux_apis.versions_of(group, kind).items():
            yield from _served(f"{group}/{version}", kind, served, between=between, source=_FLUX)


def _kubernetes_events(between: tuple[Minor, Minor]) -> Iterator[_Told]:
    first, last = between
    for (version, kind), minor in REMOVED.items():
        if first < minor <= last:
            yield version, kind, "gone", format_minor(minor), _KUBERNETES


def _served(
    version: str,
    kind: str,
    served: flux_apis.Served | cilium_apis.Served,
    *,
    between: tuple[Minor, Minor],
    source: str,
) -> Iterator[_Told]:
    first, last = between
    events: tuple[tuple[Event, Minor | None], ...] = (
        ("new", served.since),
        ("deprecated", served.deprecated),
        ("gone", served.until),
    )
    happened = [(event, minor) for event, minor in events if minor is not None and first < minor <= last]
    if happened:
        event, minor = happened[-1]
        yield version, kind, event, format_minor(minor), source


def _gateway_events(before: Rendered, after: Rendered) -> Iterator[_Told]:
    """Yield what the CRDs of Gateway API serve anew or no longer; they may follow Cilium without a pin of their own."""
    old, new = _crds(before), _crds(after)
    if old is None or new is None or old == new:
        return
    known = new.version in GATEWAY_API
    for kind in sorted({*old.kinds, *new.kinds}):
        was, becomes = old.served.get(kind, ()), new.served.get(kind, ())
        for version in was:
            if version not in becomes and known:
                yield f"{GROUP}/{version}", kind, "gone", str(new.version), new.source
        for version in becomes:
            if version not in was:
                yield f"{GROUP}/{version}", kind, "new", str(new.version), new.source


def _crds(rendered: Rendered) -> GatewayApiRelease | None:
    return rendered.cluster.versions.gateway_api


def _written(kind: str, group: str, *, before: Rendered, after: Rendered) -> tuple[str, ...]:
    """Return the apiVersions in which both trees write a kind, each once, the earlier tree's first."""
    found = (
        one.identity.api_version
        for rendered in (before, after)
        for one in rendered.files
        if isinstance(one, Document) and one.identity.kind == kind and one.identity.group == group
    )
    return tuple(dict.fromkeys(found))
