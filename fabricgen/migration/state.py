"""What runs, or is wanted, in the words of a migration: one type for both sides, None where a fact is not known.

Fed by `of_cluster` (a description), `of_fabric` (a repository) and `saved` (what kubectl and talosctl printed); read by
everything that plans.
"""

from dataclasses import dataclass
from typing import Literal

from fabricgen.addresses import Address, Network
from fabricgen.versions.version import Minor, Version

Cni = Literal["flannel", "cilium", "none", "other"]
Balancer = Literal["metallb", "servicelb", "cilium"]
How = Literal["l2", "bgp"]
System = Literal["talos", "docker", "k3s"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A node; `address` is the one that talosctl or ssh reaches it by."""

    name: str
    address: Address | None
    control_plane: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balanced:
    """A Service of type LoadBalancer: what it has, and which class handles it.

    Attributes:
        namespace, name: the Service.
        addresses: those that it has, or asks for where only that is told.
        load_balancer_class: `spec.loadBalancerClass`, which can never change; empty where there is none.
        asks_cilium: whether it asks for exactly these addresses in Cilium's way already.
        is_local: whether `externalTrafficPolicy` is Local.
    """

    namespace: str
    name: str
    addresses: tuple[Address, ...]
    load_balancer_class: str = ""
    asks_cilium: bool = False
    is_local: bool = False

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A Helm release by its three names, and the HelmRelease that manages it; None where nothing tells that."""

    name: str
    namespace: str
    storage: str
    owner: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Datapath:
    """How Cilium is set up; None is unknown."""

    version: Version | None = None
    routing: Literal["tunnel", "native"] | None = None
    ipam: str | None = None
    wireguard: bool | None = None
    strict: bool | None = None
    gateway_api: bool | None = None
    release: Release | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldApi:
    """Objects of Flux in a version that the wanted Flux does not serve."""

    kind: str
    version: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetalLbHome:
    """Where MetalLB is: the namespace of its pods, and its Helm release and HelmRelease, if it has such."""

    namespace: str
    owner: tuple[str, str] | None = None
    release: str = ""
    storage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One side of a plan. None is unknown; an empty tuple or set is known to be nothing.

    Attributes:
        told_by: what the facts are from, in words.
        system: what the nodes run; `docker` is Talos in containers.
        talos, k3s, kubernetes: versions.
        documents: whether Talos' config keeps Kubernetes' settings in documents of their own, as from contract 1.14.
        exposed_ports: ports that docker publishes.
        pods, services: networks, IPv4 first.
        balancers: who hands out LoadBalancer addresses; `announced` is how they get known.
        balanced: the Services that have one; `all_balanced` says whether these are all there are.
        dns_forwarded: whether Talos forwards the cluster's DNS to its host resolver.
        old_apis: objects of Flux in other than their newest version, by kind and version.
    """

    told_by: str
    name: str = ""
    system: System | None = None
    talos: Version | None = None
    documents: bool | None = None
    k3s: Version | None = None
    kubernetes: Version | None = None
    exposed_ports: tuple[str, ...] | None = None
    cni: Cni | None = None
    kube_proxy: bool | None = None
    cilium: Datapath | None = None
    pods: tuple[Network, ...] | None = None
    services: tuple[Network, ...] | None = None
    balancers: frozenset[Balancer] | None = None
    announced: frozenset[How] | None = None
    balanced: tuple[Balanced, ...] = ()
    all_balanced: bool = False
    metallb: MetalLbHome | None = None
    dns_forwarded: bool | None = None
    nodes: tuple[Machine, ...] | None = None
    flux: Minor | None = None
    old_apis: tuple[OldApi, ...] = ()
