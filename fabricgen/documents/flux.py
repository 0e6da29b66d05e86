"""Flux itself, where flux-operator runs it: the operator's release and the FluxInstance; and what releases share.

Fed by the cluster; bootstrap applies the same files before Flux can. With `install: cli` there is nothing here:
bootstrap has the sync objects then. Sources: https://fluxoperator.dev/docs/crd/fluxinstance/ and the chart in
https://github.com/controlplaneio-fluxcd/charts .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cluster
from fabricgen.documents.artifact import instance_patches
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.versions.flux import api_version, has_feature
from fabricgen.versions.version import Version, format_minor

FLUX = "flux-system"
OPERATOR_CHART = "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator"
DISTRIBUTION = "oci://ghcr.io/controlplaneio-fluxcd/flux-operator-manifests"
INSTANCE = "https://fluxoperator.dev/docs/crd/fluxinstance"
RELEASES = "https://fluxcd.io/flux/components/helm/helmreleases"
OCI = "https://fluxcd.io/flux/components/source/ocirepositories"
PRUNE_DISABLED = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}
HELM_LAYER = {"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "operation": "copy"}


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield the operator's namespace, repository and release, and the FluxInstance."""
    operator = cluster.flux.operator
    if operator is None:
        return
    yield _draft("flux-operator/namespace", namespace_part(FLUX))
    yield _draft("flux-operator/repository", _repository(cluster, operator))
    yield _draft("flux-operator/release", _release(cluster))
    yield _draft("flux-instance/instance", _instance(cluster))


def _draft(name: str, part: Part) -> Draft:
    path = f"infrastructure/{name}.yaml"
    return Draft(path=path, template=f"{path}.j2", parts=(part,))


def namespace_part(name: str, *, labels: dict[str, str] | None = None) -> Part:
    """Return a Namespace that pruning can never delete."""
    metadata: dict[str, Any] = {"name": name, "annotations": dict(PRUNE_DISABLED)}
    if labels:
        metadata["labels"] = labels
    return Part(base={"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})


def _repository(cluster: Cluster, operator: Version) -> Part:
    base = {
        "apiVersion": api_version("OCIRepository", cluster.flux.minor),
        "kind": "OCIRepository",
        "metadata": {"name": "flux-operator", "namespace": FLUX},
    }
    return Part(base=base, settings=tuple(oci_settings(cluster, url=OPERATOR_CHART, tag=str(operator))))


def oci_settings(cluster: Cluster, *, url: str, tag: str, digest: str | None = None) -> Iterator[Setting]:
    """Yield the settings of an OCIRepository that holds a Helm chart."""
    why = "how often the registry is asked"
    yield setting("spec.interval", cluster.flux.interval, why=why, source=f"{OCI}/#interval")
    yield setting("spec.url", url, why="where the chart is published", source=f"{OCI}/#url")
    yield setting("spec.ref.tag", tag, why="the pinned version of the chart", source=f"{OCI}/#tag-example")
    if digest is not None:
        why = "the exact artifact; wins over the tag, which can be moved"
        yield setting("spec.ref.digest", digest, why=why, source=f"{OCI}/#digest-example")
    why = "the layer that holds a Helm chart, as it is; without this the first layer is taken"
    yield setting("spec.layerSelector", HELM_LAYER, why=why, source=f"{OCI}/#layer-selector")


def _release(cluster: Cluster) -> Part:
    base = {
        "apiVersion": api_version("HelmRelease", cluster.flux.minor),
        "kind": "HelmRelease",
        "metadata": {"name": "flux-operator", "namespace": FLUX, "annotations": dict(PRUNE_DISABLED)},
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _release_settings(cluster)))


def _release_settings(cluster: Cluster) -> Iterator[Setting]:
    why = "how often the release is compared with the cluster"
    yield setting("interval", cluster.flux.interval, why=why, source=f"{RELEASES}/#interval")
    why = "the chart from the repository beside it"
    chart = {"kind": "OCIRepository", "name": "flux-operator"}
    yield setting("chartRef", chart, why=why, source=f"{RELEASES}/#chart-reference")
    why = "the name that bootstrap installs it under, so that Flux adopts that release instead of installing another"
    yield setting("releaseName", "flux-operator", why=why, source=f"{RELEASES}/#release-name")
    yield from failure_settings(
        cluster, crds="the chart renders its CRDs; should it ship them in crds/, Flux must upgrade those too"
    )


def failure_settings(cluster: Cluster, *, crds: str) -> Iterator[Setting]:
    """Yield what happens to CRDs and on failure: try again, never uninstall or roll back. `crds` says why they upgrade."""
    retries = has_feature("HelmRelease.retryOnFailure", cluster.flux.minor)
    for action in ("install", "upgrade"):
        lifecycle = f"{RELEASES}/#controlling-the-lifecycle-of-custom-resource-definitions"
        yield setting(f"{action}.crds", "CreateReplace", why=crds, source=lifecycle)
        if retries:
            why = "a failure is tried again as it stands; the other strategy uninstalls on install and rolls back on upgrade"
            strategy = {"name": "RetryOnFailure", "retryInterval": "2m"}
            yield setting(
                f"{action}.strategy", strategy, why=why, source=f"{RELEASES}/#configuring-failure-handling"
            )
    if not retries:
        yield from _retries_before_strategies(cluster)


def _retries_before_strategies(cluster: Cluster) -> Iterator[Setting]:
    """Yield retries for Flux before 2.7, which has no RetryOnFailure: its only remediation of an install is to uninstall."""
    flux = f"Flux {format_minor(cluster.flux.minor)} has no RetryOnFailure (2.7 has)"
    why = f"{flux}; remediating an install means uninstalling it, so a failed one waits for you"
    yield setting("install.remediation.retries", 0, why=why, source=f"{RELEASES}/#install-remediation")
    why = f"{flux}; a failed upgrade is rolled back, which restarts its pods once more, and tried again, without end"
    yield setting("upgrade.remediation.retries", -1, why=why, source=f"{RELEASES}/#upgrade-remediation")


def _instance(cluster: Cluster) -> Part:
    base = {
        "apiVersion": api_version("FluxInstance", cluster.flux.minor),
        "kind": "FluxInstance",
        "metadata": {"name": "flux", "namespace": FLUX, "annotations": dict(PRUNE_DISABLED)},
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _instance_settings(cluster)))


