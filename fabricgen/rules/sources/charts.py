"""Charts of HelmReleases: where they come from, and in which version."""

import re
from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric, HelmRelease
from fabricgen.fabric.releases import FLUX_HELM
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule

_HELM_CRD: Final = "https://github.com/fluxcd/helm-controller/blob/v1.6.3/config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml"
_CHART_CRD: Final = "https://github.com/fluxcd/source-controller/blob/v1.9.1/config/crd/bases/source.toolkit.fluxcd.io_helmcharts.yaml"
_EXACT: Final = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")


def _ours(fabric: Fabric) -> Iterator[HelmRelease]:
    """Yield the HelmReleases that Flux applies and of which everything is known."""
    return (one for one in fabric.helm_releases if one.item.layer is not None and one.item.exact)


def _version_place(release: HelmRelease) -> tuple[Item, tuple[str, ...]]:
    if release.item.get("spec", "chart"):
        return release.item, ("spec", "chart", "spec", "version")
    item = release.origin or release.item
    return item, ("spec", "version") if item.kind == "HelmChart" else ("spec", "ref")


@rule(
    "SRC005",
    "error",
    "A HelmRelease has either chart or chartRef",
    why="The API server refuses the object, so everything that is applied with it fails.",
    source=_HELM_CRD,
    fix="Keep one of the two: chartRef for an OCIRepository, chart for a HelmRepository.",
)
def chart_or_reference(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRelease with both, or with neither, once patches have been applied."""
    for item in fabric.of(FLUX_HELM, "HelmRelease"):
        if item.layer is None or not item.exact:
            continue
        has = [key for key in ("chart", "chartRef") if item.get("spec", key)]
        if len(has) != 1:
            yield Hit.at(
                item,
                ("spec", *has[:1]),
                f"it has {'both' if has else 'neither'} chart {'and' if has else 'nor'} chartRef",
            )


@rule(
    "SRC006",
    "warning",
    "The chart of the CNI has one exact version",
    why="With a range Flux upgrades the network of the cluster by itself, whenever a release comes out, also over "
    "changes that need hands; and two clusters of one commit run different versions.",
    source="https://fluxcd.io/flux/components/helm/helmreleases/#chart-template",
    fix="Write the version that runs now; let Renovate propose the next one.",
)
def range_of_the_cni(fabric: Fabric) -> Iterator[Hit]:
    """Yield each release of Cilium without an exact version."""
    for release in _ours(fabric):
        if release.chart != "cilium" or _EXACT.fullmatch(release.version) or is_open(release.version):
            continue
        if release.source and release.source.kind in {"GitRepository", "Bucket"}:
            continue  # The version is that of the source.
        item, path = _version_place(release)
        if item.get("spec", "ref", "digest") or not item.exact:
            continue
        yield Hit.at(item, path, f"Cilium may be any of {release.version or 'all versions'}")


@rule(
    "SRC007",
    "warning",
    "A chart from a repository has a version",
    why="Without one Flux takes the newest, major releases included, as soon as it is there.",
    source="https://fluxcd.io/flux/components/source/helmcharts/#version",
    fix="Write the version that runs now, or a range that stays within it.",
)
def chart_without_version(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRelease of a HelmRepository without a version, or with any."""
    for release in _ours(fabric):
        kind = release.item.get("spec", "chart", "spec", "sourceRef", "kind")
        if kind == "HelmRepository" and release.version in {"", "*"} and release.chart != "cilium":
            item, path = _version_place(release)
            yield Hit.at(item, path, f"{release.chart} has no version, so any is taken")


@rule(
    "SRC009",
    "error",
    "Signatures are checked only where charts have some",
    why="The API server refuses a chart that is to be verified and does not come from a HelmRepository, and Flux "
    "verifies charts of OCI registries only.",
    source="https://fluxcd.io/flux/components/source/helmcharts/#verification",
    fix="Take the chart from an OCIRepository and write verify there.",
)
def verified_without_signature(fabric: Fabric) -> Iterator[Hit]:
    """Yield each chart that is to be verified and comes from Git, a bucket or an HTTP server."""
    for release in _ours(fabric):
        if not release.item.get("spec", "chart", "spec", "verify"):
            continue
        origin = release.origin
        plain = origin is not None and origin.get("spec", "type") != "oci" and origin.kind == "HelmRepository"
        if plain or (release.source and release.source.kind != "HelmRepository"):
            shown = "an HTTP server" if plain else f"a {release.source.kind if release.source else ''}"
            path = ("spec", "chart", "spec", "verify")
            yield Hit.at(release.item, path, f"{release.chart} comes from {shown}, and is to be verified")


@rule(
    "SRC010",
    "info",
    "A chart from Git or a bucket has no version",
    why="Flux ignores it: the chart is what stands in the source, whatever its version.",
    source=_CHART_CRD,
    fix="Remove version; pin the tag or commit of the source.",
)
def version_that_is_ignored(fabric: Fabric) -> Iterator[Hit]:
    """Yield each version of a chart that comes from a GitRepository or Bucket."""
    for release in _ours(fabric):
        kind = release.source.kind if release.source else ""
        if kind in {"GitRepository", "Bucket"} and release.version not in {"", "*"}:
            path = ("spec", "chart", "spec", "version")
            yield Hit.at(
                release.item,
                path,
                f"{release.chart} comes from a {kind}, so version {release.version} is ignored",
            )


@rule(
    "SRC013",
    "warning",
    "The chart of the CNI comes over an encrypted connection",
    why="Whoever stands between can hand the cluster a chart of his own; it runs privileged on every node.",
    source="https://fluxcd.io/flux/components/source/ocirepositories/#insecure",
    fix="Use https, and no insecure: true.",
)
def cni_in_the_clear(fabric: Fabric) -> Iterator[Hit]:
    """Yield the source of Cilium's chart if it is read without encryption."""
    for release in _ours(fabric):
        origin = release.origin
        if release.chart != "cilium" or origin is None:
            continue
        if str(origin.get("spec", "url")).startswith("http://"):
            yield Hit.at(origin, ("spec", "url"), f"{origin.get('spec', 'url')} is not encrypted")
        if origin.get("spec", "insecure") is True:
            yield Hit.at(origin, ("spec", "insecure"), "insecure: true takes the chart over plain HTTP")


@rule(
    "SRC015",
    "warning",
    "The artifact of a chart has a tag",
    why="Without ref Flux looks for the tag latest, which publishers of charts do not push: nothing is installed.",
    source="https://fluxcd.io/flux/components/source/ocirepositories/#reference",
    fix="Write spec.ref.tag with the version of the chart.",
)
def artifact_without_tag(fabric: Fabric) -> Iterator[Hit]:
    """Yield each OCIRepository of a chart without a tag, range or digest."""
    for release in _ours(fabric):
        origin = release.origin
        if origin is None or origin.kind != "OCIRepository" or not origin.exact or release.chart == "cilium":
            continue
        if not any(origin.get("spec", "ref", key) for key in ("tag", "semver", "digest")):
            yield Hit.at(origin, ("spec", "ref"), f"{origin.get('spec', 'url')} has no tag")
