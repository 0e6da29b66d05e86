"""Cilium with every feature decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fabricgen.cluster.announcing import L2, Bgp, GatewayApi
from fabricgen.cluster.choice import Choice
from fabricgen.cluster.policies import Policies
from fabricgen.cluster.systems import Chart
from fabricgen.versions.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """How packets travel between pods of two nodes."""

    mode: Choice[Literal["native", "tunnel"]]
    protocol: Literal["vxlan", "geneve"]
    port: int | None
    direct_node_routes: Choice[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancing:
    """How Services are balanced; None where Cilium's default stays."""

    mode: Choice[Literal["snat", "dsr", "hybrid"]]
    algorithm: Choice[Literal["random", "maglev"]]
    dispatch: Literal["opt", "ipip", "geneve"] | None
    maglev_table_size: int | None
    acceleration: Literal["disabled", "native", "best-effort"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """WireGuard between nodes."""

    node_encryption: bool
    strict: bool
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubbleUi:
    """Hubble's web interface: how the LAN reaches it."""

    expose: Literal["none", "load-balancer", "gateway"]
    hostname: str | None
    vip: str | None
    gateway: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubble:
    """Observability of flows; `ui` None means no interface."""

    enabled: bool
    relay: bool
    ui: HubbleUi | None
    metrics: tuple[str, ...]
    certificates: Literal["cronJob", "helm"]
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFirewall:
    """Policies for the nodes themselves."""

    policy: Literal["none", "observe", "enforce"]
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BandwidthManager:
    """Pacing of pods' traffic; `bbr_host_namespace_only` when pods cannot have BBR."""

    bbr: bool
    bbr_host_namespace_only: bool
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """What a Prometheus and a Grafana find."""

    service_monitors: bool
    dashboards: Literal["none", "configmaps", "grafana-operator"]
    namespace: str
    grafana_labels: Mapping[str, str]
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cilium:
    """Cilium with every feature decided. None means that a feature is off.

    `off_because` holds the description's reason for a feature that it switches off, by the description's key.
    """

    version: Version
    chart: Chart
    kube_proxy_replacement: bool
    api_host: str
    api_port: int
    ipam: Choice[Literal["kubernetes", "cluster-pool"]]
    routing: Routing
    load_balancing: LoadBalancing
    bpf_masquerade: Choice[bool]
    host_legacy_routing: Choice[bool]
    socket_lb_host_namespace_only: bool | None
    encryption: Encryption | None
    hubble: Hubble
    host_firewall: HostFirewall | None
    bandwidth_manager: BandwidthManager | None
    l7_proxy: bool
    gateway_api: GatewayApi | None
    off_because: Mapping[str, str]
    l2: L2 | None
    bgp: Bgp | None
    policies: Policies | None
    monitoring: Monitoring
    multus: bool
    mtu: int | None
    devices: tuple[str, ...]
    operator_replicas: Choice[int]
    values: Mapping[str, Any]
