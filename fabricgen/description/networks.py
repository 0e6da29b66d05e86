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

    cidr: NetworkField | None = Field(default=None, description="All addresses of this network.")
    address: AddressField | None = Field(default=None, description="Exactly this address.")
    start: AddressField | None = Field(default=None, description="First address; goes with `stop`.")
    stop: AddressField | None = Field(default=None, description="Last address, included; goes with `start`.")

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

    purpose: Text = Field(alias="for", description="What has them: DHCP, DNS server, printer, netboot VIP.")


class ServiceSelector(Model):
    """Which Services may take addresses from a pool. All that is given must hold."""

    namespaces: tuple[Name, ...] = Field(default=(), description="Only Services in these namespaces.")
    names: tuple[Name, ...] = Field(default=(), description="Only Services with these names.")
    labels: Labels = Field(default_factory=dict, description="Only Services that carry all of these labels.")


class Pool(Range):
    """Addresses for Services of type LoadBalancer. What is taken by others is left out when it is emitted."""

    blocks: tuple[Range, ...] = Field(
        default=(), description="Several ranges, instead of one of the forms above."
    )
    announce: tuple[Announcement, ...] = Field(
        default=("l2",),
        description="How the LAN learns where these addresses are: `l2` (ARP, the pool lies in the nodes' network) or `bgp`.",
    )
    services: ServiceSelector | None = Field(
        default=None, description="Which Services may take addresses here. Default: all."
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

    name: Name = Field(description="Name of the port.")
    port: Port = Field(description="Port on the virtual address.")
    target_port: Port | Name | None = Field(
        default=None, description="Port of the pod. Default: the same as `port`."
    )
    protocol: Literal["TCP", "UDP"] = Field(default="TCP", description="TCP or UDP.")


class VipService(Model):
    """A Service that holds a virtual address. With `ports` and `selector` it is emitted, else only described."""

    name: Name = Field(description="Name of the Service.")
    namespace: Name = Field(description="Namespace of the Service.")
    ports: tuple[VipServicePort, ...] = Field(
        default=(), description="Ports, if fabricgen is to write the Service."
    )
    selector: Labels = Field(
        default_factory=dict, description="Pod labels, if fabricgen is to write the Service."
    )
    external_traffic_policy: Literal["Cluster", "Local"] = Field(
        default="Cluster",
        description="`Local` keeps the client's address, but with L2 announcements the address may stand on a node without a pod.",
    )


class Vip(Model):
    """A named address that is pinned: only the Services named here get it."""

    address: AddressField = Field(description="The address. It must lie in one of `loadBalancers`.")
    services: tuple[VipService, ...] = Field(
        default=(), description="The Services that hold it; more than one share it by a sharing key."
    )
    hostname: DnsName | None = Field(default=None, description="DNS name for external-dns to publish.")


class Networks(Model):
    """All networks and addresses of the cluster. They are checked as one plan: nothing may overlap."""

    nodes: NetworkPair = Field(description="The LAN of the nodes: one CIDR, or an IPv4 and an IPv6 one.")
    router: AddressPair | None = Field(
        default=None, description="Default gateway of that LAN; never handed out."
    )
    pods: NetworkPair = Field(description="Pod network: one CIDR, or an IPv4/IPv6 pair (dual stack).")
    services: NetworkPair = Field(description="Service network (ClusterIPs): one CIDR, or an IPv4/IPv6 pair.")
    node_mask: tuple[Annotated[int, Field(strict=True, ge=16, le=120)], ...] | None = Field(
        default=None,
        description="Prefix length of each node's share of `pods`, one for each family. Default: 24 and 64.",
    )
    domain: DnsName = Field(default="cluster.local", description="DNS domain of the cluster.")
    dns_servers: tuple[AddressField, ...] = Field(
        default=(), description="Resolvers of the nodes. Default: the router."
    )
    time_servers: tuple[DnsName, ...] = Field(
        default=(), description="NTP servers of the nodes. Default: Talos' own."
    )
    addressing: Literal["static", "dhcp"] = Field(
        default="static",
        description="`static`: the node's address is in its machine config; `dhcp`: the router hands it out by MAC.",
    )
    load_balancers: dict[Name, Pool] = Field(
        default_factory=dict, description="Named pools for Services of type LoadBalancer."
    )
    reserved: tuple[Reserved, ...] = Field(
        default=(), description="Ranges that something else has; never handed out."
    )
    vips: dict[Name, Vip] = Field(default_factory=dict, description="Named addresses pinned to Services.")


class Endpoint(Model):
    """Where the Kubernetes API answers."""

    host: Host = Field(description="An address (a control plane's own, or a virtual one) or a DNS name.")
    port: Port = Field(default=6443, description="Port of the API server.")
    external: Flag = Field(
        default=False,
        description="True: something outside this description (a load balancer, DNS) serves it; Talos then claims no VIP.",
    )
