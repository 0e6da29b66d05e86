"""Cilium's features as people write them. What is absent is decided by `resolve`, with a reason."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import (
    AddressField,
    Asn,
    Count,
    DnsName,
    Duration,
    Flag,
    Labels,
    Model,
    Name,
    Port,
    Text,
    Values,
    VersionField,
    check_one_of,
)
from fabricgen.description.policies import Policies

Because = Annotated[
    Text | None,
    Field(default=None, description="Why it is set up like this; stands in the cluster's README."),
]
HttpsUrl = Annotated[str, Field(strict=True, pattern=r"^https?://[^\s/]+(/\S*)?$")]
OciUrl = Annotated[str, Field(strict=True, pattern=r"^oci://[^\s/]+/\S+$")]
MaglevTableSize = Literal[251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071]


class Chart(Model):
    """Where a Helm chart comes from: a classic repository or an OCI registry."""

    helm: HttpsUrl | None = Field(
        default=None, description="Address of a Helm repository, such as https://helm.cilium.io/."
    )
    oci: OciUrl | None = Field(
        default=None,
        description="Address of the chart in a registry, such as oci://quay.io/cilium/charts/cilium.",
    )
    digest: Annotated[str, Field(strict=True, pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        default=None, description="Digest of the chart in the registry; wins over the version."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        check_one_of("a chart comes from one place", helm=self.helm, oci=self.oci)
        if self.digest is not None and self.oci is None:
            raise ValueError(
                "digest is of a chart in a registry, and this chart comes from a Helm repository; "
                "remove digest, or write oci instead of helm"
            )
        return self


class Routing(Model):
    """How packets travel between pods of two nodes."""

    mode: Literal["native", "tunnel"] | None = Field(
        default=None, description="Default: native when all nodes share one L2 segment, else tunnel."
    )
    protocol: Literal["vxlan", "geneve"] | None = Field(
        default=None, description="Encapsulation of tunnel mode. Default: vxlan."
    )
    port: Port | None = Field(
        default=None, description="UDP port of the tunnel. Default: 8472 (vxlan) or 6081 (geneve)."
    )
    direct_node_routes: Flag | None = Field(
        default=None,
        description="Native only: Cilium writes the routes between nodes. Default: true; false if routers know them.",
    )
    because: Because


class LoadBalancing(Model):
    """How Services are balanced."""

    mode: Literal["snat", "dsr", "hybrid"] | None = Field(default=None, description="Default: snat.")
    algorithm: Literal["random", "maglev"] | None = Field(default=None, description="Default: random.")
    dispatch: Literal["opt", "ipip", "geneve"] | None = Field(
        default=None, description="How DSR carries the Service address."
    )
    maglev_table_size: MaglevTableSize | None = Field(
        default=None, description="Entries for each Service; at least 100 times its backends."
    )
    acceleration: Literal["disabled", "native", "best-effort"] | None = Field(
        default=None, description="XDP. Default: disabled."
    )
    because: Because


class Encryption(Model):
    """Encryption between nodes."""

    type: Literal["wireguard", "none"] = Field(description="wireguard, or none (to say why).")
    node_encryption: Flag = Field(
        default=False, description="Also traffic of the nodes themselves, not only of pods."
    )
    strict: Flag = Field(
        default=False, description="Drop pod traffic that would leave a node unencrypted. IPv4 only."
    )
    because: Because


class HubbleUi(Model):
    """Hubble's web interface."""

    expose: Literal["none", "load-balancer", "gateway"] = Field(
        default="none", description="How the LAN reaches it."
    )
    hostname: DnsName | None = Field(default=None, description="DNS name, for external-dns or the HTTPRoute.")
    vip: Name | None = Field(
        default=None, description="load-balancer only: the entry of `networks.vips` whose address it takes."
    )
    gateway: Name | None = Field(
        default=None, description="gateway only: which of `gatewayAPI.gateways`. Default: the only one."
    )

    @model_validator(mode="after")
    def _what_goes_together(self) -> Self:
        if self.expose == "gateway" and self.hostname is None:
            raise ValueError(
                "expose is gateway, and its HTTPRoute needs a name to serve; write hostname, such as hubble.home.arpa"
            )
        if self.vip is not None and self.expose != "load-balancer":
            raise ValueError(
                f"vip is the address of a load balancer, and expose is {self.expose}; "
                "write expose: load-balancer, or remove vip"
            )
        if self.gateway is not None and self.expose != "gateway":
            raise ValueError(
                f"gateway says which Gateway serves it, and expose is {self.expose}; "
                "write expose: gateway, or remove gateway"
            )
        return self


