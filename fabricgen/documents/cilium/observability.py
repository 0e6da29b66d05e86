"""Hubble, metrics, ServiceMonitors and dashboards.

Fed by the cluster; gives Helm values to `values`.
"""

from collections.abc import Iterator, Mapping

from fabricgen.cluster import Cilium, Cluster, Hubble, HubbleUi, Monitoring
from fabricgen.documents.cilium.reasons import chart, docs, told
from fabricgen.documents.document import Setting, setting

HUBBLE = "observability/hubble/"
METRICS = "observability/metrics/"
UI_SERVICE = ("kube-system", "hubble-ui")

# external-dns 0.22 reads another prefix than all before it, and no release reads both:
# https://github.com/kubernetes-sigs/external-dns/releases/tag/v0.22.0
DNS_ANNOTATIONS: Mapping[str, str] = {
    "external-dns.alpha.kubernetes.io/hostname": "before 0.22",
    "external-dns.kubernetes.io/hostname": "from 0.22 on",
}
EXTERNAL_DNS = "https://github.com/kubernetes-sigs/external-dns/releases/tag/v0.22.0"

CERTIFICATES = {
    "cronJob": "a job makes the certificates now and anew every four months; `helm` makes them once, and they run out",
    "helm": "made when the chart is installed and never renewed: `helm upgrade` must make new ones before they run out",
    "certmanager": "cert-manager makes and renews the certificates, from the issuer that the values name",
}


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of Hubble and of monitoring."""
    yield from _hubble(cluster, cilium, cilium.hubble)
    if watched(cilium.monitoring):
        yield from _metrics(cilium, cilium.monitoring)
    if cilium.monitoring.dashboards != "none":
        yield from _dashboards(cilium, cilium.monitoring)


def watched(monitoring: Monitoring) -> bool:
    """Return whether a Prometheus or a Grafana is to find something."""
    return monitoring.service_monitors or monitoring.dashboards != "none"


def _hubble(cluster: Cluster, cilium: Cilium, hubble: Hubble) -> Iterator[Setting]:
    source = docs(cilium, HUBBLE)
    if not hubble.enabled:
        why = hubble.because or "not asked for; recording flows costs agents memory and some of their speed"
        yield setting("hubble.enabled", value=False, why=why, source=source)
        return
    why = f"agents record the flows of their node's pods, with the policy that let them pass or dropped them{told(hubble.because)}"
    yield setting("hubble.enabled", value=True, why=why, source=source)
    if hubble.relay:
        why = f"one API for the flows of all {len(cluster.nodes)} nodes, for the interface and for the hubble command"
        yield setting("hubble.relay.enabled", value=True, why=why, source=source)
    source = docs(cilium, "observability/hubble/configuration/tls/")
    yield setting(
        "hubble.tls.auto.method", hubble.certificates, why=CERTIFICATES[hubble.certificates], source=source
    )
    if hubble.metrics:
        why = "what is counted about flows, for Prometheus; a metric that is not named is not collected"
        yield setting("hubble.metrics.enabled", hubble.metrics, why=why, source=docs(cilium, METRICS))
    if hubble.ui is not None:
        yield from _ui(cluster, cilium, hubble.ui)


def _ui(cluster: Cluster, cilium: Cilium, ui: HubbleUi) -> Iterator[Setting]:
    reach = {
        "none": "through `cilium hubble ui` or a port-forward only",
        "load-balancer": "from the LAN, at an address of its own",
        "gateway": f"through a Gateway, as {ui.hostname}",
    }
    why = f"a map of who talks to whom, reached {reach[ui.expose]}"
    yield setting(
        "hubble.ui.enabled", value=True, why=why, source=docs(cilium, "observability/hubble/hubble-ui/")
    )
    if ui.expose == "load-balancer":
        yield from _ui_service(cluster, cilium, ui)


def _ui_service(cluster: Cluster, cilium: Cilium, ui: HubbleUi) -> Iterator[Setting]:
    why = "the LAN reaches the interface at an address of the pools; it asks for no password, whoever reaches it sees all flows"
    yield setting("hubble.ui.service.type", "LoadBalancer", why=why, source=chart(cilium))
    hostname = ui.hostname
    if ui.vip is not None:
        vip = cluster.vip(ui.vip)
        hostname = hostname or vip.hostname
        source = (
            "https://metallb.io/usage/" if cluster.metallb is not None else docs(cilium, "network/lb-ipam/")
        )
        for key, value in vip.annotations.get(UI_SERVICE, {}).items():
            why = f"the address that is pinned to {vip.name}, {vip.address}, and none other of the pool"
            yield _ui_annotation(key, value, why=why, source=source)
    if hostname is not None:
        for key, releases in DNS_ANNOTATIONS.items():
            why = f"external-dns {releases} publishes the address under this name, if it runs here"
            yield _ui_annotation(key, hostname, why=why, source=EXTERNAL_DNS)


def _ui_annotation(key: str, value: str, *, why: str, source: str) -> Setting:
    return Setting(path=("hubble", "ui", "service", "annotations", key), value=value, why=why, source=source)


def _metrics(cilium: Cilium, monitoring: Monitoring) -> Iterator[Setting]:
    source = docs(cilium, METRICS)
    why = f"agents tell about themselves on port 9962{told(monitoring.because)}"
    yield setting("prometheus.enabled", value=True, why=why, source=source)
    if not monitoring.service_monitors:
        return
    why = "the chart's own look for the CRD would let what it renders depend on the cluster at that moment"
    yield setting("prometheus.serviceMonitor.trustCRDsExist", value=True, why=why, source=chart(cilium))
    for key, who in _monitored(cilium):
        why = f"prometheus-operator finds the metrics of {who} by it"
        yield setting(f"{key}.serviceMonitor.enabled", value=True, why=why, source=source)


def _monitored(cilium: Cilium) -> Iterator[tuple[str, str]]:
    """Yield where the chart has a ServiceMonitor for what runs here, and what it is for."""
    yield "prometheus", "the agents"
    yield "operator.prometheus", "the operator"
    if cilium.l7_proxy:
        yield "envoy.prometheus", "Envoy"
    if cilium.hubble.metrics:
        yield "hubble.metrics", "flows"


def _dashboards(cilium: Cilium, monitoring: Monitoring) -> Iterator[Setting]:
    source = docs(cilium, "observability/grafana/")
    how = (
        "GrafanaDashboard objects point to them"
        if monitoring.dashboards == "grafana-operator"
        else "Grafana's sidecar loads them"
    )
    subjects = [("dashboards", "the agents"), ("operator.dashboards", "the operator")]
    if cilium.hubble.metrics:
        subjects.append(("hubble.metrics.dashboards", "flows"))
    for key, who in subjects:
        why = f"the chart's own dashboards of {who} as ConfigMaps; {how}"
        yield setting(f"{key}.enabled", value=True, why=why, source=source)
        why = f"where the ConfigMaps lie{', beside Cilium' if monitoring.namespace == 'kube-system' else ''}"
        yield setting(f"{key}.namespace", monitoring.namespace, why=why, source=chart(cilium))
