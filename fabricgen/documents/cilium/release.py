"""The objects that bring Cilium in: its namespace, the chart's repository, and the HelmRelease.

Fed by the cluster and `values`; the release is written for a CNI: it takes over what bootstrap installed, waits
long, tries again, and neither uninstalls nor rolls back on its own.
Source: https://fluxcd.io/flux/components/helm/helmreleases/ and the code of helm-controller.
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Chart, Cilium, Cluster
from fabricgen.documents.cilium.values import value_settings
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.flux import PRUNE_DISABLED, failure_settings, namespace_part, oci_settings
from fabricgen.versions.flux import api_version, has_feature
from fabricgen.versions.version import Version

NAME = "cilium"
NAMESPACE = "kube-system"
FOLDER = "infrastructure/cilium"
RELEASES = "https://fluxcd.io/flux/components/helm/helmreleases"
REPOSITORIES = "https://fluxcd.io/flux/components/source/helmrepositories"

MINUTES_A_NODE = 2
SHORTEST_MINUTES = 15

# Up to 1.18 the chart makes Hubble's certificates in a hook, which runs only after Helm has waited for the relay,
# which waits for the certificates: https://github.com/cilium/cilium/issues/40381
CERTIFICATES_BEFORE_WAITING = Version(1, 19, 0)
LATE_CERTIFICATES = "https://github.com/cilium/cilium/issues/40381"
# Helm 3 waits for the address of each LoadBalancer Service, pkg/kube/ready.go in https://github.com/helm/helm at v3.19.0;
# Flux' own waiting since 2.8, by kstatus, does not.
LATE_ADDRESSES = "https://github.com/cilium/cilium/issues/27000"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespace, repository and release, if Cilium runs here."""
    cilium = cluster.cilium
    if cilium is None:
        return
    yield _draft("namespace", namespace_part(NAMESPACE))
    yield _draft("repository", _repository(cluster, cilium.chart))
    yield _draft("release", _release(cluster, cilium))


def release_timeout(cluster: Cluster) -> int:
    """Return the minutes that installing or upgrading may take: agents are replaced one node after the other."""
    return max(SHORTEST_MINUTES, MINUTES_A_NODE * len(cluster.nodes))


def certificates_come_late(cilium: Cilium) -> bool:
    """Return whether waiting for the release would wait for ever, because its certificates come only afterwards."""
    by_hook = cilium.hubble.certificates == "cronJob" and cilium.version < CERTIFICATES_BEFORE_WAITING
    return by_hook and cilium.hubble.enabled and cilium.hubble.relay


def addresses_come_late(cilium: Cilium) -> bool:
    """Return whether Helm 3 would wait for ever, because a Service of the chart gets its address in a later layer."""
    ui = cilium.hubble.ui
    return ui is not None and ui.expose == "load-balancer"


def _draft(name: str, part: Part) -> Draft:
    path = f"{FOLDER}/{name}.yaml"
    return Draft(path=path, template=f"{path}.j2", parts=(part,))


def _base(cluster: Cluster, kind: str) -> dict[str, Any]:
    return {
        "apiVersion": api_version(kind, cluster.flux.minor),
        "kind": kind,
        "metadata": {"name": NAME, "namespace": NAMESPACE},
    }


def _repository(cluster: Cluster, chart: Chart) -> Part:
    if chart.oci:
        settings = oci_settings(cluster, url=chart.url, tag=str(chart.version), digest=chart.digest)
        return Part(base=_base(cluster, "OCIRepository"), settings=tuple(settings))
    return Part(base=_base(cluster, "HelmRepository"), settings=tuple(_helm_repository(cluster, chart)))


def _helm_repository(cluster: Cluster, chart: Chart) -> Iterator[Setting]:
    why = "how often the list of charts is fetched; the version is pinned, so nothing changes by itself"
    yield setting("spec.interval", cluster.flux.interval, why=why, source=f"{REPOSITORIES}/#interval")
    yield setting("spec.url", chart.url, why="where the chart is published", source=f"{REPOSITORIES}/#url")


