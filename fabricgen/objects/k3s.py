"""k3s: the keys of `config.yaml` on servers and agents, and the HelmChart object that installs Cilium before Flux.

Fed by `meta`; the k3s and bootstrap families are made of these. Secrets are left out on purpose (token,
agent-token, the keys of S3, credentials of a VPN): what is written here is committed, so a file on the node
holds them. Source: https://docs.k3s.io/cli/server, https://docs.k3s.io/cli/agent,
https://docs.k3s.io/add-ons/helm and pkg/apis/helm.cattle.io/v1/types.go of k3s-io/helm-controller.
"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from fabricgen.objects.fields import Count, DnsLabel, Duration, Flag, Port, Text, Values, shaped
from fabricgen.objects.meta import KubernetesObject, NameReference, ObjectMeta
from fabricgen.objects.model import Model

# k3s takes one text, commas between the items, or a list.
Texts = Text | tuple[Text, ...]
ServerUrl = Annotated[
    str, shaped(r"https://.+", "is not a server's address such as https://192.168.1.10:6443")
]
FileMode = Annotated[str, shaped(r"0?[0-7]{3}", "is not a file mode such as 0600")]


def _key(name: str) -> str:
    return name.replace("_", "-")


class NodeConfig(Model):
    """The keys that servers and agents share: a server is an agent, too."""

    model_config = ConfigDict(alias_generator=_key)

    debug: Flag | None = None
    v: Count | None = None
    vmodule: Text | None = None
    log: Text | None = None
    alsologtostderr: Flag | None = None
    token_file: Text | None = None
    server: ServerUrl | None = None
    bind_address: Text | None = None
    data_dir: Text | None = None
    node_name: DnsLabel | None = None
    with_node_id: Flag | None = None
    node_label: Texts | None = None
    node_taint: Texts | None = None
    node_ip: Texts | None = None
    node_external_ip: Texts | None = None
    node_internal_dns: Texts | None = None
    node_external_dns: Texts | None = None
    resolv_conf: Text | None = None
    flannel_iface: Text | None = None
    flannel_conf: Text | None = None
    flannel_cni_conf: Text | None = None
    kubelet_arg: Texts | None = None
    kube_proxy_arg: Texts | None = None
    lb_server_port: Port | None = None
    protect_kernel_defaults: Flag | None = None
    selinux: Flag | None = None
    private_registry: Text | None = None
    disable_default_registry_endpoint: Flag | None = None
    nonroot_devices: Flag | None = None
    container_runtime_endpoint: Text | None = None
    image_service_endpoint: Text | None = None
    default_runtime: Text | None = None
    pause_image: Text | None = None
    snapshotter: Text | None = None
    image_credential_provider_bin_dir: Text | None = None
    image_credential_provider_config: Text | None = None
    docker: Flag | None = None
    rootless: Flag | None = None
    prefer_bundled_bin: Flag | None = None
    enable_pprof: Flag | None = None


class AgentConfig(NodeConfig):
    """`config.yaml` of an agent, or a part of it; what only servers know has no place here."""

    disable_apiserver_lb: Flag | None = None


class ServerConfig(NodeConfig):
    """`config.yaml` of a server."""

    cluster_init: Flag | None = None
    agent_token_file: Text | None = None
    https_listen_port: Port | None = None
    advertise_address: Text | None = None
    advertise_port: Port | None = None
    tls_san: Texts | None = None
    tls_san_security: Flag | None = None
    cluster_cidr: Texts | None = None
    service_cidr: Texts | None = None
    service_node_port_range: Text | None = None
    cluster_dns: Texts | None = None
    cluster_domain: Text | None = None
    flannel_backend: Literal["none", "vxlan", "host-gw", "wireguard-native"] | None = None
    flannel_ipv6_masq: Flag | None = None
    flannel_external_ip: Flag | None = None
    egress_selector_mode: Literal["agent", "cluster", "pod", "disabled"] | None = None
    servicelb_namespace: Text | None = None
    write_kubeconfig: Text | None = None
    write_kubeconfig_mode: FileMode | None = None
    write_kubeconfig_group: Text | None = None
    helm_job_image: Text | None = None
    kube_apiserver_arg: Texts | None = None
    kube_controller_manager_arg: Texts | None = None
    kube_scheduler_arg: Texts | None = None
    kube_cloud_controller_manager_arg: Texts | None = None
    etcd_arg: Texts | None = None
    etcd_expose_metrics: Flag | None = None
    etcd_disable_snapshots: Flag | None = None
    etcd_snapshot_name: Text | None = None
    etcd_snapshot_schedule_cron: Text | None = None
    etcd_snapshot_retention: Count | None = None
    etcd_snapshot_dir: Text | None = None
    etcd_snapshot_compress: Flag | None = None
    etcd_s3: Flag | None = Field(default=None, alias="etcd-s3")
    etcd_s3_config_secret: Text | None = Field(default=None, alias="etcd-s3-config-secret")
    secrets_encryption: Flag | None = None
    secrets_encryption_provider: Literal["aescbc", "secretbox"] | None = None
    default_local_storage_path: Text | None = None
    disable: Texts | None = None
    disable_scheduler: Flag | None = None
    disable_cloud_controller: Flag | None = None
    disable_kube_proxy: Flag | None = None
    disable_network_policy: Flag | None = None
    disable_helm_controller: Flag | None = None
    disable_agent: Flag | None = None
    embedded_registry: Flag | None = None
    supervisor_metrics: Flag | None = None
    system_default_registry: Text | None = None

    @model_validator(mode="after")
    def _starts_or_joins(self) -> Self:
        if self.cluster_init and self.server is not None:
            raise ValueError("cluster-init starts a cluster and server joins one; write one of the two")
        return self


class HelmChartMeta(ObjectMeta):
    """k3s makes file and job names of it."""

    name: DnsLabel


class ValuesSecret(Model):
    """Values from keys of a Secret."""

    name: DnsLabel
    keys_: tuple[Text, ...] = Field(alias="keys")
    ignore_updates: Flag | None = None


class HelmChartSpec(Model):
    """The chart, its values, and how the install runs; `bootstrap` runs it before the node is ready."""

    chart: Text | None = None
    chart_content: Text | None = None
    repo: (
        Annotated[str, shaped(r"https?://.+", "is not a Helm repository's http:// or https:// address")]
        | None
    ) = None
    repo_ca: Text | None = Field(default=None, alias="repoCA")
    repo_ca_config_map: NameReference | None = Field(default=None, alias="repoCAConfigMap")
    version: Text | None = None
    target_namespace: DnsLabel | None = None
    create_namespace: Flag | None = None
    bootstrap: Flag | None = None
    values_content: str | None = None
    values: Values | None = None
    values_secrets: tuple[ValuesSecret, ...] | None = None
    set_: dict[str, int | str] | None = Field(default=None, alias="set")
    timeout: Duration | None = None
    failure_policy: Literal["abort", "reinstall", "retry"] | None = None
    back_off_limit: Count | None = None
    take_ownership: Flag | None = None
    server_side: Literal["true", "false", "auto"] | None = None
    force_conflicts: Flag | None = None
    job_image: Text | None = None
    auth_secret: NameReference | None = None
    auth_pass_credentials: Flag | None = None
    docker_registry_secret: NameReference | None = None
    insecure_skip_tls_verify: Flag | None = Field(default=None, alias="insecureSkipTLSVerify")
    plain_http: Flag | None = Field(default=None, alias="plainHTTP")
    driver: Literal["secret", "configmap"] | None = None
    pod_security_context: Values | None = None
    security_context: Values | None = None

    @model_validator(mode="after")
    def _one_chart(self) -> Self:
        if (self.chart is None) == (self.chart_content is None):
            raise ValueError("write exactly one of: chart, chartContent")
        return self


class HelmChart(KubernetesObject):
    """A chart that k3s' own controller installs."""

    api_version: Literal["helm.cattle.io/v1"] = "helm.cattle.io/v1"
    kind: Literal["HelmChart"] = "HelmChart"
    metadata: HelmChartMeta
    spec: HelmChartSpec
