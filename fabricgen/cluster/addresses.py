"""The resolved address plan: the endpoint, networks, pools, pinned and reserved addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fabricgen.addresses import Address, AddressRange, Network


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
