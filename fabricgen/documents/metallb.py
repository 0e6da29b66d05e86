"""MetalLB where it stays: its release, pools and advertisements instead of Cilium's.

Fed by `Cluster.metallb` and the address plan. Sources: https://metallb.io/configuration/ , https://metallb.io/installation/ .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cluster, MetalLb, Pool
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.flux import PRUNE_DISABLED, failure_settings, namespace_part, oci_settings
from fabricgen.versions.flux import api_version

NAMESPACE = "metallb-system"
FOLDER = "infrastructure/metallb"
CONFIG = "infrastructure/metallb-config"
DOCS = "https://metallb.io"
RELEASES = "https://fluxcd.io/flux/components/helm/helmreleases"
REPOSITORIES = "https://fluxcd.io/flux/components/source/helmrepositories"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespace, repository and release, and the pools with their advertisement."""
    metallb = cluster.metallb
    if metallb is None:
        return
    yield _draft(f"{FOLDER}/namespace", (_namespace(),))
    yield _draft(f"{FOLDER}/repository", (_repository(cluster, metallb),))
    yield _draft(f"{FOLDER}/release", (_release(cluster, metallb),))
    if cluster.pools:
        yield _draft(f"{CONFIG}/pools", tuple(_pool(pool) for pool in cluster.pools))
    if layer2 := [pool.name for pool in cluster.pools if "l2" in pool.announce]:
        yield _draft(f"{CONFIG}/advertisements", (_l2(layer2),))


def _draft(name: str, parts: tuple[Part, ...]) -> Draft:
    return Draft(path=f"{name}.yaml", template=f"{name}.yaml.j2", parts=parts)


def _namespace() -> Part:
    # The speaker needs NET_RAW and the host's network: https://metallb.io/installation/#installation-by-manifest
    levels = ("enforce", "audit", "warn")
    return namespace_part(
        NAMESPACE, labels={f"pod-security.kubernetes.io/{level}": "privileged" for level in levels}
    )


def _repository(cluster: Cluster, metallb: MetalLb) -> Part:
    chart = metallb.chart
    kind = "OCIRepository" if chart.oci else "HelmRepository"
    base = {
        "apiVersion": api_version(kind, cluster.flux.minor),
        "kind": kind,
        "metadata": {"name": "metallb", "namespace": NAMESPACE},
    }
    if chart.oci:
        return Part(
            base=base,
            settings=tuple(oci_settings(cluster, url=chart.url, tag=str(chart.version), digest=chart.digest)),
        )
    settings = (
        setting(
            "spec.interval",
            cluster.flux.interval,
            why="how often the index is fetched",
            source=f"{REPOSITORIES}/#interval",
        ),
        setting(
            "spec.url",
            chart.url,
            why="where MetalLB publishes its chart",
            source=f"{DOCS}/installation/#installation-with-helm",
        ),
    )
    return Part(base=base, settings=settings)


def _release(cluster: Cluster, metallb: MetalLb) -> Part:
    base = {
        "apiVersion": api_version("HelmRelease", cluster.flux.minor),
        "kind": "HelmRelease",
        "metadata": {"name": "metallb", "namespace": NAMESPACE, "annotations": dict(PRUNE_DISABLED)},
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _release_settings(cluster, metallb)))


def _release_settings(cluster: Cluster, metallb: MetalLb) -> Iterator[Setting]:
    why = "how often the release is compared with the cluster"
    yield setting("interval", cluster.flux.interval, why=why, source=f"{RELEASES}/#interval")
    yield setting(
        "timeout", "10m", why="a speaker starts on each node in turn", source=f"{RELEASES}/#timeout"
    )
    yield _chart(metallb)
    why = "explicit, so that the release keeps its name wherever this object lives"
    yield setting("releaseName", "metallb", why=why, source=f"{RELEASES}/#release-name")
    yield from failure_settings(cluster, crds="pools and advertisements change with the release")
    for one in _values(metallb):
        yield one.under("values")


def _chart(metallb: MetalLb) -> Setting:
    if metallb.chart.oci:
        why = "the chart from the repository beside it"
        return setting(
            "chartRef",
            {"kind": "OCIRepository", "name": "metallb"},
            why=why,
            source=f"{RELEASES}/#chart-reference",
        )
    source = {"kind": "HelmRepository", "name": "metallb"}
    spec = {"chart": "metallb", "version": str(metallb.version), "sourceRef": source}
    return setting(
        "chart.spec",
        spec,
        why="the pinned version, from the repository beside it",
        source=f"{RELEASES}/#chart-template",
    )


def _values(metallb: MetalLb) -> Iterator[Setting]:
    why = metallb.because or "MetalLB announces by ARP here; FRR is for BGP and costs memory on each node"
    chart = "https://github.com/metallb/metallb/blob/v0.15.2/charts/metallb/values.yaml"
    yield setting("speaker.frr.enabled", value=False, why=why, source=chart)
    why = "Cilium does not set this taint's exclusion, and nodes with it must still announce"
    yield setting("speaker.ignoreExcludeLB", value=True, why=why, source=chart)


def _pool(pool: Pool) -> Part:
    base = {
        "apiVersion": "metallb.io/v1beta1",
        "kind": "IPAddressPool",
        "metadata": {"name": pool.name, "namespace": NAMESPACE},
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _pool_settings(pool)))


def _pool_settings(pool: Pool) -> Iterator[Setting]:
    docs = f"{DOCS}/configuration/#defining-the-ips-to-assign-to-the-load-balancer-services"
    blocks = [f"{block.first}-{block.last}" for block in pool.blocks]
    yield setting("addresses", blocks, why=f"{pool.size} addresses{_left_out(pool)}", source=docs)
    if pool.vip is not None:
        why = f"pinned to {pool.vip}: no Service gets it without asking"
        yield setting(
            "autoAssign",
            value=False,
            why=why,
            source=f"{DOCS}/configuration/_advanced_ipaddresspool_configuration/",
        )
    if allocation := _allocation(pool):
        why = "only the Services that are named for it"
        yield setting(
            "serviceAllocation",
            allocation,
            why=why,
            source=f"{DOCS}/configuration/_advanced_ipaddresspool_configuration/",
        )


def _left_out(pool: Pool) -> str:
    owners = ", ".join(f"{hole} ({owner})" for hole, owner in pool.taken)
    return (
        f": {', '.join(map(str, pool.written))} without what is taken: {owners}" if owners else ", as written"
    )


def _allocation(pool: Pool) -> dict[str, Any]:
    """Return who may use the pool. MetalLB selects Services by label only, so names are left to autoAssign."""
    selector = pool.selector
    namespaces = {"namespaces": list(selector.namespaces)} if selector.namespaces else {}
    labels = {"serviceSelectors": [{"matchLabels": dict(selector.labels)}]} if selector.labels else {}
    return {**namespaces, **labels}


def _l2(pools: list[str]) -> Part:
    base = {
        "apiVersion": "metallb.io/v1beta1",
        "kind": "L2Advertisement",
        "metadata": {"name": "default", "namespace": NAMESPACE},
    }
    why = "addresses of these pools are answered for by ARP"
    names = setting(
        "spec.ipAddressPools", pools, why=why, source=f"{DOCS}/configuration/#layer-2-configuration"
    )
    return Part(base=base, settings=(names,))
