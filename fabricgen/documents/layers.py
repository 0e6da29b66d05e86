"""The order in which Flux applies the tree: one layer a folder, each waiting for those it needs.

Fed by every family's drafts; gives the Flux Kustomizations of flux/ and a kustomization.yaml for each folder.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fabricgen.cluster import AddedComponent, Cluster
from fabricgen.documents.cilium import release_timeout
from fabricgen.documents.crd_source import CRD_SOURCE, crd_source
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.flux import FLUX
from fabricgen.documents.sops import decryption
from fabricgen.versions import flux as flux_versions

__all__ = ["FLUX", "LAYERS", "Layer", "drafts"]

DOCS = "https://fluxcd.io/flux/components/kustomize/kustomizations"
# Between the end of a release's own timeout and that of the layer that waits for it.
_MARGIN_MINUTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One Flux Kustomization: its folder below the tree, what is in it, what it waits for, and when it is healthy.

    `after` names layers, and `waits` says why; those that this cluster does not have are skipped. `keep` says why a
    layer that must never be pruned must not: its objects stay when they, or the layer, are taken out of git.
    """

    name: str
    folder: str
    why: str
    after: tuple[str, ...] = ()
    waits: str = ""
    minutes: int = 5
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
        why="Flux itself, as bootstrap applied it",
        after=("flux-operator",),
        waits="the operator brings the kind FluxInstance, and acts on it",
        keep="removing it would uninstall Flux",
    ),
    Layer(
        name="namespaces",
        folder="infrastructure/namespaces",
        why="namespaces that the tree puts objects into and that may not be there yet",
        keep="removing a namespace removes all that is in it",
    ),
    Layer(
        name="gateway-api-crds",
        folder="infrastructure/gateway-api-crds",
        why="the kinds of Gateway API",
        keep="removing a CRD removes every Gateway and route in the cluster",
    ),
    Layer(
        name="cilium",
        folder="infrastructure/cilium",
        why="the pod network",
        after=("namespaces", "gateway-api-crds"),
        waits="Cilium's operator looks once, when it starts, whether the Gateway API's CRDs are there",
        keep="removing it would uninstall the pod network",
    ),
    Layer(
        name="metallb",
        folder="infrastructure/metallb",
        why="MetalLB, which serves the pools here",
        after=("cilium",),
        waits="its pods need a network",
        minutes=15,
        keep="removing it would withdraw every LoadBalancer address",
    ),
    Layer(
        name="metallb-config",
        folder="infrastructure/metallb-config",
        why="pools and advertisements",
        after=("metallb",),
        waits="their CRDs come with MetalLB's release, and its webhook checks them",
    ),
    Layer(
        name="cilium-config",
        folder="infrastructure/cilium-config",
        why="pools and announcements",
        after=("cilium",),
        waits="their CRDs exist only once Cilium's operator has run; no chart holds them",
    ),
    Layer(
        name="services",
        folder="infrastructure/services",
        why="Services with pinned addresses",
        after=("namespaces", "cilium-config", "metallb-config"),
        waits="there must be a pool to pin them in",
    ),
    Layer(
        name="gateway",
        folder="infrastructure/gateway",
        why="Gateways and routes",
        after=("namespaces", "gateway-api-crds", "cilium", "cilium-config", "metallb-config"),
        waits="their kinds, the controller, and the pools that give them addresses",
    ),
    Layer(
        name="policies",
        folder="infrastructure/policies",
        why="who may talk to whom",
        after=("namespaces", "cilium", "cilium-config", "gateway"),
        waits="policies come last, so that default deny cannot keep an earlier layer from starting",
    ),
    Layer(
        name="monitoring",
        folder="infrastructure/monitoring",
        why="dashboards; their CRD comes with grafana-operator, which is not part of this tree, so nothing waits for them",
        after=("namespaces", "cilium"),
        waits="the chart makes the ConfigMaps that they point to",
    ),
)


def drafts(cluster: Cluster, families: Sequence[Draft]) -> Iterator[Draft]:
    """Yield flux/*.yaml and the kustomization.yaml of each synced folder, from what the families yield."""
    layers = layers_of(cluster, families)
    names = {layer.name for layer in layers}
    for layer in layers:
        yield _kustomization_draft(cluster, layer, names=names)
        if not _is_crds(cluster, layer):
            yield _folder_draft(layer.folder, families)
    # Sorted, so that a new layer is one new line. Without any layer the list is empty, which Flux takes since 2.3.
    resources = sorted(f"{layer.name}.yaml" for layer in layers)
    yield _resources_draft("flux", resources, why="one file a layer; the order is in their dependsOn")


def layers_of(cluster: Cluster, families: Iterable[Draft]) -> tuple[Layer, ...]:
    """Return the layers that this cluster has: those with files, and the CRDs that come from elsewhere."""
    present = {str(PurePosixPath(draft.path).parent) for draft in families}
    own = tuple(layer for layer in LAYERS if layer.folder in present or _is_crds(cluster, layer))
    return (*own, *(_layer_of(one) for one in cluster.components))


def _layer_of(one: AddedComponent) -> Layer:
    """Return the layer of another package's component."""
    return Layer(
        name=one.name,
        folder=one.folder,
        why=f"{one.why} (from {one.package})",
        after=one.after,
        waits=one.waits,
        minutes=one.minutes,
        keep=one.keep,
    )


def _is_crds(cluster: Cluster, layer: Layer) -> bool:
    return layer.name == "gateway-api-crds" and cluster.versions.gateway_api is not None


