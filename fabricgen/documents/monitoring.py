"""Dashboards as objects of grafana-operator, over the ConfigMaps that Cilium's chart makes.

Fed by `Cluster.cilium.monitoring`. ServiceMonitors are made by the chart, see `cilium`.
Source: https://grafana.github.io/grafana-operator/docs/api/ and api/v1beta1 of grafana/grafana-operator at v5.24.0.
"""

from collections.abc import Iterator, Mapping

from fabricgen.cluster import Cilium, Cluster, Monitoring
from fabricgen.documents.document import Draft, Part, Setting, setting

PATH = "infrastructure/monitoring/dashboards.yaml"
DOCS = "https://grafana.github.io/grafana-operator/docs"
# ConfigMap -> key, the same at v1.16.0 and v1.20.2: install/kubernetes/cilium/files/*/dashboards of the chart.
AGENT = {"cilium-dashboard": "cilium-dashboard.json"}
OPERATOR = {"cilium-operator-dashboard": "cilium-operator-dashboard.json"}
HUBBLE = {
    name: f"{name}.json"
    for name in (
        "hubble-dashboard",
        "hubble-dns-namespace",
        "hubble-l7-http-metrics-by-workload",
        "hubble-network-overview-namespace",
    )
}
# instanceSelector cannot change: a new one needs a new object.
RECREATE = {"kustomize.toolkit.fluxcd.io/force": "Enabled"}


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield dashboards.yaml if grafana-operator is to load the dashboards."""
    cilium = cluster.cilium
    if cilium is None or cilium.monitoring.dashboards != "grafana-operator":
        return
    parts = tuple(_dashboard(cilium.monitoring, name, key) for name, key in config_maps(cilium).items())
    yield Draft(path=PATH, template=f"{PATH}.j2", parts=parts)


def config_maps(cilium: Cilium) -> Mapping[str, str]:
    """Return the ConfigMaps with dashboards that the chart makes for these features, and the key in each."""
    return {**AGENT, **OPERATOR, **(HUBBLE if cilium.hubble.metrics else {})}


def _dashboard(monitoring: Monitoring, name: str, key: str) -> Part:
    metadata = {"name": name, "namespace": monitoring.namespace, "annotations": dict(RECREATE)}
    base = {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": metadata,
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _settings(monitoring, name, key)))


def _settings(monitoring: Monitoring, name: str, key: str) -> Iterator[Setting]:
    labels = dict(monitoring.grafana_labels)
    why = (
        "the Grafana instances that show it, by their labels"
        if labels
        else "every Grafana instance, since the description names no labels"
    )
    source = f"{DOCS}/api/#grafanadashboardspec"
    yield setting("instanceSelector", {"matchLabels": labels}, why=why, source=source)
    why = "Grafana itself may run in another namespace"
    cross = f"{DOCS}/examples/common_options/crossnamespace/readme"
    yield setting("allowCrossNamespaceImport", value=True, why=why, source=cross)
    why = "the dashboard that Cilium's chart ships, in the version that runs; it lies in this namespace"
    from_map = f"{DOCS}/examples/dashboard_from_configmap/readme"
    yield setting("configMapRef", {"name": name, "key": key}, why=why, source=from_map)
