"""The order in which Flux applies the tree: one layer a folder, each waiting for those it needs.

Fed by every family's drafts; gives the Flux Kustomizations of flux/ and a kustomization.yaml for each folder.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fabricgen.cluster import Cluster
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.versions import flux as flux_versions
from fabricgen.versions.gateway_api import REPOSITORY, GatewayApiRelease

FLUX = "flux-system"
DOCS = "https://fluxcd.io/flux/components/kustomize/kustomizations"
CRD_SOURCE = "gateway-api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One Flux Kustomization: its folder below the tree, what it waits for, and when it is healthy.

    `after` names layers; those that this cluster does not have are skipped. `keep` says why a layer that must
    never be pruned must not: its objects stay when they, or the layer, are taken out of git.
    """

    name: str
    folder: str
    why: str
    after: tuple[str, ...] = ()
    timeout: str = "5m"
    keep: str = ""


LAYERS: tuple[Layer, ...] = (
    Layer(
        name="flux-operator",
        folder="infrastructure/flux-operator",
        why="the operator that bootstrap installed, from now on upgraded from git",
        keep="removing it would leave the cluster without anyone who reconciles",
    ),
    Layer(
        name="flux-instance",
        folder="infrastructure/flux-instance",
        why="Flux itself, as bootstrap applied it; its CRD comes with the operator",
        after=("flux-operator",),
        keep="removing it would uninstall Flux",
    ),
    Layer(
        name="gateway-api-crds",
        folder="infrastructure/gateway-api-crds",
        why="Cilium's operator looks once, when it starts, whether the Gateway API's CRDs are there",
        keep="removing a CRD removes every Gateway and route in the cluster",
    ),
    Layer(
        name="cilium",
        folder="infrastructure/cilium",
        why="the pod network",
        after=("gateway-api-crds",),
        timeout="20m",
        keep="removing it would uninstall the pod network",
    ),
    Layer(
        name="metallb",
        folder="infrastructure/metallb",
        why="MetalLB, which serves the pools here",
        after=("cilium",),
        timeout="15m",
        keep="removing it would withdraw every LoadBalancer address",
    ),
    Layer(
        name="metallb-config",
        folder="infrastructure/metallb-config",
        why="pools and advertisements; their CRDs come with MetalLB's release",
        after=("metallb",),
    ),
    Layer(
        name="cilium-config",
        folder="infrastructure/cilium-config",
        why="pools and announcements; their CRDs exist only once Cilium's operator has run",
        after=("cilium",),
    ),
    Layer(
        name="services",
        folder="infrastructure/services",
        why="Services with pinned addresses, once there is a pool to pin them in",
        after=("cilium-config", "metallb-config"),
    ),
    Layer(
        name="gateway",
        folder="infrastructure/gateway",
        why="Gateways and routes, once the controller and the pools are there",
        after=("gateway-api-crds", "cilium-config", "metallb-config", "cilium"),
    ),
    Layer(
        name="policies",
        folder="infrastructure/policies",
        why="policies come last, so that default deny cannot keep an earlier layer from starting",
        after=("cilium", "cilium-config", "gateway"),
    ),
    Layer(
        name="monitoring",
        folder="infrastructure/monitoring",
        why="dashboards need the CRDs of grafana-operator, which is not part of this tree, so nothing waits for them",
        after=("cilium",),
    ),
)


def drafts(cluster: Cluster, families: Sequence[Draft]) -> Iterator[Draft]:
    """Yield flux/*.yaml and the kustomization.yaml of each synced folder, from what the families yield."""
    present = {str(PurePosixPath(draft.path).parent) for draft in families}
    layers = [layer for layer in LAYERS if layer.folder in present or _is_crds(cluster, layer)]
    names = {layer.name for layer in layers}
    for layer in layers:
        yield _kustomization_draft(cluster, layer, names=names)
        if not _is_crds(cluster, layer):
            yield _folder_draft(layer.folder, families)
    resources = sorted(f"{layer.name}.yaml" for layer in layers)
    yield _resources_draft("flux", resources, why="one file a layer; the order is in their dependsOn")


def _is_crds(cluster: Cluster, layer: Layer) -> bool:
    return layer.name == "gateway-api-crds" and cluster.versions.gateway_api is not None


def _folder_draft(folder: str, families: Iterable[Draft]) -> Draft:
    paths = (PurePosixPath(draft.path) for draft in families)
    return _resources_draft(
        folder,
        sorted(path.name for path in paths if str(path.parent) == folder),
        why="every file of this folder",
    )


def _resources_draft(folder: str, resources: list[str], *, why: str) -> Draft:
    base = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    reason = setting("resources", resources, why=why, source=f"{DOCS}/#generating-a-kustomizationyaml")
    path = f"{folder}/kustomization.yaml"
    return Draft(path=path, template="kustomization.yaml.j2", parts=(Part(base=base, settings=(reason,)),))


def _kustomization_draft(cluster: Cluster, layer: Layer, *, names: set[str]) -> Draft:
    base = {
        "apiVersion": flux_versions.api_version("Kustomization", cluster.flux.minor),
        "kind": "Kustomization",
        "metadata": {"name": layer.name, "namespace": FLUX},
    }
    settings = tuple(one.under("spec") for one in _settings(cluster, layer, names=names))
    part = Part(base=base, settings=settings)
    source = (_crds_source(cluster),) if _is_crds(cluster, layer) else ()
    return Draft(
        path=f"flux/{layer.name}.yaml",
        template="flux/layer.yaml.j2",
        parts=(*source, part),
        context={"layer": layer},
    )