class Hubble(Model):
    """Observability of flows."""

    enabled: Flag = Field(default=True, description="Record flows.")
    relay: Flag | None = Field(default=None, description="One API for all nodes. Default: with the UI.")
    ui: HubbleUi | None = Field(default=None, description="Web interface; needs the relay.")
    metrics: tuple[Text, ...] = Field(
        default=(), description="Flow metrics, such as dns, drop, tcp, flow, http."
    )
    certificates: Literal["cronJob", "helm"] = Field(
        default="cronJob",
        description="Who makes the certificates. `helm` makes new ones at every render and never renews.",
    )
    because: Because


class HostFirewall(Model):
    """Policies for the nodes themselves."""

    enabled: Flag = Field(default=True, description="Load the host firewall.")
    policy: Literal["none", "observe", "enforce"] = Field(
        default="observe",
        description="`observe` writes the rules but denies nothing; `enforce` drops what no rule allows; `none` writes no rules.",
    )
    because: Because


class BandwidthManager(Model):
    """Pacing of pods' traffic."""

    enabled: Flag = Field(
        default=True, description="Enforce kubernetes.io/egress-bandwidth and pace with EDT."
    )
    bbr: Flag = Field(
        default=False, description="BBR congestion control; needs kernel 5.18 and eBPF host routing."
    )
    because: Because


class Listener(Model):
    """One port of a Gateway."""

    name: Name = Field(description="Name of the listener.")
    port: Port = Field(description="Port.")
    protocol: Literal["HTTP", "HTTPS", "TLS"] = Field(
        default="HTTP", description="HTTP, HTTPS (terminated) or TLS (passed through)."
    )
    hostname: Annotated[str, Field(strict=True, pattern=r"^(\*\.)?[a-z0-9][-a-z0-9.]*$")] | None = Field(
        default=None, description="Only requests for this name; `*.` allowed in front."
    )
    certificate: Name | None = Field(
        default=None, description="HTTPS only: Secret with the certificate, in the Gateway's namespace."
    )

    @model_validator(mode="after")
    def _certificate_where_needed(self) -> Self:
        if self.protocol == "HTTPS" and self.certificate is None:
            raise ValueError(
                "protocol is HTTPS, and no certificate is named; write certificate with the name of its Secret, "
                "or protocol: TLS to pass connections through"
            )
        if self.protocol != "HTTPS" and self.certificate is not None:
            raise ValueError(
                f"certificate is for HTTPS, and protocol is {self.protocol}; write protocol: HTTPS, or remove certificate"
            )
        return self


class Gateway(Model):
    """A Gateway of Cilium's class."""

    name: Name = Field(description="Name of the Gateway.")
    namespace: Name = Field(default="gateway", description="Its namespace.")
    vip: Name | None = Field(
        default=None,
        description="The entry of `networks.vips` whose address it takes. Default: any of the pools.",
    )
    listeners: tuple[Listener, ...] = Field(min_length=1, description="Its ports.")
    routes_from: Literal["All", "Same"] = Field(
        default="All", description="Which namespaces may attach routes."
    )
    hostname: DnsName | None = Field(default=None, description="DNS name for external-dns to publish.")


class GatewayApi(Model):
    """Cilium as Gateway API implementation."""

    enabled: Flag = Field(default=True, description="Run the controller.")
    version: VersionField | None = Field(
        default=None,
        description="Gateway API release whose CRDs are installed. Default: the one this Cilium was built for.",
    )
    gateways: tuple[Gateway, ...] = Field(default=(), description="Gateways.")
    external_traffic_policy: Literal["Cluster", "Local"] = Field(
        default="Cluster", description="Of the Gateways' Services."
    )
    because: Because


class L2(Model):
    """Announcing addresses of pools on the LAN by ARP."""

    interfaces: tuple[Text, ...] = Field(
        default=(),
        description="Links, as Go regular expressions such as ^end0$. Default: all of Cilium's devices.",
    )
    node_labels: Labels = Field(
        default_factory=dict,
        description="Only nodes with all of these labels. Default: workers, or all if there is none.",
    )
    lease_duration: Duration = Field(default="15s", description="How long the LAN may point to a dead node.")
    renew_deadline: Duration = Field(default="5s", description="How often a lease is renewed at the latest.")
    retry_period: Duration = Field(default="2s", description="Time between tries.")
    services: Count | None = Field(
        default=None,
        description="How many LoadBalancer Services are expected; sizes the API rate limit. Default: 32.",
    )
    because: Because


