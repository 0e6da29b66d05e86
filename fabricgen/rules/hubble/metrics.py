"""Metrics of Cilium and Hubble: what is collected, and whether Prometheus gets it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.hubble.parts import CHART, CODE, VALIDATE, hit_of
from fabricgen.rules.policies.hosts import NODES, Port, closed_to, enforced_on_hosts
from fabricgen.rules.rule import Hit, rule

_ENABLED: Final = "hubble.metrics.enabled"
_TRUST: Final = "prometheus.serviceMonitor.trustCRDsExist"
# Source: Register(…) in pkg/hubble/metrics/*/plugin.go of Cilium 1.16.0 to 1.20.2; sctp since 1.20, kafka before.
_METRICS: Final = frozenset(
    {"dns", "drop", "flow", "flows-to-world", "http", "httpV2", "icmp", "policy", "port-distribution", "tcp"}
)
# What has metrics, and whether it has them unless values say otherwise.
_PARTS: Final = {"": False, "operator.": True, "envoy.": True, "hubble.relay.": False}
_WHOLE: Final = "monitoring.coreos.com/v1"


def _names(cilium: CiliumRelease) -> list[str]:
    written = cilium.written(_ENABLED) if cilium.is_on("hubble.enabled") else None
    return (
        [one.partition(":")[0] for one in written if isinstance(one, str)]
        if isinstance(written, list)
        else []
    )


@rule(
    "HUB012",
    "error",
    "Hubble counts HTTP by http or by httpV2",
    why="The agent cannot start with both, so no pod on the node gets a network.",
    source=f"{CODE}/pkg/hubble/metrics/http/plugin.go",
    fix="Remove http; httpV2 is its successor.",
)
def both_http(fabric: Fabric) -> Iterator[Hit]:
    """Yield both metrics at once."""
    cilium = fabric.cilium
    if cilium is not None and {"http", "httpV2"} <= set(_names(cilium)):
        yield hit_of(cilium, _ENABLED, f"{_ENABLED} has http and httpV2")


@rule(
    "HUB013",
    "warning",
    "Hubble's metrics are those that it knows",
    why="The metric is not collected; up to Cilium 1.18.0 the agent does not start at all.",
    source=f"{CODE}/pkg/hubble/metrics/api/registry.go",
    fix="Write one of: dns, drop, flow, flows-to-world, http, httpV2, icmp, policy, port-distribution, sctp, tcp.",
)
def unknown_metrics(fabric: Fabric) -> Iterator[Hit]:
    """Yield each metric that no version has, or that this one has not."""
    cilium = fabric.cilium
    for number, name in enumerate(_names(cilium) if cilium is not None else ()):
        if cilium is None or name in _METRICS or "${" in name:
            continue
        if name in {"sctp", "kafka"} and (name == "sctp") == cilium.is_at_least((1, 20)):
            continue
        hit = hit_of(cilium, _ENABLED, f"there is no metric {name}")
        own = hit.place.file == cilium.item.origin.file
        yield replace(hit, place=cilium.item.place(*hit.place.path, number)) if own else hit


@rule(
    "HUB014",
    "warning",
    "A ServiceMonitor has something to monitor",
    why="The chart makes no ServiceMonitor where the part has no metrics: Prometheus gets nothing, and nothing tells.",
    source=f"{CHART}/templates/hubble/servicemonitor.yaml",
    fix="Switch the metrics on: prometheus.enabled of the part, or a list in hubble.metrics.enabled.",
)
def nothing_to_monitor(fabric: Fabric) -> Iterator[Hit]:
    """Yield each ServiceMonitor that the chart does not make."""
    cilium = fabric.cilium
    if cilium is None:
        return
    for part, default in _PARTS.items():
        path = f"{part}prometheus"
        if part == "envoy." and not cilium.is_on("envoy.enabled"):
            continue
        if _monitors(cilium, path) and cilium.value(f"{path}.enabled", default) is not True:
            yield hit_of(
                cilium, f"{path}.serviceMonitor.enabled", f"{path}.serviceMonitor is on, and {path} is off"
            )
    dynamic = cilium.value("hubble.metrics.dynamic.enabled", default=False)
    if _monitors(cilium, "hubble.metrics") and not cilium.value(_ENABLED, []) and dynamic is not True:
        message = f"hubble.metrics.serviceMonitor is on, and {_ENABLED} is empty"
        yield hit_of(cilium, "hubble.metrics.serviceMonitor.enabled", message)


def _monitors(cilium: CiliumRelease, path: str) -> bool:
    return cilium.value(f"{path}.serviceMonitor.enabled", default=False) is True


@rule(
    "HUB015",
    "error",
    "ServiceMonitors need their CRD",
    why="The chart fails where the API server does not know ServiceMonitor, and Hubble's own is refused: Cilium is not "
    "installed, so nothing else is, the CRDs among it.",
    source=VALIDATE,
    fix="Bring the CRDs of prometheus-operator before Cilium, and set prometheus.serviceMonitor.trustCRDsExist: true where "
    "something renders the chart without asking the API server.",
)
def monitors_without_crds(fabric: Fabric) -> Iterator[Hit]:
    """Yield the first ServiceMonitor of a repository in which nothing can bring the CRD."""
    cilium = fabric.cilium
    if (
        cilium is None
        or cilium.value(_TRUST, default=False) is True
        or not fabric.is_closed
        or _brings_crds(fabric)
    ):
        return
    for part, default in _PARTS.items():
        path = f"{part}prometheus"
        if _monitors(cilium, path) and cilium.value(f"{path}.enabled", default) is True:
            message = f"{path}.serviceMonitor is on, and nothing here brings {_WHOLE}"
            yield hit_of(cilium, f"{path}.serviceMonitor.enabled", message)
            return


def _brings_crds(fabric: Fabric) -> bool:
    """Tell whether a chart, a file or a bootstrap may bring the CRD; in doubt it does."""
    if any(
        "prometheus" in one.chart or "monitor" in one.chart or not one.chart for one in fabric.helm_releases
    ):
        return True
    if any("victoria" in one.chart or "crds" in one.chart for one in fabric.helm_releases):
        return True
    crds = fabric.of("apiextensions.k8s.io", "CustomResourceDefinition")
    if any("monitoring.coreos.com" in one.name for one in crds):
        return True
    return any("prometheus-operator" in one.text for one in fabric.cluster.repository.documents)


@rule(
    "HUB016",
    "warning",
    "Policies of hosts leave the metrics of agents open",
    why="Agents answer on the node's own address: Prometheus is dropped there, and the targets are down.",
    source="https://docs.cilium.io/en/v1.20/operations/system_requirements/#firewall-rules",
    fix="Allow ingress to the ports from the entity cluster, or from Prometheus' pods.",
)
def closed_metrics(fabric: Fabric) -> Iterator[Hit]:
    """Yield the ports of metrics that no policy of hosts lets in from inside the cluster."""
    policies = enforced_on_hosts(fabric)
    if not policies or fabric.cilium is None:
        return
    closed = closed_to(policies, list(_ports(fabric.cilium)), entities=NODES, pods=True)
    if closed:
        message = f"no policy of hosts lets in {', '.join(map(str, closed))}"
        yield policies[0].hit(message, "nodeSelector")


def _ports(cilium: CiliumRelease) -> Iterator[Port]:
    if cilium.value("prometheus.enabled", default=False) is True:
        yield Port(_number(cilium, "prometheus.port", 9962), "TCP", "metrics of agents")
    if _names(cilium):
        yield Port(_number(cilium, "hubble.metrics.port", 9965), "TCP", "metrics of Hubble")


def _number(cilium: CiliumRelease, path: str, default: int) -> int:
    found = cilium.value(path, default)
    return found if isinstance(found, int) else default