def _release(cluster: Cluster, cilium: Cilium) -> Part:
    base = _base(cluster, "HelmRelease")
    base["metadata"]["annotations"] = dict(PRUNE_DISABLED)
    values = (one.under("values") for one in value_settings(cluster))
    settings = (*_release_settings(cluster, cilium), *values)
    return Part(base=base, settings=tuple(one.under("spec") for one in settings))


def _release_settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    why = "how often the release is compared with git and with the cluster"
    yield setting("interval", cluster.flux.interval, why=why, source=f"{RELEASES}/#interval")
    minutes = release_timeout(cluster)
    yield setting("timeout", f"{minutes}m", why=_timeout_why(cluster), source=f"{RELEASES}/#timeout")
    yield _chart(cilium.chart)
    yield from _identity()
    yield from _history()
    crds = "Cilium's operator brings its CRDs; should the chart bring some, Flux' default would never upgrade them"
    yield from failure_settings(cluster, crds=crds)
    yield from _without_waiting(cluster, cilium)


def _timeout_why(cluster: Cluster) -> str:
    nodes = len(cluster.nodes)
    agents = (
        "the node gets a new agent" if nodes == 1 else f"{nodes} nodes get a new agent one after the other"
    )
    return f"{agents}, and on the way Flux' own connections break"


def _chart(chart: Chart) -> Setting:
    if chart.oci:
        reference = {"kind": "OCIRepository", "name": NAME}
        why = f"version {chart.version}, from the repository beside it"
        return setting("chartRef", reference, why=why, source=f"{RELEASES}/#chart-reference")
    spec = {
        "chart": NAME,
        "version": str(chart.version),
        "sourceRef": {"kind": "HelmRepository", "name": NAME},
    }
    why = "the exact version: keys of the values change even in patch releases"
    return setting("chart.spec", spec, why=why, source=f"{RELEASES}/#chart-template")


def _identity() -> Iterator[Setting]:
    """Yield what must be as bootstrap had it: another name or namespace would install a second CNI beside the first."""
    why = "the name under which bootstrap installs it, so that Flux takes that release over; changing it uninstalls Cilium"
    yield setting("releaseName", NAME, why=why, source=f"{RELEASES}/#release-name")
    why = "where Cilium runs; changing it uninstalls Cilium"
    yield setting("targetNamespace", NAMESPACE, why=why, source=f"{RELEASES}/#target-namespace")
    why = "where Helm keeps its record of the release, as bootstrap's `helm install` does; changing it uninstalls Cilium"
    yield setting("storageNamespace", NAMESPACE, why=why, source=f"{RELEASES}/#storage-namespace")


def _history() -> Iterator[Setting]:
    why = "what was changed by hand is reported, not put back: a repair in the night must outlive the next interval"
    yield setting("driftDetection.mode", "warn", why=why, source=f"{RELEASES}/#drift-detection")
    why = "releases to look back at, each a Secret with all values"
    yield setting("maxHistory", 5, why=why, source=f"{RELEASES}/#max-history")
    why = "should somebody uninstall it, what ran last can still be read"
    yield setting("uninstall.keepHistory", value=True, why=why, source=f"{RELEASES}/#uninstall-configuration")


def _without_waiting(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    by_helm = not has_feature("HelmRelease.waitStrategy", cluster.flux.minor)
    if certificates_come_late(cilium):
        why = (
            f"chart {cilium.version} makes Hubble's certificates only after Helm has waited for the relay, which needs "
            "them; fixed in 1.19.0"
        )
        yield from _no_wait(why, source=LATE_CERTIFICATES)
    elif addresses_come_late(cilium) and by_helm:
        why = "Helm would wait for the address of Hubble's interface, which a later layer hands out"
        yield from _no_wait(why, source=LATE_ADDRESSES)


def _no_wait(why: str, *, source: str) -> Iterator[Setting]:
    for action in ("install", "upgrade"):
        yield setting(f"{action}.disableWait", value=True, why=why, source=source)
