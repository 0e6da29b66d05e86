"""A release of Cilium, whoever installs it -> `cni.cilium`: version, chart, features, and the values beside them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fabricgen.errors import Path, format_path
from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.fabric.machines import read_network
from fabricgen.importing.draft import Draft, Left, Origin, leaves
from fabricgen.importing.features import CILIUM, read_dashboards, read_features, read_switch
from fabricgen.importing.page import Page, is_closed
from fabricgen.migration.of_fabric import known
from fabricgen.repository import Item

if TYPE_CHECKING:
    from fabricgen.addresses import Network

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SOURCES: Final = "source.toolkit.fluxcd.io"
_FAMILIES: Final = ("IPv4", "IPv6")


@dataclass(slots=True, kw_only=True, eq=False)
class _Values(Page):
    """The values of a release: each stands where the release says."""

    release: CiliumRelease

    def where(self, *path: str | int) -> str:
        place = self.release.place(".".join(str(part) for part in path))
        return f"{place.file}:{place.line}"


def read_cilium(fabric: Fabric, draft: Draft) -> None:
    """Put what the release that counts says into the draft; nothing without one."""
    release = fabric.cilium
    if release is None:
        return
    page = _Values(item=release.item, body=release.values, prefix=release.prefix, release=release)
    _version(fabric, release, draft)
    _chart(fabric, release, draft)
    _api(page, draft)
    _pools(page, draft)
    _routed(page, draft)
    read_features(page, draft)
    read_dashboards(fabric, draft)
    for path, value in page.rest():
        for below, leaf in leaves(value, path):
            _by_hand(page, draft, below, leaf)
    if not release.complete:
        draft.leave(
            Left(
                place=page.where(),
                path="values",
                why="more values come from a ConfigMap or Secret that is not in the repository",
                todo="look into it, and add what it holds under cni.cilium.values",
            )
        )


def _by_hand(page: Page, draft: Draft, path: Path, value: Any) -> None:  # noqa: ANN401 - values hold anything
    if is_closed(value):
        page.leave(
            draft,
            path,
            value,
            why="it is filled in by something that is not in the repository",
            todo=f"add it to {CILIUM}.values, or to {format_path(path)}'s own key",
        )
        return
    draft.put((*CILIUM.split("."), "values", *(str(part) for part in path)), value, page.origin(*path))


def _version(fabric: Fabric, release: CiliumRelease, draft: Draft) -> None:
    """Put the version of the chart: the release's own, else what helmfile or a source installs."""
    place = release.item.place()
    origin = Origin(place=f"{place.file}:{place.line}")
    if release.version is not None:
        draft.put(f"{CILIUM}.version", str(release.version), origin)
        return
    for one in fabric.own_installs:
        if one.version is not None:
            found = one.place("version")
            origin = Origin(place=f"{found.file}:{found.line}")
            draft.put(f"{CILIUM}.version", str(one.version), origin)
            return
    if release.range:
        draft.leave(
            Left(
                place=origin.place,
                path="version",
                value=release.range,
                why="is a range, and the keys of the chart change in patch releases",
                todo=f"--set {CILIUM}.version=… with the version that runs: helm list --namespace kube-system",
            )
        )


def _chart(fabric: Fabric, release: CiliumRelease, draft: Draft) -> None:
    """Put where the chart comes from; what is no source in the repository is Cilium's own."""
    source = _source_of(fabric, release.item)
    if source is None:
        repo = release.item.get("spec", "repo")
        if isinstance(repo, str) and repo.startswith("http"):
            draft.put(f"{CILIUM}.chart.helm", repo, _at(release.item, "spec", "repo"))
        elif isinstance(chart := release.item.get("spec", "chart"), str) and chart.startswith("oci://"):
            draft.put(f"{CILIUM}.chart.oci", chart, _at(release.item, "spec", "chart"))
        return
    url = source.get("spec", "url")
    if not isinstance(url, str) or is_closed(url):
        return
    if source.kind == "HelmRepository" and url.startswith("oci://"):
        draft.put(f"{CILIUM}.chart.oci", f"{url.rstrip('/')}/cilium", _at(source, "spec", "url"))
        return
    draft.put(f"{CILIUM}.chart.{'oci' if url.startswith('oci') else 'helm'}", url, _at(source, "spec", "url"))
    digest = (
        source.get("spec", "ref", "digest") or str(source.get("spec", "ref", "tag") or "").partition("@")[2]
    )
    if source.kind == "OCIRepository" and str(digest).startswith("sha256:"):
        draft.put(f"{CILIUM}.chart.digest", str(digest), _at(source, "spec", "ref"))


