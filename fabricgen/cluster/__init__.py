"""The resolved cluster: every default filled, every derived fact computed once. All that documents may know.

Fed by `resolve`; read by `documents` and by templates. Nothing here knows how it was written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fabricgen.cluster.added import AddedComponent
from fabricgen.cluster.addresses import Endpoint, Networks, Pool, Reserved, Selector, Vip, VipPort, VipService
from fabricgen.cluster.announcing import L2, Bgp, BgpPeer, Gateway, GatewayApi, Listener
from fabricgen.cluster.choice import Choice
from fabricgen.cluster.cilium import (
    BandwidthManager,
    Cilium,
    Encryption,
    HostFirewall,
    Hubble,
    HubbleUi,
    LoadBalancing,
    Monitoring,
    Routing,
)
from fabricgen.cluster.nodes import Bond, DiskSelector, Interface, Node, Schematic, Taint
from fabricgen.cluster.policies import Allow, HttpRule, Peer, Policies
from fabricgen.cluster.systems import (
    Chart,
    Flux,
    FluxSource,
    K3s,
    MetalLb,
    Sops,
    Talos,
    TalosDocker,
    Verification,
    Versions,
)


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

    `is_considered` marks what is only thought about: nothing applies its tree. `components` are those of other packages,
    `rules` the names under which other packages bring rules that hold here.

    Example:
        >>> cluster.name, [node.name for node in cluster.control_planes][:1]
        ('homeops', ['control-1'])
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
    components: tuple[AddedComponent, ...] = ()
    rules: tuple[str, ...] = ()

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


__all__ = [
    "L2",
    "AddedComponent",
    "Allow",
    "BandwidthManager",
    "Bgp",
    "BgpPeer",
    "Bond",
    "Chart",
    "Choice",
    "Cilium",
    "Cluster",
    "Considered",
    "Decision",
    "DiskSelector",
    "Encryption",
    "Endpoint",
    "Flux",
    "FluxSource",
    "Gateway",
    "GatewayApi",
    "HostFirewall",
    "HttpRule",
    "Hubble",
    "HubbleUi",
    "Interface",
    "K3s",
    "Listener",
    "LoadBalancing",
    "MetalLb",
    "Monitoring",
    "Networks",
    "Node",
    "Peer",
    "Policies",
    "Pool",
    "Reserved",
    "Routing",
    "Schematic",
    "Selector",
    "Sops",
    "Taint",
    "Talos",
    "TalosDocker",
    "Verification",
    "Versions",
    "Vip",
    "VipPort",
    "VipService",
]
