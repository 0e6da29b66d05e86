"""All that can be said about Cilium for one cluster, put together. Read this one first.

Fed by a resolved cluster, of which nothing is read but what it says; told by `fabricgen advise`, and by the README of a
cluster that considers Cilium.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fabricgen.advise.figures import Part, parts_of
from fabricgen.advise.kernels import KernelNeed, kernel_needs, kernel_reasons
from fabricgen.advise.limits import limits, move
from fabricgen.advise.memory import NodeMemory, memory_of, memory_reasons
from fabricgen.advise.reason import Reason
from fabricgen.advise.spare import Spare, cost, spare
from fabricgen.advise.triggers import Trigger, triggers
from fabricgen.advise.verdict import Verdict, agrees, score_of, sum_of, verdict_of
from fabricgen.advise.wants import wants
from fabricgen.cluster import Cilium, Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the description itself says of the network that it considers."""

    verdict: str
    because: tuple[str, ...]
    revisit: tuple[str, ...]
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Whether Cilium is worth it here.

    Attributes:
        today: what runs.
        supposed: nothing is considered, and Cilium with careful defaults is looked at.
        total: the sum of the reasons, with its numbers.
        memory: a row for each kind of node, the tightest first.
        cost: memory of all nodes together, as a sum; empty where it cannot be said.
        described: what the description says; None where it considers nothing.
    """

    name: str
    today: Literal["cilium", "flannel"]
    supposed: bool
    version: str
    verdict: Verdict
    score: int
    total: str
    reasons: tuple[Reason, ...]
    parts: tuple[Part, ...]
    memory: tuple[NodeMemory, ...]
    cost: str
    kernels: tuple[KernelNeed, ...]
    triggers: tuple[Trigger, ...]
    spare: tuple[Spare, ...]
    described: Described | None


def advise(cluster: Cluster, *, supposed: bool = False) -> Advice:
    """Return the advice for a cluster that has Cilium or considers it.

    With `supposed` the considered Cilium is ours: nobody asked for its features. Raises ValueError where there is
    neither.
    """
    target, cilium = _with_cilium(cluster)
    reasons = tuple(_reasons(cluster, target, cilium, supposed=supposed))
    verdict = verdict_of(reasons)
    runs = cluster.cilium is not None
    return Advice(
        name=cluster.name,
        today="cilium" if runs else "flannel",
        supposed=supposed,
        version=str(cilium.version),
        verdict=verdict,
        score=score_of(reasons),
        total=sum_of(reasons),
        reasons=reasons,
        parts=tuple(parts_of(cilium)),
        memory=memory_of(target, cilium),
        cost=cost(target, cilium),
        kernels=kernel_needs(cilium),
        triggers=triggers(target, cilium, reasons=reasons, verdict=verdict),
        spare=tuple(spare(target, cilium)) if runs else (),
        described=None if supposed else _described(cluster, verdict),
    )


def _with_cilium(cluster: Cluster) -> tuple[Cluster, Cilium]:
    if cluster.cilium is not None:
        return cluster, cluster.cilium
    if cluster.considered is not None and cluster.considered.cluster.cilium is not None:
        return cluster.considered.cluster, cluster.considered.cluster.cilium
    raise ValueError(f"{cluster.name} has no Cilium and considers none")


def _reasons(cluster: Cluster, target: Cluster, cilium: Cilium, *, supposed: bool) -> Iterator[Reason]:
    if not supposed:
        yield from wants(target, cilium)
    yield from memory_reasons(target, cilium)
    yield from kernel_reasons(target, cilium)
    yield from limits(target)
    if cluster.cilium is None:
        yield from move(cluster)


def _described(cluster: Cluster, verdict: Verdict) -> Described | None:
    considered = cluster.considered
    if considered is None:
        return None
    return Described(
        verdict=considered.verdict,
        because=considered.because,
        revisit=considered.revisit,
        agrees=agrees(considered.verdict, verdict),
    )
