"""What a cluster with Cilium could turn off, and what that would free. Fed by the cluster; told beside the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from fabricgen.advise.figures import PARTS
from fabricgen.advise.memory import map_mib
from fabricgen.advise.wants import looks_into_http, names_hosts
from fabricgen.cluster import Cilium, Cluster

_PART = {part.name: part for part in PARTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """Something that could be off: the key of the description, what it frees as a sum, what is lost, who says so."""

    key: str
    text: str
    total: str
    source: str


def spare(cluster: Cluster, cilium: Cilium) -> Iterator[Spare]:
    """Yield what could be off, that which nothing uses first."""
    nodes = len(cluster.nodes)
    used = looks_into_http(cilium) or names_hosts(cilium) or cilium.gateway_api is not None
    envoy, operator = _PART["Envoy"], _PART["Operator, one replica"]
    if cilium.l7_proxy and not used and envoy.low is not None and envoy.high is not None:
        yield Spare(
            key="l7Proxy: false",
            text="Envoy: no policy here looks into HTTP or names hosts, and no Gateway is served",
            total=f"{nodes} x {envoy.low} = {nodes * envoy.low} MiB, {nodes} x {envoy.high} = {nodes * envoy.high} MiB",
            source=envoy.source,
        )
    if cilium.hubble.enabled:
        yield Spare(
            key="hubble: { enabled: false }",
            text="Hubble, if nobody looks: flows, metrics and the interface go with it",
            total="1 to 15 % of the network's performance; the memory of relay and interface is not known",
            source="https://docs.cilium.io/en/stable/operations/performance/tuning/#hubble",
        )
    if cilium.operator_replicas.value > 1 and operator.low is not None and operator.high is not None:
        yield Spare(
            key="operatorReplicas: 1",
            text="the second replica of the operator: no new addresses and identities while the only one moves to another node",
            total=f"1 x {operator.low} = {operator.low} MiB, 1 x {operator.high} = {operator.high} MiB",
            source=operator.source,
        )


def cost(cluster: Cluster, cilium: Cilium) -> str:
    """Return what all nodes together give, as a sum; empty where the memory of a node is not told."""
    if any(node.memory_mib is None for node in cluster.nodes):
        return ""
    maps = sum(map_mib(node.memory_mib or 0) for node in cluster.nodes)
    measured = [part for part in PARTS if part.runs(cilium) and part.low is not None]
    counts = [len(cluster.nodes) if part.everywhere else cilium.operator_replicas.value for part in measured]
    low, high = (
        sum(count * (getattr(part, end) or 0) for part, count in zip(measured, counts, strict=True)) + maps
        for end in ("low", "high")
    )
    terms = " + ".join(
        f"{count} x {part.low} to {part.high}" for part, count in zip(measured, counts, strict=True)
    )
    return f"{terms} + {maps} of maps = {low} to {high} MiB"
