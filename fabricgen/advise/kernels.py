"""Kernels: the oldest one that each feature takes, against the one that runs.

Talos brings its own, so its version tells it; under k3s and under docker it is the host's, which nobody told.
Sources: Documentation/operations/system_requirements.rst and Documentation/operations/performance/tuning.rst in
https://github.com/cilium/cilium ; for BBR pkg/datapath/linux/bandwidth/bandwidth.go there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.advise.reason import Reason
from fabricgen.cluster import Cilium, Cluster
from fabricgen.versions.cilium import CILIUM
from fabricgen.versions.talos import TALOS
from fabricgen.versions.version import Version, format_minor, minor_of

REQUIREMENTS: Final = "https://docs.cilium.io/en/stable/operations/system_requirements/#required-kernel-versions-for-advanced-features"
_TUNING: Final = "https://docs.cilium.io/en/v1.20/operations/performance/tuning/#ebpf-host-routing"
_BANDWIDTH: Final = "https://docs.cilium.io/en/stable/network/kubernetes/bandwidth-manager/"
_K3S: Final = "https://docs.k3s.io/installation/requirements"
_DOCKER: Final = (
    "https://docs.siderolabs.com/talos/v1.12/platform-specific-installations/local-platforms/docker"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelNeed:
    """The oldest kernel that something takes."""

    what: str
    least: Version
    source: str


def kernel_needs(cilium: Cilium) -> tuple[KernelNeed, ...]:
    """Return what this Cilium asks of the kernel, the newest kernel first."""
    return tuple(sorted(_needs(cilium), key=lambda one: one.least, reverse=True))


def _needs(cilium: Cilium) -> Iterator[KernelNeed]:
    release = CILIUM.get(minor_of(cilium.version))
    if release is not None:
        what = f"Cilium {format_minor(release.minor)} itself"
        yield KernelNeed(what=what, least=release.kernel_min, source=REQUIREMENTS)
    if cilium.encryption is not None:
        yield KernelNeed(what="WireGuard", least=Version(5, 6, 0), source=REQUIREMENTS)
    if cilium.bpf_masquerade.value and not cilium.host_legacy_routing.value:
        yield KernelNeed(what="eBPF host routing", least=Version(5, 10, 0), source=_TUNING)
    if cilium.bandwidth_manager is not None and cilium.bandwidth_manager.bbr:
        yield KernelNeed(what="BBR in pods", least=Version(5, 18, 0), source=_BANDWIDTH)


def kernel_of(cluster: Cluster) -> tuple[Version, str] | None:
    """Return the oldest kernel of this cluster's Talos and who says so; None where the host brings it."""
    if cluster.talos is None or cluster.talos.docker is not None:
        return None
    release = TALOS.get(minor_of(cluster.talos.version))
    return None if release is None else (release.kernel, release.source)


def kernel_reasons(cluster: Cluster, cilium: Cilium) -> Iterator[Reason]:
    """Yield one reason: the kernel does, does not, or is not known."""
    needs = kernel_needs(cilium)
    asked = ", ".join(f"{_short(need.least)} for {need.what}" for need in needs)
    known = kernel_of(cluster)
    if known is None:
        yield _unknown(cluster, asked)
        return
    kernel, origin = known
    missing = [need for need in needs if need.least > kernel]
    talos = cluster.talos.version if cluster.talos else ""
    yield Reason(
        name="kernel",
        side="against" if missing else "fact",
        weight=3 if missing else 0,
        about="Kernel",
        text=f"Talos {talos} has {kernel} or newer; asked for: {asked}"
        + (f"; too old for {', '.join(need.what for need in missing)}" if missing else ""),
        source=f"{origin}, {REQUIREMENTS}",
    )


def _unknown(cluster: Cluster, asked: str) -> Reason:
    docker = cluster.talos is not None and cluster.talos.docker is not None
    other = not docker and cluster.talos is not None
    host = "docker's machine" if docker else "each node"
    why = (
        f"no table tells the kernel of Talos {cluster.talos.version}"
        if other and cluster.talos is not None
        else f"the kernel is that of {host}, which the description does not tell"
    )
    return Reason(
        name="kernel",
        side="note",
        weight=0,
        about="Kernel",
        text=f"{why}; asked for: {asked}; `uname -r` says what is there",
        source=f"{_DOCKER if docker else _K3S}, {REQUIREMENTS}",
    )


def _short(version: Version) -> str:
    return f"{version.major}.{version.minor}"
