"""The resolved cluster: every default filled, every derived fact computed once. All that documents may know.

Fed by `resolve`; read by `documents` and by templates. Nothing here knows how it was written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from fabricgen.addresses import Address, AddressRange, Network
from fabricgen.versions.gateway_api import GatewayApiRelease
from fabricgen.versions.talos import Dialect
from fabricgen.versions.version import Minor, Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[T]):
    """A value that somebody decided: the description (`asked`) or fabricgen, with the reason either way."""

    value: T
    why: str
    source: str
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Every version in play; None where the part is not used."""

    kubernetes: Version
    flux: Version
    flux_operator: Version | None = None
    talos: Version | None = None
    contract: Minor | None = None
    k3s: Version | None = None
    cilium: Version | None = None
    gateway_api: GatewayApiRelease | None = None
    metallb: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The Kubernetes API. `vip` is set when Talos' control planes share the address; `node` when it is one node's own."""

    host: str
    port: int
    vip: Address | None = None
    node: str | None = None

    @property
    def url(self) -> str:
        """`https://host:port`, an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """Networks with IPv4 first; `node_masks` are the prefix lengths of a node's share of `pods`, same order."""

    nodes: tuple[Network, ...]
    pods: tuple[Network, ...]
    services: tuple[Network, ...]
    node_masks: tuple[int, ...]
    routers: tuple[Address, ...]
    dns_servers: tuple[Address, ...]
    time_servers: tuple[str, ...]
    domain: str
    static: bool

    @property
    def families(self) -> tuple[int, ...]:
        """(4,), (6,) or (4, 6): the IP families that pods have."""
        return tuple(network.version for network in self.pods)

    @property
    def dns_service(self) -> tuple[Address, ...]:
        """The cluster DNS Service's addresses: the tenth of each service network, as kubeadm, Talos and k3s pick it."""
        return tuple(network[10] for network in self.services)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSelector:
    """Which disk, by what it says of itself; None where it does not matter."""

    type: str | None = None
    size: str | None = None
    model: str | None = None
    serial: str | None = None
    wwid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """Several links, by name or MAC address, as one."""

    name: str
    links: tuple[str, ...]
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """The link with the node's address: by name, MAC or bond; all None means the first physical one."""

    name: str | None = None
    mac: str | None = None
    bond: Bond | None = None
    vlan: int | None = None
    mtu: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taint:
    """A taint of a node."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schematic:
    """What a Talos image holds. `id` is the hash by which the image factory knows it; `text` is what was hashed."""

    id: str
    text: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One machine. `addresses` are in the order of `Networks.nodes`; `memory_mib` is None when unknown."""

    name: str
    control_plane: bool
    addresses: tuple[Address, ...]
    hardware: str
    arch: Literal["amd64", "arm64"]
    memory_mib: int | None
    disk: str | DiskSelector | None
    interface: Interface
    extensions: tuple[str, ...]
    kernel_args: tuple[str, ...]
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    schedulable: bool
    schematic: Schematic | None = None
    external_address: Address | None = None

    @property
    def address(self) -> Address:
        """The first address, IPv4 where there is one."""
        return self.addresses[0]

    @property
    def role(self) -> Literal["control-plane", "worker"]:
        """The role in the words of topf's folders and of Kubernetes' label."""
        return "control-plane" if self.control_plane else "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which Services: all that is given must hold; everything empty means all Services."""

    namespaces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Addresses for Services. `written` is what people wrote; `blocks` is that minus all that is taken, lowest first.

    `taken` names what was left out, by owner. `vip` is set on the pool of a single pinned address.
    """

    name: str
    written: tuple[AddressRange, ...]
    blocks: tuple[AddressRange, ...]
    taken: tuple[tuple[AddressRange, str], ...]
    announce: tuple[Literal["l2", "bgp"], ...]
    selector: Selector
    vip: str | None = None

    @property
    def size(self) -> int:
        """Return how many addresses Services can have."""
        return sum(block.size for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class VipPort:
    """One port of an emitted Service."""

    name: str
    port: int
    target: int | str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VipService:
    """A Service that holds a virtual address; emitted when it has ports."""

    name: str
    namespace: str
    ports: tuple[VipPort, ...]
    selector: Mapping[str, str]
    external_traffic_policy: Literal["Cluster", "Local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vip:
    """A pinned address. `annotations` maps each holder (namespace, name) to what its Service must carry."""

    name: str
    address: Address
    pool: str
    services: tuple[VipService, ...]
    hostname: str | None
    annotations: Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """Addresses that something outside the cluster has."""

    addresses: AddressRange
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalosDocker:
    """Talos in containers, made by talosctl."""

    talosctl: Version
    memory_mib: int
    worker_memory_mib: int | None
    cpus: int | None
    exposed_ports: tuple[str, ...]
    host_ip: Address | None
    subnet: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Talos:
    """Talos Linux on all nodes."""

    version: Version
    contract: Minor
    dialect: Dialect
    factory: str
    secureboot: bool
    kube_prism_port: int
    forward_dns_to_host: Choice[bool]
    sysctls: Mapping[str, str]
    kernel_modules: tuple[str, ...]
    cert_sans: tuple[str, ...]
    docker: TalosDocker | None


@dataclass(frozen=True, slots=True, kw_only=True)
class K3s:
    """k3s on all nodes. `first_server` is the node that starts the cluster; `etcd` is False with a single server (SQLite)."""

    version: Version
    first_server: str
    etcd: bool
    token_file: str
    tls_sans: tuple[str, ...]
    secrets_encryption: bool
    disable: tuple[str, ...]
    server: Mapping[str, Any]
    agent: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Where a Helm chart comes from: `url` of a Helm repository, or of the chart itself in a registry (`oci`)."""

    oci: bool
    url: str
    digest: str | None
    version: Version


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
class Listener:
    """One port of a Gateway."""

    name: str
    port: int
    protocol: Literal["HTTP", "HTTPS", "TLS"]
    hostname: str | None
    certificate: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A Gateway of Cilium's class; `vip` names the pinned address that it has."""

    name: str
    namespace: str
    vip: str | None
    listeners: tuple[Listener, ...]
    routes_from: Literal["All", "Same"]
    hostname: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayApi:
    """Cilium as Gateway API implementation, with the CRDs of `release`."""

    release: GatewayApiRelease
    gateways: tuple[Gateway, ...]
    external_traffic_policy: Literal["Cluster", "Local"]
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class L2:
    """L2 announcements. Times are Go durations; `qps` and `burst` are requests a second to the API server."""

    interfaces: tuple[str, ...]
    node_labels: Mapping[str, str]
    exclude_control_planes: bool
    lease_duration: str
    renew_deadline: str
    retry_period: str
    services: int
    qps: int
    burst: int
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPeer:
    """A router."""

    name: str
    address: Address
    asn: int
    port: int
    password_secret: str | None
    hold_time_seconds: int
    keepalive_time_seconds: int
    ebgp_multihop: int | None
    graceful_restart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bgp:
    """Announcing addresses to routers."""

    asn: int
    peers: tuple[BgpPeer, ...]
    node_labels: Mapping[str, str]
    advertise_pods: bool
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRule:
    """HTTP requests that are allowed; None means any."""

    method: str | None
    path: str | None
    host: str | None
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The other side of allowed traffic; one kind of the first four groups is set."""

    namespace: str | None
    pods: Mapping[str, str] | None
    entities: tuple[str, ...]
    cidrs: tuple[Network, ...]
    except_cidrs: tuple[Network, ...]
    fqdns: tuple[str, ...]
    ports: tuple[str, ...]
    http: tuple[HttpRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """One policy; `namespace` None means cluster-wide."""

    name: str
    namespace: str | None
    pods: Mapping[str, str]
    because: str
    ingress: tuple[Peer, ...]
    egress: tuple[Peer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Network policies."""

    default_deny: tuple[str, ...]
    dns: bool
    allow: tuple[Allow, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MetalLb:
    """MetalLB serves the pools."""

    version: Version
    chart: Chart
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FluxSource:
    """What Flux reads; `kind` is the Flux kind that `install` creates in flux-system under the name `flux-system`."""

    kind: Literal["GitRepository", "OCIRepository"]
    url: str
    ref: str
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flux:
    """Flux. `path` is this cluster's folder in the source; `interval` a Go duration."""

    version: Version
    minor: Minor
    operator: Version | None
    source: FluxSource
    path: str
    interval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was weighed, what is rendered, and why."""

    about: str
    decided: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A second fabric that is rendered beside the first, and the advice about moving to it."""

    cluster: "Cluster"
    verdict: str
    because: tuple[str, ...]
    revisit: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster. Nodes are sorted by address; exactly one of talos and k3s is set; no Cilium means Flannel.

    `is_considered` marks what is only thought about: nothing applies its tree.
    """

    name: str
    versions: Versions
    endpoint: Endpoint
    networks: Networks
    nodes: tuple[Node, ...]
    pools: tuple[Pool, ...]
    vips: tuple[Vip, ...]
    reserved: tuple[Reserved, ...]
    talos: Talos | None
    k3s: K3s | None
    cilium: Cilium | None
    metallb: MetalLb | None
    flux: Flux
    decisions: tuple[Decision, ...] = ()
    ignored_rules: Mapping[str, str] = field(default_factory=dict)
    flannel_because: str | None = None
    considered: Considered | None = None
    is_considered: bool = False

    @property
    def control_planes(self) -> tuple[Node, ...]:
        """The control planes, sorted by address."""
        return tuple(node for node in self.nodes if node.control_plane)

    @property
    def workers(self) -> tuple[Node, ...]:
        """The workers, sorted by address."""
        return tuple(node for node in self.nodes if not node.control_plane)

    def vip(self, name: str) -> Vip:
        """Return the pinned address of this name. Raises KeyError if there is none: resolve checks that first."""
        return {vip.name: vip for vip in self.vips}[name]
