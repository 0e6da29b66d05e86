"""apiVersions that nobody serves, or soon nobody will."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from fabricgen.fabric import Fabric, UnknownError, agreed, only
from fabricgen.repository import Item
from fabricgen.rules.rule import Edit, Hit, rule
from fabricgen.versions import (
    CILIUM,
    FLUX,
    KUBERNETES,
    Minor,
    cilium_apis,
    flux_apis,
    format_minor,
    kubernetes_apis,
    minor_of,
)
from fabricgen.versions.flux import FEATURES, Feature
from fabricgen.versions.gateway_api import GROUP, release_for

_FLUX_SOURCE: Final = "https://github.com/fluxcd/flux2/blob/v2.9.4/cmd/flux/migrate.go"
_CILIUM_CRDS: Final = "https://github.com/cilium/cilium/tree/v1.20.2/pkg/k8s/apis/cilium.io/client/crds"
_PATH: Final = ("apiVersion",)
# The kinds whose schema is the same in both versions.
_SAME: Final = {"CiliumCIDRGroup"}
# Kinds that have rules of their own for v2alpha1 that goes, and v2 that is not there yet: LBS007, LBS008, BGP010, BGP011.
_ELSEWHERE: Final = {
    "CiliumBGPAdvertisement",
    "CiliumBGPClusterConfig",
    "CiliumBGPNodeConfigOverride",
    "CiliumBGPPeerConfig",
    "CiliumLoadBalancerIPPool",
}
_FEATURES: Final[tuple[tuple[str, tuple[str, ...], Feature], ...]] = (
    ("HelmRelease", ("spec", "healthCheckExprs"), "HelmRelease.healthCheckExprs"),
    ("HelmRelease", ("spec", "install", "strategy"), "HelmRelease.retryOnFailure"),
    ("HelmRelease", ("spec", "upgrade", "strategy"), "HelmRelease.retryOnFailure"),
    ("HelmRelease", ("spec", "waitStrategy"), "HelmRelease.waitStrategy"),
    ("Kustomization", ("spec", "ignore"), "Kustomization.ignore"),
    ("Kustomization", ("spec", "ignoreMissingComponents"), "Kustomization.ignoreMissingComponents"),
)


def _version(item: Item) -> str:
    return item.api_version.rpartition("/")[2]


def _flux_items(fabric: Fabric) -> Iterator[Item]:
    for group, kind in sorted(flux_apis.KINDS):
        yield from fabric.in_force(group, kind)


def _flux_edit(item: Item, flux: Minor) -> tuple[Edit, ...]:
    """Return the edit that writes the version to take; fields that are gone with the old one are the user's."""
    try:
        version = flux_apis.newest(item.group, item.kind, flux)
    except KeyError:
        return ()
    return (Edit.of(item, "set", _PATH, f"{item.group}/{version}"),)


