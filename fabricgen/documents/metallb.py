"""MetalLB where it stays: its release, pools and advertisements instead of Cilium's.

Fed by `Cluster.metallb` and the address plan. Sources: https://metallb.io/configuration/ ,
https://metallb.io/installation/ , and charts/metallb of https://github.com/metallb/metallb at v0.15.2 and v0.16.1.
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.addresses import AddressRange
from fabricgen.cluster import Cluster, MetalLb, Pool
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.flux import PRUNE_DISABLED, failure_settings, namespace_part, oci_settings
from fabricgen.versions.flux import api_version
from fabricgen.versions.metallb import annotation_prefix
from fabricgen.versions.version import minor_of

NAMESPACE = "metallb-system"
FOLDER = "infrastructure/metallb"
CONFIG = "infrastructure/metallb-config"
DOCS = "https://metallb.io"
RELEASES = "https://fluxcd.io/flux/components/helm/helmreleases"
REPOSITORIES = "https://fluxcd.io/flux/components/source/helmrepositories"
ADVANCED_POOLS = f"{DOCS}/configuration/_advanced_ipaddresspool_configuration/"
# The chart's default backend for BGP is frr-k8s from here on.
_FRR_K8S_SINCE = (0, 16)


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespace, repository and release, and the pools with their advertisement."""
    metallb = cluster.metallb
    if metallb is None:
        return
    yield _draft(f"{FOLDER}/namespace", (_namespace(),))
    yield _draft(f"{FOLDER}/repository", (_repository(cluster, metallb),))
    yield _draft(f"{FOLDER}/release", (_release(cluster, metallb),))
    pools = tuple(pool for pool in cluster.pools if pool.blocks)
    if pools:
        yield _draft(f"{CONFIG}/pools", tuple(_pool(metallb, pool) for pool in pools))
    if layer2 := [pool.name for pool in pools if "l2" in pool.announce]:
        yield _draft(f"{CONFIG}/advertisements", (_l2(layer2),))


def _draft(name: str, parts: tuple[Part, ...]) -> Draft:
    return Draft(path=f"{name}.yaml", template=f"{name}.yaml.j2", parts=parts)


def _namespace() -> Part:
    # The speaker needs NET_RAW and the host's network: https://metallb.io/installation/#installation-with-helm
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
        settings = oci_settings(cluster, url=chart.url, tag=str(chart.version), digest=chart.digest)
        return Part(base=base, settings=tuple(settings))
    why = "how often the list of charts is fetched; the version is pinned, so nothing changes by itself"
    interval = setting("spec.interval", cluster.flux.interval, why=why, source=f"{REPOSITORIES}/#interval")
    why = "where the chart is published"
    url = setting("spec.url", chart.url, why=why, source=f"{DOCS}/installation/#installation-with-helm")
    return Part(base=base, settings=(interval, url))


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
    why = "a speaker starts on each node in turn"
    yield setting("timeout", "10m", why=why, source=f"{RELEASES}/#timeout")
    yield _chart(metallb)
    why = "explicit, so that the release keeps its name wherever this object lives"
    yield setting("releaseName", "metallb", why=why, source=f"{RELEASES}/#release-name")
    yield from failure_settings(
        cluster, crds="the chart renders its CRDs; should it ship them in crds/, Flux must upgrade those too"
    )
    for one in _values(cluster, metallb):
        yield one.under("values")


def _chart(metallb: MetalLb) -> Setting:
    why = f"MetalLB {metallb.version}, from the repository beside it"
    if metallb.because:
        why += f"; it stays: {metallb.because}"
    if metallb.chart.oci:
        reference = {"kind": "OCIRepository", "name": "metallb"}
        return setting("chartRef", reference, why=why, source=f"{RELEASES}/#chart-reference")
    source = {"kind": "HelmRepository", "name": "metallb"}
    spec = {"chart": "metallb", "version": str(metallb.version), "sourceRef": source}
    return setting("chart.spec", spec, why=why, source=f"{RELEASES}/#chart-template")


def _values(cluster: Cluster, metallb: MetalLb) -> Iterator[Setting]:
    chart = f"https://github.com/metallb/metallb/blob/v{metallb.version}/charts/metallb/values.yaml"
    why = "addresses are announced by ARP here, and FRR is for BGP: it would take memory on each node"
    yield setting("speaker.frr.enabled", value=False, why=why, source=chart)
    if minor_of(metallb.version) >= _FRR_K8S_SINCE:
        why = "FRR again, which this chart switches on by default"
        yield setting("frrk8s.enabled", value=False, why=why, source=chart)
    if not cluster.workers:
        why = (
            "every node is a control plane, and where those carry exclude-from-external-load-balancers, as Talos' do, "
            "nobody would announce anything"
        )
        yield setting("speaker.ignoreExcludeLB", value=True, why=why, source=chart)


def _pool(metallb: MetalLb, pool: Pool) -> Part:
    base = {
        "apiVersion": "metallb.io/v1beta1",
        "kind": "IPAddressPool",
        "metadata": {"name": pool.name, "namespace": NAMESPACE},
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _pool_settings(metallb, pool)))


def _pool_settings(metallb: MetalLb, pool: Pool) -> Iterator[Setting]:
    docs = f"{DOCS}/configuration/#defining-the-ips-to-assign-to-the-load-balancer-services"
    yield setting("addresses", [_block(block) for block in pool.blocks], why=_blocks_why(pool), source=docs)
    if pool.vip is not None:
        why = f"pinned to {pool.vip}: no Service gets it without asking"
        yield setting("autoAssign", value=False, why=why, source=ADVANCED_POOLS)
    elif pool.selector.names:
        why = (
            f"for the Services {', '.join(pool.selector.names)}, and MetalLB cannot select by name: they ask for it with "
            f"the annotation {annotation_prefix(metallb.version)}/address-pool: {pool.name}"
        )
        yield setting("autoAssign", value=False, why=why, source=ADVANCED_POOLS)
    if allocation := _allocation(pool):
        why = "only Services that fit this, even if they ask"
        yield setting("serviceAllocation", allocation, why=why, source=ADVANCED_POOLS)


def _block(block: AddressRange) -> str:
    """Return a block as MetalLB reads it: one address or network as a CIDR, else first and last."""
    networks = block.networks()
    return str(networks[0]) if len(networks) == 1 else f"{block.first}-{block.last}"


def _blocks_why(pool: Pool) -> str:
    if pool.vip is not None:
        return f"the address that is pinned to {pool.vip}, in a pool of its own so that no other Service can take it"
    written = ", ".join(map(str, pool.written))
    owners = ", ".join(f"{hole} ({owner})" for hole, owner in pool.taken)
    return f"{pool.size} addresses" + (
        f": {written} without what is taken: {owners}" if owners else ", as written"
    )


def _allocation(pool: Pool) -> dict[str, Any]:
    """Return who may use the pool. MetalLB selects by namespace and label, so names are left to autoAssign."""
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
    why = (
        "addresses of these pools are answered for by ARP, from any node without the label "
        "node.kubernetes.io/exclude-from-external-load-balancers"
    )
    docs = f"{DOCS}/configuration/#layer-2-configuration"
    return Part(base=base, settings=(setting("spec.ipAddressPools", pools, why=why, source=docs),))
