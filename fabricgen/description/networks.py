"""The address plan as people write it: networks, pools, reserved ranges, virtual addresses, the API endpoint."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.addresses import AddressRange
from fabricgen.description.fields import (
    AddressField,
    AddressPair,
    DnsName,
    Flag,
    Host,
    Labels,
    Model,
    Name,
    NetworkField,
    NetworkPair,
    Port,
    Text,
    check_one_of,
)

Announcement = Literal["l2", "bgp"]


class Range(Model):
    """Some addresses, in one of three forms: a CIDR, one address, or the first and the last."""

    cidr: NetworkField | None = Field(
        default=None,
        description="All addresses of this network. Must be aligned: 10.0.0.200/28 is refused, with what it could mean.",
    )
    address: AddressField | None = Field(default=None, description="Exactly this address.")
    start: AddressField | None = Field(
        default=None, description="First address. Goes with `stop`, and needs no alignment."
    )
    stop: AddressField | None = Field(default=None, description="Last address, included. Goes with `start`.")

    @model_validator(mode="after")
    def _exactly_one_form(self) -> Self:
        check_one_of("a range is written in one form", **self.forms())
        self.addresses()
        return self

    def forms(self) -> dict[str, object]:
        """Return the forms a range has, and what was written of each."""
        ends = self.stop if self.start is None else self.start
        return {"cidr": self.cidr, "address": self.address, "start with stop": ends}

    def addresses(self) -> AddressRange:
        """Return the range that was written. Raises ValueError if start and stop do not make one."""
        if self.cidr is not None:
            return AddressRange.of(self.cidr)
        if self.address is not None:
            return AddressRange.of(self.address)
        if self.start is None:
            raise ValueError("has stop, and no start; write start, the first address")
        if self.stop is None:
            raise ValueError(
                "has start, and no stop; write stop, the last address, or address if it is only one"
            )
        return AddressRange(self.start, self.stop)


class Reserved(Range):
    """Addresses that are taken by something outside the cluster, or that must stay free."""

    purpose: Text = Field(
        alias="for",
        description="What has them, such as DHCP, DNS server, printer or netboot VIP. Stands in the address plan of the README.",
    )


class ServiceSelector(Model):
    """Which Services may take addresses from a pool. All that is given must hold."""

    namespaces: tuple[Name, ...] = Field(
        default=(), description="Only Services in these namespaces. Default: all namespaces."
    )
    names: tuple[Name, ...] = Field(
        default=(),
        description="Only Services with these names. Default: all names. MetalLB cannot select by name and passes this over.",
    )
    labels: Labels = Field(
        default_factory=dict,
        description="Only Services that carry all of these labels. Default: whatever their labels.",
    )


class Pool(Range):
    """Addresses for Services of type LoadBalancer. What is taken by others is left out when it is emitted."""

    blocks: tuple[Range, ...] = Field(
        default=(), description="Several ranges, instead of one of the forms above. They must not overlap."
    )
    announce: tuple[Announcement, ...] = Field(
        default=("l2",),
        description="How the LAN learns where these addresses are. `l2` answers ARP and needs a pool inside `networks.nodes`; "
        "`bgp` tells routers and needs `cni.cilium.bgp`. Without either the addresses are reachable from nowhere.",
    )
    services: ServiceSelector | None = Field(
        default=None, description="Which Services may take addresses here. Default: all Services."
    )

    @model_validator(mode="after")
    def _exactly_one_form(self) -> Self:
        check_one_of("a pool is written in one form", **self.forms(), blocks=self.blocks or None)
        self.ranges()
        return self

    def ranges(self) -> tuple[AddressRange, ...]:
        """Return the ranges as written, in the order they were written."""
        if self.blocks:
            return tuple(block.addresses() for block in self.blocks)
        return (self.addresses(),)


class VipServicePort(Model):
    """One port of a Service that fabricgen writes for a virtual address."""

    name: Name = Field(description="Name of the port. Each once in a Service.")
    port: Port = Field(
        description="Port on the virtual address. Services that share the address must not share a port."
    )
    target_port: Port | Name | None = Field(
        default=None,
        description="Port of the pod, as a number or by the name the pod gives it (at most 15 characters). Default: `port`.",
    )
    protocol: Literal["TCP", "UDP"] = Field(default="TCP", description="Protocol.")


class VipService(Model):
    """A Service that holds a virtual address. With `ports` and `selector` it is emitted, else only described."""

    name: Name = Field(description="Name of the Service. Starts with a letter, as Kubernetes wants it.")
    namespace: Name = Field(
        description="Namespace of the Service. Only a Service of exactly this name and namespace gets the address."
    )
    ports: tuple[VipServicePort, ...] = Field(
        default=(),
        description="Ports, if fabricgen is to write the Service. Default: it is yours, and only described here.",
    )
    selector: Labels = Field(
        default_factory=dict,
        description="Labels of the pods behind it, if fabricgen is to write the Service. Goes with `ports`: without "
        "one of the two nothing would answer.",
    )
    external_traffic_policy: Literal["Cluster", "Local"] = Field(
        default="Cluster",
        description="Which nodes answer. `Local` keeps the client's address, but by l2 the address may stand on a node "
        "without a pod, and then nothing answers.",
    )


class Vip(Model):
    """A named address that is pinned: only the Services named here get it."""

    address: AddressField = Field(
        description="The address. It must lie in one of `loadBalancers`, and no other Service gets it."
    )
    services: tuple[VipService, ...] = Field(
        default=(),
        description="The Services that hold it. More than one share it by a sharing key, on different ports.",
    )
    hostname: DnsName | None = Field(
        default=None,
        description="DNS name that external-dns publishes for it. Nothing is published without it.",
    )


class Networks(Model):
    """All networks and addresses of the cluster. They are checked as one plan: nothing may overlap."""

    nodes: NetworkPair = Field(
        description="The LAN of the nodes: one CIDR, or an IPv4 and an IPv6 one. Every node's address lies in it; its "
        "prefix length becomes that of the nodes' addresses, so a wrong one cuts them off from each other."
    )
    router: AddressPair | None = Field(
        default=None,
        description="Default gateway of that LAN. Never handed out to a Service. Without it nodes with static "
        "addresses have no way out of their network.",
    )
    pods: NetworkPair = Field(
        description="Pod network: one CIDR, or an IPv4/IPv6 pair (dual stack). Private, apart from every other network here, "
        "and large enough for a share (`nodeMask`) for each node. Changing it later means a new cluster."
    )
    services: NetworkPair = Field(
        description="Service network (ClusterIPs): one CIDR, or an IPv4/IPv6 pair. In the families of `pods`; at least a /28, "
        "at most a /12 (IPv4) or /108 (IPv6, with k3s /112). Changing it later means a new cluster."
    )
    node_mask: tuple[Annotated[int, Field(strict=True, ge=16, le=120)], ...] | None = Field(
        default=None,
        description="Prefix length of each node's share of `pods`, one for each family. A /24 holds 254 pods, and a kubelet "
        "runs 110. Default: 24 and 64.",
    )
    domain: DnsName = Field(
        default="cluster.local",
        description="DNS domain of the cluster. Names of Services end in it, so a domain that exists elsewhere hides that one.",
    )
    dns_servers: tuple[AddressField, ...] = Field(
        default=(),
        description="Resolvers of the nodes, outside the cluster. Never handed out to a Service. Default: the router.",
    )
    time_servers: tuple[DnsName, ...] = Field(
        default=(),
        description="NTP servers of the nodes: DNS names or IPv4 addresses. Talos only. A wrong clock makes certificates "
        "invalid. Default: Talos' own.",
    )
    addressing: Literal["static", "dhcp"] = Field(
        default="static",
        description="How nodes get their address. `static`: it stands in the machine config; `dhcp`: the router hands out by "
        "MAC exactly the address written here. k3s leaves this to the system, so it matters for Talos only.",
    )
    load_balancers: dict[Name, Pool] = Field(
        default_factory=dict,
        description="Pools of addresses for Services of type LoadBalancer. Without one such Services wait for ever.",
    )
    reserved: tuple[Reserved, ...] = Field(
        default=(),
        description="Ranges that something else has. Never handed out; a pool that names them is refused.",
    )
    vips: dict[Name, Vip] = Field(
        default_factory=dict, description="Addresses pinned to Services. No other Service gets one of them."
    )


class Endpoint(Model):
    """Where the Kubernetes API answers."""

    host: Host = Field(
        description="An address (a control plane's own, or a virtual one) or a DNS name. Kubelets, joining nodes and "
        "certificates are told this; with Talos an address of no node becomes one that the control planes share."
    )
    port: Port = Field(
        default=6443,
        description="Port of the Kubernetes API at that host. With k3s and a server's own address the servers listen on it; "
        "Cilium then needs 6443, or `apiServer: endpoint`.",
    )
    external: Flag = Field(
        default=False,
        description="Whether something outside this description (a load balancer, DNS) serves it. Talos then claims no VIP, "
        "so if nothing does, the API is unreachable.",
    )
