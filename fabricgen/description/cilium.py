"""Cilium and its features as people write them. What is absent is decided by `resolve`, with a reason."""

from typing import Annotated, Literal

from pydantic import Field

from fabricgen.description.announcements import L2, Bgp, BgpPeer
from fabricgen.description.chart import Chart
from fabricgen.description.datapath import BandwidthManager, Encryption, HostFirewall, LoadBalancing, Routing
from fabricgen.description.fields import Count, Flag, Model, Text, Values, VersionField
from fabricgen.description.gateway import Gateway, GatewayApi, Listener
from fabricgen.description.observability import Hubble, HubbleUi, Monitoring
from fabricgen.description.policies import Policies


class Cilium(Model):
    """Cilium, and which of its features are wanted."""

    version: VersionField = Field(
        description="Version of the Helm chart. Exact, since keys change in patch releases: 1.18.6, not 1.18."
    )
    chart: Chart = Field(
        default=Chart(helm="https://helm.cilium.io/"), description="Where the chart comes from."
    )
    kube_proxy_replacement: Flag = Field(
        default=True,
        description="Whether Cilium balances Services and kube-proxy is off. Talos or k3s is told the same. What runs "
        "without kube-proxy cannot do without Cilium.",
    )
    api_server: Literal["node-local", "endpoint"] = Field(
        default="node-local",
        description="How agents reach the API without kube-proxy. `node-local`: each node's own balancer (KubePrism, or k3s' "
        "on 6444); `endpoint`: that address, which is down when its machine is.",
    )
    ipam: Literal["kubernetes", "cluster-pool"] | None = Field(
        default=None,
        description="Who gives nodes their share of the pod network. With `cluster-pool` Cilium does, and Kubernetes knows "
        "of another one. Default: `kubernetes`.",
    )
    routing: Routing = Field(default=Routing(), description="How packets travel between nodes.")
    load_balancing: LoadBalancing = Field(
        default=LoadBalancing(), description="How Cilium balances Services."
    )
    bpf_masquerade: Flag | None = Field(
        default=None,
        description="Whether pods' addresses are hidden by eBPF instead of iptables. Default: true with kubeProxyReplacement.",
    )
    host_legacy_routing: Flag | None = Field(
        default=None,
        description="Whether packets pass the host's routing and iptables. Slower, but seen by what listens there. "
        "Default: false; true in docker and without eBPF masquerading.",
    )
    socket_lb_host_namespace_only: Flag | None = Field(
        default=None,
        description="Whether Services are translated in the socket for the host only. Istio and Kata need that. Default: "
        "Cilium's own.",
    )
    encryption: Encryption | None = Field(
        default=None, description="Encryption between nodes. Default: none."
    )
    hubble: Hubble = Field(default=Hubble(enabled=False), description="Observability of flows. Default: off.")
    host_firewall: HostFirewall | None = Field(
        default=None, description="Policies for the nodes themselves. Default: off."
    )
    bandwidth_manager: BandwidthManager | None = Field(
        default=None, description="Pacing of pods' traffic. Default: off."
    )
    l7_proxy: Flag = Field(
        default=True, description="Whether Envoy runs. L7 policies, DNS policies and Gateway API need it."
    )
    gateway_api: GatewayApi | None = Field(
        default=None, alias="gatewayAPI", description="Cilium as Gateway API implementation. Default: off."
    )
    l2: L2 | None = Field(
        default=None, description="Announcing addresses by ARP. Default: on when a pool is announced by l2."
    )
    bgp: Bgp | None = Field(
        default=None,
        description="Announcing addresses to routers. Needed when a pool is announced by bgp. Default: off.",
    )
    policies: Policies | None = Field(
        default=None, description="Network policies. Default: none, so every pod may talk to every other."
    )
    monitoring: Monitoring = Field(
        default=Monitoring(), description="What a Prometheus and a Grafana find. Default: nothing."
    )
    multus: Flag = Field(
        default=False,
        description="Whether another CNI (Multus) is there too. Cilium then leaves its files alone; otherwise it renames them.",
    )
    mtu: Annotated[int, Field(strict=True, ge=1280, le=9000)] | None = Field(
        default=None,
        description="MTU in bytes of the links below. Larger than they are, large packets are lost. Default: found by Cilium.",
    )
    devices: tuple[Text, ...] = Field(
        default=(),
        description="Links that Cilium works on, `eth+` for all that start so. A link that is missing keeps Services from being "
        "reached through it. Default: found by Cilium.",
    )
    operator_replicas: Count | None = Field(
        default=None,
        description="Replicas of the operator. They never share a node, so one too many waits for ever. Default: 2, or 1 on "
        "a single node.",
    )
    values: Values = Field(
        default_factory=dict,
        description="Helm values, merged last over everything above. What has a key above, or what the chart does not "
        "read, is refused.",
    )


__all__ = [
    "L2",
    "BandwidthManager",
    "Bgp",
    "BgpPeer",
    "Chart",
    "Cilium",
    "Encryption",
    "Gateway",
    "GatewayApi",
    "HostFirewall",
    "Hubble",
    "HubbleUi",
    "Listener",
    "LoadBalancing",
    "Monitoring",
    "Routing",
]
