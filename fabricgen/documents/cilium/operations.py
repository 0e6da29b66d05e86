"""Running Cilium: replicas, rollouts, how many nodes change at once, what the scheduler reckons with.

Fed by the cluster; gives Helm values to `values`. Images stay as the chart pins them, by digest. `cluster.name` and
`cluster.id` stay at their defaults: only a mesh of clusters needs them, and to change the name later means to
restart every pod (https://docs.cilium.io/en/stable/network/clustermesh/).
"""

from collections.abc import Iterator

from fabricgen.cluster import Cilium, Cluster, Talos
from fabricgen.documents.cilium.reasons import chart, chosen, docs
from fabricgen.documents.document import Setting, setting
from fabricgen.versions.version import Minor, minor_of

SMALL_NODE_MIB = 8192

# 330-430 MiB after the start, https://github.com/cilium/cilium/issues/28772 ; 438 MiB on average and 573 at most
# in upstream's test with 1000 nodes, Documentation/operations/performance/scalability/report.rst
AGENT_REQUESTS = {"cpu": "100m", "memory": "512Mi"}
# 17-29 MiB a node in production, in the issue below; 100 MiB on other clusters, packages/system/cilium/values.yaml
# in https://github.com/cozystack/cozystack
ENVOY_REQUESTS = {"memory": "64Mi"}
ENVOY_FIGURES = "https://github.com/devantler-tech/platform/issues/1713"
# Its ranking weighs pods without requests double, from 1.14 on they go first:
TALOS_OOM_HANDLER = "https://docs.siderolabs.com/talos/v1.14/reference/configuration/runtime/oomconfig"
TALOS_OOM_HANDLER_SINCE: Minor = (1, 12)


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of operation."""
    yield chosen(
        "operator.replicas", cilium.operator_replicas, effect=_replicas(cilium.operator_replicas.value)
    )
    yield from _rollouts(cilium)
    yield from _pace(cluster, cilium)
    yield from _requests(cluster, cilium)


def _replicas(count: int) -> str:
    return "one operator" if count == 1 else f"{count} operators, never two on one node"


def _rollouts(cilium: Cilium) -> Iterator[Setting]:
    source = chart(cilium)
    why = "agents restart when their configuration changes; else a change in git would wait until they restart anyway"
    yield setting("rollOutCiliumPods", value=True, why=why, source=source)
    why = "the operator restarts with the agents, since it reads the same configuration"
    yield setting("operator.rollOutPods", value=True, why=why, source=source)
    for key, who in _followers(cilium):
        why = f"{who} restarts when its configuration changes"
        yield setting(f"{key}.rollOutPods", value=True, why=why, source=source)


def _followers(cilium: Cilium) -> Iterator[tuple[str, str]]:
    """Yield what else runs: its key in the values, and its name."""
    if cilium.l7_proxy:
        yield "envoy", "Envoy"
    if cilium.hubble.relay:
        yield "hubble.relay", "Hubble's relay"
    if cilium.hubble.ui is not None:
        yield "hubble.ui", "Hubble's interface"


def _pace(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    nodes = len(cluster.nodes)
    if nodes == 1:
        return
    source = chart(cilium)
    why = f"of {nodes} nodes one at a time is without its agent; the chart would take two"
    yield setting("updateStrategy.rollingUpdate.maxUnavailable", 1, why=why, source=source)
    if cilium.l7_proxy:
        why = "one node at a time is without Envoy, which carries what L7 policies and Gateways let through"
        yield setting("envoy.updateStrategy.rollingUpdate.maxUnavailable", 1, why=why, source=source)


def _requests(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield requests where the smallest node is small. No limits: an agent killed at its limit cuts its node off.

    Envoy's stand on every Talos that ends pods itself, since without them it would be among the first.
    """
    smallest = min((node.memory_mib for node in cluster.nodes if node.memory_mib is not None), default=None)
    small = smallest is not None and smallest <= SMALL_NODE_MIB
    if small:
        why = (
            f"the smallest node has {smallest} MiB; the scheduler keeps free what agents need, 330 to 573 MiB measured, and "
            "a share of CPU for the DNS proxy; no limit, since a killed agent cuts its node off"
        )
        source = docs(cilium, "operations/performance/scalability/report/")
        yield setting("resources.requests", AGENT_REQUESTS, why=why, source=source)
    if cilium.l7_proxy and (small or _talos_ends_pods(cluster.talos)):
        yield _envoy_requests(cluster)


def _envoy_requests(cluster: Cluster) -> Setting:
    """Return Envoy's request. The chart gives it none, which makes its pods BestEffort; agents' pods are not."""
    why = "what Envoy needs on a node, 17 to 100 MiB measured, for the scheduler to keep free"
    if not _talos_ends_pods(cluster.talos):
        return setting("envoy.resources.requests", ENVOY_REQUESTS, why=why, source=ENVOY_FIGURES)
    why += "; when memory runs out, Talos ends pods without a request first"
    return setting("envoy.resources.requests", ENVOY_REQUESTS, why=why, source=TALOS_OOM_HANDLER)


def _talos_ends_pods(talos: Talos | None) -> bool:
    """Return whether Talos watches over memory itself; in containers it does not."""
    return talos is not None and talos.docker is None and minor_of(talos.version) >= TALOS_OOM_HANDLER_SINCE