@rule(
    "VER001",
    "error",
    "Flux serves the apiVersion of its objects",
    why="The API server knows no such kind, so the Kustomization that applies the object fails as a whole.",
    source=_FLUX_SOURCE,
    fix="Write the version that this Flux serves; `flux migrate -f .` does it for a whole repository.",
)
def flux_version_not_served(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of Flux in a version that the Flux of this cluster does not serve."""
    flux = only(fabric.pins.flux).value
    if flux not in FLUX:
        return
    for item in _flux_items(fabric):
        served = flux_apis.versions_of(item.group, item.kind).get(_version(item))
        if served is None or item.layer is None:
            continue
        if served.until is not None and flux >= served.until:
            message = f"Flux {format_minor(flux)} serves no {item.api_version}; it went with {format_minor(served.until)}"
            yield Hit.at(item, _PATH, message, *_flux_edit(item, flux))
        elif flux < served.since:
            message = f"Flux {format_minor(flux)} serves no {item.api_version}; it came with {format_minor(served.since)}"
            yield Hit.at(item, _PATH, message, *_flux_edit(item, flux))


@rule(
    "VER002",
    "warning",
    "Flux' objects are in versions that stay",
    why="The next minors of Flux delete the version outright: after the upgrade nothing that holds such an object is "
    "applied, and the CRDs cannot even be upgraded while objects are stored in it.",
    source=_FLUX_SOURCE,
    fix="Write the version that stays, and run `flux migrate` on the cluster before the upgrade.",
)
def flux_version_deprecated(fabric: Fabric) -> Iterator[Hit]:
    """Yield each kind and version of Flux that this Flux serves for the last time."""
    flux = only(fabric.pins.flux).value

    def goes(served: flux_apis.Served) -> bool:
        late = served.deprecated is not None and flux >= served.deprecated
        return late and served.until is not None and flux < served.until

    yield from _old(fabric, goes, flux)


def _old(fabric: Fabric, goes: Callable[[flux_apis.Served], bool], flux: Minor) -> Iterator[Hit]:
    """Yield one hit for each kind and version that goes, for all of its objects at once."""
    found: dict[tuple[str, str], list[Item]] = {}
    for item in _flux_items(fabric):
        served = flux_apis.versions_of(item.group, item.kind).get(_version(item))
        if served is not None and item.layer is not None and goes(served):
            found.setdefault((item.api_version, item.kind), []).append(item)
    for (version, kind), items in found.items():
        until = flux_apis.versions_of(items[0].group, kind)[_version(items[0])].until
        last = format_minor((until[0], until[1] - 1)) if until else ""
        written = {one.origin: one for one in items}.values()
        edits = [edit for item in written for edit in _flux_edit(item, flux)]
        message = f"{version} {kind} is served up to Flux {last}{_others(fabric, version, kind)}"
        first, *more = (Hit.at(item, _PATH, message) for item in items)
        yield replace(first, edits=tuple(edits), same=tuple(more))


def _others(fabric: Fabric, version: str, kind: str) -> str:
    """Return how many more documents say so, in words; of the whole repository, so that clusters tell the same."""
    documents = fabric.cluster.repository.documents
    count = sum(one["kind"] == kind and one["apiVersion"] == version for one in documents) - 1
    return f"; {count} more {'documents say' if count > 1 else 'document says'} so" if count > 0 else ""


@rule(
    "VER003",
    "error",
    "Flux' objects are in versions that ever were",
    why="No Flux has ever served it: the API server knows no such kind.",
    source=_FLUX_SOURCE,
    fix="Write helm.toolkit.fluxcd.io/v2, kustomize.toolkit.fluxcd.io/v1 or source.toolkit.fluxcd.io/v1.",
)
def flux_version_invented(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of Flux in a version that no Flux has served."""
    for item in _flux_items(fabric):
        known = flux_apis.versions_of(item.group, item.kind)
        if _version(item) not in known:
            stays = next(iter(known))
            edit = Edit.of(item, "set", _PATH, f"{item.group}/{stays}")
            yield Hit.at(item, _PATH, f"there is no {item.api_version} {item.kind}", edit)


@rule(
    "VER004",
    "warning",
    "Flux' objects are in versions that the maintained Flux serves",
    why="Nothing here tells which Flux the cluster runs; those of the last three minors do not serve this version, and "
    "an upgrade stops everything that holds such an object.",
    source=_FLUX_SOURCE,
    fix="Write the version that stays, and run `flux migrate` on the cluster before the upgrade.",
)
def flux_version_outdated(fabric: Fabric) -> Iterator[Hit]:
    """Yield each kind and version of Flux that none of the last three minors serves, where no Flux is pinned."""
    if fabric.pins.flux:
        return
    maintained = sorted(FLUX)[-3:]

    def gone(served: flux_apis.Served) -> bool:
        return served.until is not None and served.until <= maintained[0]

    yield from _old(fabric, gone, maintained[-1])


@rule(
    "VER005",
    "error",
    "Cilium serves the apiVersion of its objects",
    why="The API server knows no such kind: the object is refused, and the Kustomization that applies it fails.",
    source=_CILIUM_CRDS,
    fix="Write the version that this Cilium serves; CiliumBGPPeeringPolicy is replaced by CiliumBGPClusterConfig.",
)
def cilium_version_not_served(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of Cilium in a version, or of a kind, that this Cilium does not serve."""
    for item, served, minor in _cilium_items(fabric):
        if served is None:
            yield Hit.at(item, _PATH, f"there is no {item.api_version} {item.kind}")
        elif (minor < served.since and item.kind not in _ELSEWHERE) or (
            served.until is not None and minor >= served.until
        ):
            yield Hit.at(
                item, _PATH, f"Cilium {format_minor(minor)} serves no {item.api_version} {item.kind}"
            )


def _cilium_items(fabric: Fabric) -> Iterator[tuple[Item, cilium_apis.Served | None, Minor]]:
    """Yield Cilium's objects with what is known of their version; those of kinds in the table only."""
    cilium = fabric.cilium
    if cilium is None or cilium.minor not in CILIUM:
        return
    for item in fabric.applied:
        if item.group == "cilium.io" and (known := cilium_apis.versions_of(item.kind)):
            yield item, known.get(_version(item)), cilium.minor


@rule(
    "VER006",
    "warning",
    "Cilium's objects are in versions that stay",
    why="The version is deprecated; a later minor of Cilium serves it no more, and its objects are refused then.",
    source=_CILIUM_CRDS,
    fix="Write cilium.io/v2.",
)
def cilium_version_deprecated(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of Cilium in a version that this Cilium serves, deprecated."""
    for item, served, minor in _cilium_items(fabric):
        if served is None or served.deprecated is None or minor < served.deprecated:
            continue
        if item.kind not in _ELSEWHERE and (served.until is None or minor < served.until):
            edit = (Edit.of(item, "set", _PATH, "cilium.io/v2"),) if item.kind in _SAME else ()
            yield Hit.at(
                item, _PATH, f"{item.api_version} is deprecated in Cilium {format_minor(minor)}", *edit
            )


@rule(
    "VER007",
    "warning",
    "The CRDs of Gateway API that are applied serve the objects",
    why="The API server knows no such kind, so the Kustomization that applies the object fails.",
    source="https://github.com/kubernetes-sigs/gateway-api/tree/v1.6.1/config/crd",
    fix="Write a version that the CRDs serve, or apply a release of them that has it.",
)
def gateway_version_not_served(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of Gateway API that the one release of the standard CRDs here does not serve."""
    cilium = fabric.cilium
    releases = {one.version for one in fabric.gateway_crds}
    if cilium is None or cilium.version is None or len(releases) != 1 or None in releases:
        return
    if any(one.channel != "standard" or one.kind for one in fabric.gateway_crds):
        return
    version = next(one.version for one in fabric.gateway_crds)
    try:
        served = release_for(cilium.version, wanted=version)
    except KeyError:
        return
    for item in fabric.applied:
        if (
            item.group == GROUP
            and served.channel == "standard"
            and _version(item) not in served.served.get(item.kind, ())
        ):
            yield Hit.at(
                item, _PATH, f"the CRDs of Gateway API {version} serve no {item.api_version} {item.kind}"
            )


@rule(
    "VER015",
    "error",
    "Kubernetes serves the apiVersion of its objects",
    why="The API server knows no such kind any more: the Kustomization that applies the object fails as a whole.",
    source="https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
    fix="Write the version that replaced it.",
)
def kubernetes_version_not_served(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object in a version that the Kubernetes of this cluster, or any that is in use, does not serve."""
    try:
        minor = minor_of(agreed(fabric.pins.kubernetes).value)
        shown = f"Kubernetes {format_minor(minor)}"
    except UnknownError:
        minor = min(KUBERNETES)
        shown = "no Kubernetes in use"
    for item in fabric.items:
        removed = kubernetes_apis.REMOVED.get((item.api_version, item.kind))
        if removed is None or minor < removed or (fabric.layers and item.layer is None):
            continue
        serves = "serves no" if shown != "no Kubernetes in use" else "serves"
        message = f"{shown} {serves} {item.api_version} {item.kind}; it went with {format_minor(removed)}"
        yield Hit.at(item, _PATH, message)


@rule(
    "VER017",
    "error",
    "Flux knows the fields that are written",
    why="The CRD has no such field: server-side apply refuses the object, and the Kustomization fails.",
    source="https://github.com/fluxcd/helm-controller/blob/v1.6.3/CHANGELOG.md",
    fix="Remove the field, or upgrade Flux first.",
)
def field_from_the_future(fabric: Fabric) -> Iterator[Hit]:
    """Yield each field that a newer Flux than this one's brought."""
    flux = only(fabric.pins.flux).value
    for kind, path, feature in _FEATURES:
        group = "helm.toolkit.fluxcd.io" if kind == "HelmRelease" else "kustomize.toolkit.fluxcd.io"
        for item in fabric.of(group, kind):
            if item.layer is not None and item.get(*path) is not None and flux < FEATURES[feature]:
                message = f"{'.'.join(path)} came with Flux {format_minor(FEATURES[feature])}; this is {format_minor(flux)}"
                yield Hit.at(item, path, message)
