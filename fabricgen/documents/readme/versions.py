"""Which versions run, and which pairs of them nobody upstream tests.

Fed by the resolved cluster and the tables of `versions`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fabricgen.cluster import Chart, Cluster
from fabricgen.documents.markdown import prose, source
from fabricgen.versions.compatibility import cautions
from fabricgen.versions.version import format_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A product and what is pinned of it."""

    product: str
    version: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CautionRow:
    """A pair that may well work and that upstream does not test."""

    pair: str
    why: str
    tested: str
    source: str


def version_rows(cluster: Cluster) -> tuple[VersionRow, ...]:
    """Return every version in play, from the machine upwards."""
    return tuple(
        VersionRow(product=product, version=version, note=note) for product, version, note in _rows(cluster)
    )


def _rows(cluster: Cluster) -> Iterator[tuple[str, str, str]]:
    versions = cluster.versions
    if versions.talos is not None and versions.contract is not None:
        yield (
            "Talos",
            str(versions.talos),
            f"machine configs by the contract of {format_minor(versions.contract)}",
        )
    if versions.k3s is not None:
        yield "k3s", str(versions.k3s), "brings its own Kubernetes"
    yield "Kubernetes", str(versions.kubernetes), ""
    if cluster.cilium is not None:
        yield "Cilium", str(cluster.cilium.version), _chart(cluster.cilium.chart)
    if (release := versions.gateway_api) is not None:
        commit = f", commit {release.commit}" if release.commit else ""
        yield "Gateway API", str(release.version), f"CRDs of the {release.channel} channel{commit}"
    if cluster.metallb is not None:
        yield "MetalLB", str(cluster.metallb.version), _chart(cluster.metallb.chart)
    yield (
        "Flux",
        str(versions.flux),
        "installed by flux-operator" if versions.flux_operator else "installed by `flux install`",
    )
    if versions.flux_operator is not None:
        yield "flux-operator", str(versions.flux_operator), ""


def _chart(chart: Chart) -> str:
    return source(f"chart from {chart.url}") if not chart.oci else f"chart from `{chart.url}`"


def caution_rows(cluster: Cluster) -> tuple[CautionRow, ...]:
    """Return the pairs of versions that upstream does not test."""
    versions = cluster.versions
    found = cautions(
        kubernetes=versions.kubernetes,
        talos=versions.talos,
        talos_contract=versions.contract,
        k3s=versions.k3s,
        cilium=versions.cilium,
        gateway_api=versions.gateway_api.version if versions.gateway_api else None,
        flux=versions.flux,
    )
    return tuple(
        CautionRow(
            pair=f"{one.left} with {one.right}",
            why=prose(one.why),
            tested=prose(one.allowed),
            source=source(one.source),
        )
        for one in found
    )