def _settings(cluster: Cluster, layer: Layer, *, names: set[str]) -> Iterator[Setting]:
    yield from _what(cluster, layer)
    if after := [{"name": name} for name in layer.after if name in names]:
        yield setting("dependsOn", after, why=f"{layer.why}", source=f"{DOCS}/#dependencies")
    yield from _keeping(layer)
    yield from _times(cluster, layer)
    yield from _health(cluster, layer)


def _what(cluster: Cluster, layer: Layer) -> Iterator[Setting]:
    if _is_crds(cluster, layer) and (release := cluster.versions.gateway_api):
        source: dict[str, Any] = {"kind": "GitRepository", "name": CRD_SOURCE}
        path, why = (
            f"./{release.path}",
            f"the {release.channel} channel of Gateway API {release.tag}, straight from its own repository",
        )
    else:
        source = {"kind": cluster.flux.source.kind, "name": FLUX}
        path, why = f"./{cluster.flux.path}/{layer.folder}", layer.why
    yield setting("path", path, why=why, source=f"{DOCS}/#path")
    yield setting("sourceRef", source, why="what Flux reads it from", source=f"{DOCS}/#source-reference")


def _keeping(layer: Layer) -> Iterator[Setting]:
    if not layer.keep:
        why = "what is taken out of git is taken out of the cluster"
        yield setting("prune", value=True, why=why, source=f"{DOCS}/#prune")
        return
    yield setting(
        "prune",
        value=False,
        why=f"{layer.keep}; that must not follow from one lost line in git",
        source=f"{DOCS}/#prune",
    )
    why = "the same when this layer itself is removed"
    yield setting("deletionPolicy", "Orphan", why=why, source=f"{DOCS}/#deletion-policy")


def _times(cluster: Cluster, layer: Layer) -> Iterator[Setting]:
    why = "how often it is compared with the cluster when nothing changes in git"
    yield setting("interval", cluster.flux.interval, why=why, source=f"{DOCS}/#interval")
    why = "after a failure the default would be to wait a whole interval"
    yield setting("retryInterval", "2m", why=why, source=f"{DOCS}/#retry-interval")
    why = (
        "agents restart node by node; the default would be the interval less 30s"
        if layer.name == "cilium"
        else "the default would be the interval less 30s"
    )
    yield setting("timeout", layer.timeout, why=why, source=f"{DOCS}/#timeout")


def _health(cluster: Cluster, layer: Layer) -> Iterator[Setting]:
    checks = _checks(cluster, layer)
    if checks:
        why = "healthy only when the release is ready and the CRDs that later layers use are there"
        yield setting("healthChecks", checks, why=why, source=f"{DOCS}/#health-checks")
        return
    why = "later layers wait until everything here is ready, not only applied"
    yield setting("wait", value=True, why=why, source=f"{DOCS}/#wait")


def _checks(cluster: Cluster, layer: Layer) -> list[dict[str, str]]:
    release = flux_versions.api_version("HelmRelease", cluster.flux.minor)
    if layer.name == "cilium":
        return [
            _check(release, "HelmRelease", "cilium", namespace="kube-system"),
            *map(_crd_check, _operator_crds(cluster)),
        ]
    return []


def _check(api_version: str, kind: str, name: str, *, namespace: str = "") -> dict[str, str]:
    check = {"apiVersion": api_version, "kind": kind, "name": name}
    return {**check, "namespace": namespace} if namespace else check


def _crd_check(plural: str) -> dict[str, str]:
    return _check("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"{plural}.cilium.io")


def _operator_crds(cluster: Cluster) -> Iterator[str]:
    """Yield the CRDs that later layers use; Cilium's operator registers them when it starts, no chart holds them."""
    cilium = cluster.cilium
    if cilium is None:
        return
    if cluster.pools and cluster.metallb is None:
        yield "ciliumloadbalancerippools"
    if cilium.l2 is not None:
        yield "ciliuml2announcementpolicies"
    if cilium.bgp is not None:
        yield from ("ciliumbgpclusterconfigs", "ciliumbgppeerconfigs", "ciliumbgpadvertisements")
    if cilium.policies is not None or (
        cilium.host_firewall is not None and cilium.host_firewall.policy != "none"
    ):
        yield from ("ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies")


def _crds_source(cluster: Cluster) -> Part:
    release = cluster.versions.gateway_api
    assert release is not None  # noqa: S101 - the layer exists only with a release
    base = {
        "apiVersion": flux_versions.api_version("GitRepository", cluster.flux.minor),
        "kind": "GitRepository",
        "metadata": {"name": CRD_SOURCE, "namespace": FLUX},
    }
    docs = "https://fluxcd.io/flux/components/source/gitrepositories"
    settings = (
        setting("spec.url", REPOSITORY, why="the Gateway API's own repository", source=release.source),
        _pin(release),
        setting("spec.interval", "24h", why="what is pinned does not change", source=f"{docs}/#interval"),
        setting("spec.timeout", "2m", why="the repository is larger than most", source=f"{docs}/#timeout"),
        setting(
            "spec.ignore",
            "/*\n!/config\n/config/*\n!/config/crd\n",
            why="only the CRDs are kept",
            source=f"{docs}/#ignore",
        ),
    )
    return Part(base=base, settings=settings)


def _pin(release: GatewayApiRelease) -> Setting:
    suited = f"{release.tag}, the release that goes with this Cilium"
    if release.commit is None:
        return setting("spec.ref.tag", release.tag, why=suited, source=release.source)
    why = f"the commit of tag {suited}; a tag can be moved, a commit cannot"
    return setting("spec.ref.commit", release.commit, why=why, source=release.source)