def _at(item: Item, *path: str) -> Origin:
    place = item.place(*path)
    return Origin(place=f"{place.file}:{place.line}")


def _source_of(fabric: Fabric, item: Item) -> Item | None:
    """Return the Flux source that a HelmRelease names, in any of the ways it can."""
    reference = item.mapping("spec", "chartRef") or item.mapping("spec", "chart", "spec", "sourceRef")
    if not reference:
        return None
    namespace = reference.get("namespace") or item.namespace
    for one in fabric.items:
        named = one.group == _SOURCES and (one.kind, one.name) == (
            reference.get("kind"),
            reference.get("name"),
        )
        if named and (not one.namespace or not namespace or one.namespace == namespace):
            if one.kind == "HelmChart":
                inner = one.mapping("spec", "sourceRef")
                same = [x for x in fabric.of(_SOURCES, str(inner.get("kind"))) if x.name == inner.get("name")]
                return same[0] if same else None
            return one
    return None


def _api(page: Page, draft: Draft) -> None:
    """Read how agents reach the API; the address itself is the endpoint's, or the node's own."""
    host = page.get("k8sServiceHost")
    if host is None:
        if read_switch(page.get("kubeProxyReplacement")) is True:
            return
        page.take("k8sServicePort")
        return
    page.take("k8sServiceHost")
    port = page.take("k8sServicePort")
    if str(host) in _LOOPBACK:
        return
    draft.put(f"{CILIUM}.apiServer", "endpoint", page.origin("k8sServiceHost"))
    draft.put("endpoint.host", str(host), page.origin("k8sServiceHost"))
    if str(port).isdigit():
        draft.put("endpoint.port", int(str(port)), page.origin("k8sServicePort"))


def read_pod_pools(fabric: Fabric, draft: Draft) -> None:
    """Put the pod networks that Cilium hands out into the draft: where it does, Kubernetes' own do not count."""
    if (release := fabric.cilium) is not None:
        _pools(_Values(item=release.item, body=release.values, prefix=release.prefix, release=release), draft)


def _pools(page: Page, draft: Draft) -> None:
    mode = page.get("ipam", "mode") or "cluster-pool"
    pools: list[Network] = []
    masks: list[int] = []
    for family in _FAMILIES:
        key = f"clusterPool{family}"
        listed = page.get("ipam", "operator", f"{key}PodCIDRList")
        mask = page.get("ipam", "operator", f"{key}MaskSize")
        texts = listed if isinstance(listed, list) else str(listed or "").split()
        networks = [one for text in texts if (one := read_network(text)) is not None]
        if len(networks) == 1 and mode == "cluster-pool":
            pools.append(networks[0])
            masks += [mask] if isinstance(mask, int) else []
            page.take("ipam", "operator", f"{key}PodCIDRList")
            page.take("ipam", "operator", f"{key}MaskSize")
    if pools:
        origin = page.origin("ipam", "operator")
        draft.put("networks.pods", _one_or_list([str(one) for one in pools]), origin)
        if len(masks) == len(pools):
            draft.put("networks.nodeMask", masks, origin)


def _routed(page: Page, draft: Draft) -> None:
    found = []
    for version in (4, 6):
        network = read_network(page.get(f"ipv{version}NativeRoutingCIDR"))
        on = read_switch(page.take(f"ipv{version}", "enabled"))
        if network is not None:
            page.take(f"ipv{version}NativeRoutingCIDR")
            if on is not False and network.version == version:
                found.append(network)
    told = draft.get("networks", "pods")
    if found and told is None and page.get("ipam", "mode") in (None, "kubernetes", "cluster-pool"):
        note = "what is routed without masquerading, taken for the pod network"
        first = f"ipv{found[0].version}NativeRoutingCIDR"
        draft.put("networks.pods", _one_or_list([str(one) for one in found]), page.origin(first, note=note))
    elif found and {str(one) for one in found} != set(told if isinstance(told, list) else [told]):
        first = f"ipv{found[0].version}NativeRoutingCIDR"
        page.leave(
            draft,
            (first,),
            str(found[0]),
            why=f"the pod network is {told}, and that is what fabricgen lets nodes route without masquerading",
            todo="if more than the pods' network is meant, keep masquerading in mind: it is not carried",
            kind="lost",
        )


def _one_or_list(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts


def is_known(fabric: Fabric) -> bool:
    """Tell whether the repository says anything of Cilium."""
    return known(lambda: fabric.cilium) is not None
