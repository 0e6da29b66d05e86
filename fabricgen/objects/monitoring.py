"""Objects that a Prometheus and a Grafana in the cluster look for: ServiceMonitor, GrafanaDashboard.

Fed by `meta`; emitted where the description asks for monitoring. Not here: scraping with credentials other
than a Secret's, OAuth2, proxies; jsonnet and OCI as places of dashboards.
Source: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor and
https://grafana.github.io/grafana-operator/docs/api/#grafanadashboard.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Count, Flag, NotEmpty, Port, Text, shaped
from fabricgen.objects.meta import KeyReference, KubernetesObject, LabelSelector
from fabricgen.objects.model import Model

PrometheusDuration = Annotated[
    str,
    shaped(
        r"0|(?=.)([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?",
        "is not a duration of Prometheus such as 30s or 1m30s, largest unit first",
    ),
]
GrafanaDuration = Annotated[
    str, shaped(r"([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+", "is not a duration such as 10m or 24h")
]
RelabelAction = Literal[
    "replace",
    "keep",
    "drop",
    "hashmod",
    "labelmap",
    "labeldrop",
    "labelkeep",
    "lowercase",
    "uppercase",
    "keepequal",
    "dropequal",
]


class Relabeling(Model):
    """One change of a target's or sample's labels."""

    action: RelabelAction | None = None
    source_labels: tuple[Text, ...] | None = None
    separator: str | None = None
    regex: str | None = None
    target_label: Text | None = None
    replacement: str | None = None
    modulus: Count | None = None


class CertificateSource(Model):
    """A certificate in a Secret or ConfigMap."""

    secret: KeyReference | None = None
    config_map: KeyReference | None = None


class TlsConfig(Model):
    """How the endpoint's certificate is checked."""

    ca: CertificateSource | None = None
    cert: CertificateSource | None = None
    key_secret: KeyReference | None = None
    server_name: Text | None = None
    insecure_skip_verify: Flag | None = None


class Endpoint(Model):
    """A port that is scraped, by the name or the number that its Service or pod gives it."""

    port: Text | None = None
    target_port: Port | Text | None = None
    path: Text | None = None
    scheme: Literal["http", "https"] | None = None
    interval: PrometheusDuration | None = None
    scrape_timeout: PrometheusDuration | None = None
    honor_labels: Flag | None = None
    honor_timestamps: Flag | None = None
    params: dict[str, tuple[str, ...]] | None = None
    relabelings: tuple[Relabeling, ...] | None = None
    metric_relabelings: tuple[Relabeling, ...] | None = None
    tls_config: TlsConfig | None = None
    follow_redirects: Flag | None = None
    enable_http2: Flag | None = Field(default=None, alias="enableHttp2")
    filter_running: Flag | None = None

    @model_validator(mode="after")
    def _one_port(self) -> Self:
        if (self.port is None) == (self.target_port is None):
            raise ValueError("write exactly one of: port, targetPort")
        return self


class NamespaceChoice(Model):
    """In which namespaces Services are looked for; by default the monitor's own."""

    any: Flag | None = None
    match_names: tuple[Text, ...] | None = None


class ServiceMonitorSpec(Model):
    """Which Services, and which of their ports."""

    selector: LabelSelector
    namespace_selector: NamespaceChoice | None = None
    endpoints: Annotated[tuple[Endpoint, ...], NotEmpty]
    job_label: Text | None = None
    target_labels: tuple[Text, ...] | None = None
    pod_target_labels: tuple[Text, ...] | None = None
    sample_limit: Count | None = None
    target_limit: Count | None = None
    label_limit: Count | None = None


class ServiceMonitor(KubernetesObject):
    """Services that Prometheus scrapes."""

    api_version: Literal["monitoring.coreos.com/v1"] = "monitoring.coreos.com/v1"
    kind: Literal["ServiceMonitor"] = "ServiceMonitor"
    spec: ServiceMonitorSpec


class DashboardDatasource(Model):
    """Which data source stands for an input of the dashboard."""

    input_name: Text
    datasource_name: Text


class GrafanaComDashboard(Model):
    """A dashboard of grafana.com."""

    id: Count
    revision: Count | None = None


class GrafanaDashboardSpec(Model):
    """Where a dashboard's JSON is, and who takes it."""

    instance_selector: LabelSelector
    json_: str | None = Field(default=None, alias="json")
    gzip_json: str | None = None
    url: Annotated[str, shaped(r"https?://.+", "is not an http:// or https:// address")] | None = None
    config_map_ref: KeyReference | None = None
    grafana_com: GrafanaComDashboard | None = None
    datasources: tuple[DashboardDatasource, ...] | None = None
    folder: Text | None = None
    folder_ref: Text | None = None
    folder_uid: Text | None = Field(default=None, alias="folderUID")
    uid: Annotated[str, shaped(r"[-a-zA-Z0-9_]{1,40}", "is not a dashboard's uid")] | None = None
    allow_cross_namespace_import: Flag | None = None
    content_cache_duration: GrafanaDuration | None = None
    resync_period: GrafanaDuration | None = None
    suspend: Flag | None = None

    @model_validator(mode="after")
    def _one_place_and_one_folder(self) -> Self:
        places = (self.json_, self.gzip_json, self.url, self.config_map_ref, self.grafana_com)
        if len(places) - places.count(None) != 1:
            raise ValueError("write exactly one of: json, gzipJson, url, configMapRef, grafanaCom")
        if (self.folder, self.folder_ref, self.folder_uid).count(None) < 2:  # noqa: PLR2004 - at most one of three
            raise ValueError("write at most one of: folder, folderRef, folderUID")
        return self


class GrafanaDashboard(KubernetesObject):
    """A dashboard for the Grafanas of grafana-operator."""

    api_version: Literal["grafana.integreatly.org/v1beta1"] = "grafana.integreatly.org/v1beta1"
    kind: Literal["GrafanaDashboard"] = "GrafanaDashboard"
    spec: GrafanaDashboardSpec
