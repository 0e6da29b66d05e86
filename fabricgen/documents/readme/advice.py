"""Advice about a network that is only considered: the verdict of the description, and figures for this cluster.

Fed by `Cluster.considered`. The figures were measured by others and are computed here for these nodes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.cluster import Cilium, Cluster, Considered
from fabricgen.documents.bootstrap.step import counted
from fabricgen.documents.markdown import prose, source
from fabricgen.documents.readme.nodes import memory

AGENT_MIB: Final = (330, 575)
ENVOY_MIB: Final = (17, 100)
OPERATOR_MIB: Final = (18, 39)
"""Memory of one replica; two together had 36 to 77 MiB."""

MAP_SHARE: Final = 0.0025
"""Share of a node's memory that eBPF maps may take by default (bpf.mapDynamicSizeRatio)."""

_AGENT_SOURCE = (
    "https://github.com/cilium/cilium/issues/28772 (just started), "
    "https://github.com/cozystack/cozystack/blob/main/packages/system/cilium/values.yaml (peak of two weeks)"
)
_PODS_SOURCE = "https://github.com/devantler-tech/platform/issues/1713"
_MAPS_SOURCE = "https://github.com/cilium/cilium/blob/v1.20.0/install/kubernetes/cilium/values.yaml"
_HUBBLE_SOURCE = "https://docs.cilium.io/en/stable/operations/performance/tuning/#hubble"
_L2_SOURCE = "https://docs.cilium.io/en/stable/network/l2-announcements/"
_FLANNEL_SOURCE = "https://github.com/flannel-io/flannel#networking-details"
_K3S_POLICY_SOURCE = "https://docs.k3s.io/networking/networking-services#network-policy-controller"
_DOCKER_SOURCE = (
    "https://docs.siderolabs.com/talos/v1.12/platform-specific-installations/local-platforms/docker"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that can be said about the move in numbers of this cluster."""

    about: str
    figure: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the description says about moving, and what this cluster's numbers say."""

    verdict: str
    because: tuple[str, ...]
    revisit: tuple[str, ...]
    figures: tuple[Figure, ...]


def advice_of(cluster: Cluster) -> Advice | None:
    """Return the advice; None where nothing is considered."""
    considered = cluster.considered
    if considered is None or considered.cluster.cilium is None:
        return None
    return Advice(
        verdict=considered.verdict,
        because=tuple(prose(one) for one in considered.because),
        revisit=tuple(prose(one) for one in considered.revisit),
        figures=tuple(_figures(cluster, considered, considered.cluster.cilium)),
    )


def _figures(cluster: Cluster, considered: Considered, cilium: Cilium) -> Iterator[Figure]:
    yield from _memory(cluster, cilium)
    if cilium.hubble.enabled:
        yield _figure("Hubble's cost", "1 to 15 % of the network's performance", _HUBBLE_SOURCE)
    yield _figure("Policies today", *_policies(cluster))
    if len(cluster.nodes) == 1:
        what = "no second node could take an address over, and nothing travels between nodes that could be routed or encrypted"
        yield _figure("One node", what, _L2_SOURCE)
    if considered.cluster.talos is not None and considered.cluster.talos.docker is not None:
        bridge = considered.cluster.talos.docker.subnet
        what = f"only inside docker's bridge {bridge}; what the LAN reaches are the {counted(_ports(considered), 'published port')}"
        yield _figure("LoadBalancer addresses", what, _DOCKER_SOURCE)


def _ports(considered: Considered) -> tuple[str, ...]:
    docker = considered.cluster.talos.docker if considered.cluster.talos else None
    return docker.exposed_ports if docker else ()


def _figure(about: str, figure: str, origin: str) -> Figure:
    return Figure(about=about, figure=prose(figure), source=source(origin))


def _memory(cluster: Cluster, cilium: Cilium) -> Iterator[Figure]:
    """Yield the memory of each part on the smallest node, and of all parts together; the chart sets no limit."""
    known = [node.memory_mib for node in cluster.nodes if node.memory_mib is not None]
    smallest = min(known, default=None)
    maps = round(smallest * MAP_SHARE) if smallest is not None else 0
    parts = [("Agent", AGENT_MIB, _AGENT_SOURCE)]
    if cilium.l7_proxy:
        parts.append(("Envoy", ENVOY_MIB, _PODS_SOURCE))
    parts.append(("Operator, one replica", OPERATOR_MIB, _PODS_SOURCE))
    for name, (low, high), origin in parts:
        yield _figure(f"{name}, memory", f"{low} to {high} MiB", origin)
    if smallest is None:
        return
    yield _figure(
        "eBPF maps, memory", f"up to {maps} MiB, {MAP_SHARE * 100:g} % of {memory(smallest)}", _MAPS_SOURCE
    )
    low, high = (sum(part[1][end] for part in parts) + maps for end in (0, 1))
    share = f"{_percent(low, smallest)} to {_percent(high, smallest)} % of the {memory(smallest)}"
    yield _figure(
        "All of it on the smallest node",
        f"{low} to {high} MiB, {share}; the chart sets no limit",
        _MAPS_SOURCE,
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)


def _policies(cluster: Cluster) -> tuple[str, str]:
    """Return what becomes of a NetworkPolicy without Cilium, and who says so."""
    if cluster.k3s is not None:
        return (
            "k3s' own controller enforces Kubernetes' NetworkPolicy; none that looks into HTTP or names hosts",
            _K3S_POLICY_SOURCE,
        )
    return "Flannel enforces none: a NetworkPolicy is accepted and has no effect", _FLANNEL_SOURCE