class BgpPeer(Model):
    """A router."""

    name: Name = Field(description="Name of the peering.")
    address: AddressField = Field(description="Address of the router.")
    asn: Asn = Field(description="AS number of the router.")
    port: Port = Field(default=179, description="TCP port of the router.")
    password_secret: Name | None = Field(
        default=None, description="Secret in kube-system with key `password`."
    )
    hold_time_seconds: Annotated[int, Field(strict=True, ge=3, le=65535)] = Field(
        default=90, description="Seconds without a sign of life before the peer is given up."
    )
    keepalive_time_seconds: Annotated[int, Field(strict=True, ge=1, le=65535)] = Field(
        default=30, description="Seconds between signs of life; at most a third of the hold time."
    )
    ebgp_multihop: Annotated[int, Field(strict=True, ge=1, le=255)] | None = Field(
        default=None, description="Hops to the router, if it is not on the nodes' LAN."
    )
    graceful_restart: Flag = Field(default=True, description="Keep routes while an agent restarts.")


class Bgp(Model):
    """Announcing addresses of pools to routers."""

    asn: Asn = Field(description="AS number of the nodes.")
    peers: tuple[BgpPeer, ...] = Field(min_length=1, description="The routers.")
    node_labels: Labels = Field(
        default_factory=dict, description="Only nodes with all of these labels peer. Default: all."
    )
    advertise_pods: Flag = Field(default=False, description="Also announce each node's pod network.")
    because: Because


class Monitoring(Model):
    """What a Prometheus and a Grafana in the cluster find."""

    service_monitors: Flag = Field(
        default=False, description="ServiceMonitor objects; prometheus-operator must be there."
    )
    dashboards: Literal["none", "configmaps", "grafana-operator"] = Field(
        default="none",
        description="Dashboards as ConfigMaps for Grafana's sidecar, or also GrafanaDashboard objects.",
    )
    namespace: Name | None = Field(
        default=None, description="Namespace of the dashboards. Default: kube-system."
    )
    grafana_labels: Labels = Field(
        default_factory=dict, description="Labels of the Grafana instance that takes the dashboards."
    )
    because: Because


class Cilium(Model):
    """Cilium, and which of its features are wanted."""

    version: VersionField = Field(
        description="Version of the Helm chart, exact: keys change in patch releases."
    )
    chart: Chart = Field(
        default=Chart(helm="https://helm.cilium.io/"), description="Where the chart comes from."
    )
    kube_proxy_replacement: Flag = Field(
        default=True, description="Cilium balances Services, kube-proxy is off."
    )
    api_server: Literal["node-local", "endpoint"] = Field(
        default="node-local",
        description="How agents reach the API without kube-proxy: each node's own balancer (KubePrism, k3s's on 6444) or `endpoint`.",
    )
    ipam: Literal["kubernetes", "cluster-pool"] | None = Field(
        default=None, description="Who gives nodes their share of the pod network. Default: kubernetes."
    )
    routing: Routing = Field(default=Routing(), description="How packets travel between nodes.")
    load_balancing: LoadBalancing = Field(
        default=LoadBalancing(), description="How Cilium balances Services."
    )
    bpf_masquerade: Flag | None = Field(
        default=None, description="Masquerade in eBPF. Default: true with kubeProxyReplacement."
    )
    host_legacy_routing: Flag | None = Field(
        default=None, description="Route through the host's stack. Default: false."
    )
    socket_lb_host_namespace_only: Flag | None = Field(
        default=None, description="Leave pods' sockets alone. Default: Cilium's own."
    )
    encryption: Encryption | None = Field(
        default=None, description="Encryption between nodes. Default: none."
    )
    hubble: Hubble = Field(default=Hubble(enabled=False), description="Observability of flows. Default: off.")
    host_firewall: HostFirewall | None = Field(
        default=None, description="Policies for the nodes themselves. Default: off."
    )
    bandwidth_manager: BandwidthManager | None = Field(default=None, description="Pacing. Default: off.")
    l7_proxy: Flag = Field(default=True, description="Envoy: L7 policies, DNS policies, Gateway API.")
    gateway_api: GatewayApi | None = Field(
        default=None, alias="gatewayAPI", description="Gateway API. Default: off."
    )
    l2: L2 | None = Field(
        default=None, description="L2 announcements. Default: on when a pool is announced by l2."
    )
    bgp: Bgp | None = Field(default=None, description="BGP. Needed when a pool is announced by bgp.")
    policies: Policies | None = Field(default=None, description="Network policies. Default: none.")
    monitoring: Monitoring = Field(default=Monitoring(), description="Metrics and dashboards.")
    multus: Flag = Field(
        default=False, description="Another CNI (Multus) is there too; Cilium leaves its files alone."
    )
    mtu: Annotated[int, Field(strict=True, ge=1280, le=9000)] | None = Field(
        default=None, description="MTU in bytes. Default: found by Cilium."
    )
    devices: tuple[Text, ...] = Field(
        default=(),
        description="Links Cilium works on, `eth+` for all that start so. Default: found by Cilium.",
    )
    operator_replicas: Count | None = Field(default=None, description="Default: 2, or 1 on a single node.")
    values: Values = Field(
        default_factory=dict, description="Helm values merged last, over everything above."
    )