def _folder_draft(folder: str, families: Iterable[Draft]) -> Draft:
    paths = (PurePosixPath(draft.path) for draft in families)
    names = sorted(path.name for path in paths if str(path.parent) == folder)
    return _resources_draft(folder, names, why="every file of this folder")


def object_name(layer: str) -> str:
    """Return the name of a layer's Flux Kustomization.

    A repository often has a Kustomization `monitoring` or `cilium` of its own in flux-system; ours under the same
    name would take it over, and prune what it had applied.
    """
    return f"fabric-{layer}"


def _resources_draft(folder: str, resources: list[str], *, why: str) -> Draft:
    base = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    source = f"{DOCS}/#generating-a-kustomizationyaml-file"
    reason = setting("resources", resources, why=why, source=source)
    path = f"{folder}/kustomization.yaml"
    return Draft(path=path, template="kustomization.yaml.j2", parts=(Part(base=base, settings=(reason,)),))


def _kustomization_draft(cluster: Cluster, layer: Layer, *, names: set[str]) -> Draft:
    base = {
        "apiVersion": flux_versions.api_version("Kustomization", cluster.flux.minor),
        "kind": "Kustomization",
        "metadata": {"name": object_name(layer.name), "namespace": FLUX},
    }
    settings = tuple(one.under("spec") for one in _settings(cluster, layer, names=names))
    source = (crd_source(cluster),) if _is_crds(cluster, layer) else ()
    return Draft(
        path=f"flux/{layer.name}.yaml",
        template="flux/layer.yaml.j2",
        parts=(*source, Part(base=base, settings=settings)),
        context={"layer": layer},
    )


def _settings(cluster: Cluster, layer: Layer, *, names: set[str]) -> Iterator[Setting]:
    yield from _what(cluster, layer)
    if not _is_crds(cluster, layer):
        yield from decryption(cluster.flux)
    if after := [{"name": object_name(name)} for name in layer.after if name in names]:
        yield setting("dependsOn", after, why=layer.waits, source=f"{DOCS}/#dependencies")
    yield from _keeping(layer)
    yield from _times(cluster, layer)
    yield from _health(cluster, layer)


def _what(cluster: Cluster, layer: Layer) -> Iterator[Setting]:
    if _is_crds(cluster, layer) and (release := cluster.versions.gateway_api):
        source: dict[str, Any] = {"kind": "GitRepository", "name": CRD_SOURCE}
        path, read = f"./{release.path}", "the repository above"
        why = f"the {release.channel} channel of Gateway API {release.tag}, straight from its own repository"
    else:
        source = {"kind": cluster.flux.source.kind, "name": FLUX}
        path, why, read = f"./{cluster.flux.path}/{layer.folder}", layer.why, "what Flux itself reads"
    yield setting("path", path, why=why, source=f"{DOCS}/#path")
    yield setting("sourceRef", source, why=read, source=f"{DOCS}/#source-reference")


def _keeping(layer: Layer) -> Iterator[Setting]:
    if not layer.keep:
        why = "what is taken out of git is taken out of the cluster"
        yield setting("prune", value=True, why=why, source=f"{DOCS}/#prune")
        return
    why = f"{layer.keep}; that must not follow from one lost line in git"
    yield setting("prune", value=False, why=why, source=f"{DOCS}/#prune")
    why = "the same when this layer itself is removed, whatever prune says one day"
    yield setting("deletionPolicy", "Orphan", why=why, source=f"{DOCS}/#deletion-policy")


def _times(cluster: Cluster, layer: Layer) -> Iterator[Setting]:
    why = "how often it is compared with the cluster when nothing changes in git"
    yield setting("interval", cluster.flux.interval, why=why, source=f"{DOCS}/#interval")
    why = "after a failure the default would be to wait a whole interval"
    yield setting("retryInterval", "2m", why=why, source=f"{DOCS}/#retry-interval")
    if layer.name == "cilium":
        minutes = release_timeout(cluster)
        why = f"the release may take {minutes}m, since agents are replaced node by node, and is waited for"
        yield setting("timeout", f"{minutes + _MARGIN_MINUTES}m", why=why, source=f"{DOCS}/#timeout")
        return
    why = "the default would be the interval less 30s, in which a push has to wait"
    yield setting("timeout", f"{layer.minutes}m", why=why, source=f"{DOCS}/#timeout")


def _health(cluster: Cluster, layer: Layer) -> Iterator[Setting]:
    if layer.name == "cilium":
        why = "healthy when the release is ready and the CRDs that later layers use are there"
        yield setting("healthChecks", _checks(cluster), why=why, source=f"{DOCS}/#health-checks")
        return
    why = "later layers wait until everything here is ready, not only applied"
    yield setting("wait", value=True, why=why, source=f"{DOCS}/#wait")


def _checks(cluster: Cluster) -> list[dict[str, str]]:
    """Return what must be healthy: the release, and CRDs. Not the agents: one node that is down would hold back all else."""
    release = {
        "apiVersion": flux_versions.api_version("HelmRelease", cluster.flux.minor),
        "kind": "HelmRelease",
        "name": "cilium",
        "namespace": "kube-system",
    }
    return [release, *(_crd_check(plural) for plural in _operator_crds(cluster))]


def _crd_check(plural: str) -> dict[str, str]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "name": f"{plural}.cilium.io",
    }


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
    if cilium.policies is not None:
        yield "ciliumnetworkpolicies"
    if cilium.policies is not None or _has_host_policy(cluster):
        yield "ciliumclusterwidenetworkpolicies"


def _has_host_policy(cluster: Cluster) -> bool:
    firewall = cluster.cilium.host_firewall if cluster.cilium else None
    return firewall is not None and firewall.policy != "none"
