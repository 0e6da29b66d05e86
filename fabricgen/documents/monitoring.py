"""Dashboards as objects of grafana-operator, over the ConfigMaps that Cilium's chart makes.

Fed by `Cluster.cilium.monitoring`. ServiceMonitors are made by the chart, see `cilium`.
Source: https://grafana.github.io/grafana-operator/docs/dashboards/ (configMapRef).
"""

from collections.abc import Iterator, Mapping

from fabricgen.cluster import Cilium, Cluster, Monitoring
from fabricgen.documents.document import Draft, Part, Setting, setting

FOLDER = "infrastructure/monitoring"
DOCS = "https://grafana.github.io/grafana-operator/docs/dashboards/"
# ConfigMap -> key; from install/kubernetes/cilium/files/{cilium-agent,cilium-operator,hubble}/dashboards of the chart.
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


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield dashboards.yaml if grafana-operator is to load the dashboards."""
    cilium = cluster.cilium
    if cilium is None or cilium.monitoring.dashboards != "grafana-operator":
        return
    parts = tuple(_dashboard(cilium.monitoring, name, key) for name, key in config_maps(cilium).items())
    yield Draft(path=f"{FOLDER}/dashboards.yaml", template=f"{FOLDER}/dashboards.yaml.j2", parts=parts)


def config_maps(cilium: Cilium) -> Mapping[str, str]:
    """Return the ConfigMaps with dashboards that the chart makes for these features, and the key in each."""
    return {**AGENT, **OPERATOR, **(HUBBLE if cilium.hubble.metrics else {})}


def _dashboard(monitoring: Monitoring, name: str, key: str) -> Part:
    base = {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": {"name": name, "namespace": monitoring.namespace},
    }
    return Part(base=base, settings=tuple(one.under("spec") for one in _settings(monitoring, name, key)))


def _settings(monitoring: Monitoring, name: str, key: str) -> Iterator[Setting]:
    selector = {"matchLabels": dict(monitoring.grafana_labels)}
    yield setting("instanceSelector", selector, why="the Grafana instances that show it", source=DOCS)
    yield setting(
        "allowCrossNamespaceImport",
        value=True,
        why="Grafana itself runs in a namespace of its own",
        source=DOCS,
    )
    why = "the dashboard that Cilium's chart ships, in the version that runs"
    yield setting("configMapRef", {"name": name, "key": key}, why=why, source=DOCS)