def _instance_settings(cluster: Cluster) -> Iterator[Setting]:
    yield from _distribution(cluster)
    components = ["source-controller", "kustomize-controller", "helm-controller", "notification-controller"]
    why = "what this tree needs, and notifications"
    yield setting("components", components, why=why, source=f"{INSTANCE}/#components-configuration")
    plain = {"type": "kubernetes", "domain": cluster.networks.domain, "networkPolicy": True}
    why = "a plain cluster; only Flux' own pods reach its controllers"
    yield setting("cluster", plain, why=why, source=f"{INSTANCE}/#cluster-configuration")
    why = "the entry point: flux/ of this tree, under the names that `flux bootstrap` uses"
    yield setting("sync", sync_of(cluster), why=why, source=f"{INSTANCE}/#sync-configuration")
    if cluster.flux.source.kind == "OCIRepository":
        yield from instance_patches(cluster.flux.source)


def _distribution(cluster: Cluster) -> Iterator[Setting]:
    docs = f"{INSTANCE}/#distribution-configuration"
    why = "exactly this release: a range would upgrade Flux behind git's back"
    yield setting("distribution.version", str(cluster.flux.version), why=why, source=docs)
    why = "where the controllers' images come from"
    yield setting("distribution.registry", "ghcr.io/fluxcd", why=why, source=docs)
    why = "the manifests of each release; the operator itself holds only those that are older than it"
    yield setting("distribution.artifact", DISTRIBUTION, why=why, source=f"{INSTANCE}/#distribution-artifact")


def sync_of(cluster: Cluster) -> dict[str, Any]:
    """Return what Flux reads, as FluxInstance says it."""
    source = cluster.flux.source
    # A range of versions, which sync cannot say, stands in a patch.
    refs = {"branch": f"refs/heads/{source.ref}", "tag": source.ref}
    sync: dict[str, Any] = {
        "kind": source.kind,
        "url": source.url,
        "ref": refs.get(source.follows, "latest"),
        "path": f"{cluster.flux.path}/flux",
    }
    if source.provider is not None:
        sync["provider"] = source.provider
    return {**sync, "pullSecret": source.secret} if source.secret else sync
