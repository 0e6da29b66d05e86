"""Talos' network documents, which patches consist of from the 1.12 contract on.

Fed by `talos`; the talos family is made of these.
Source: https://docs.siderolabs.com/talos/v1.14/reference/configuration/network, and what
pkg/machinery/config/types/network of siderolabs/talos v1.14.0-rc.1 refuses.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Cidr, Count, DnsName, Flag, Ip, NotEmpty, Text, Unique, shaped
from fabricgen.objects.model import Model
from fabricgen.objects.talos import HostDns
from fabricgen.objects.talos_interface import BondMode, InterfaceAddress

ClientIdentifier = Literal["none", "mac", "duid"]
Duid = Annotated[
    str, shaped(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2})+", "is not a DUID: bytes in hexadecimal, ':' between")
]
GoDuration = Annotated[
    str, shaped(r"([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+", "is not a duration such as 2m or 30s")
]
Hostname = Annotated[DnsName, shaped(r"[^.]{1,63}(\..*)?", "has a first label of more than 63 characters")]
Mac = Annotated[
    str, shaped(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", "is not a MAC address such as d8:3a:dd:01:02:03")
]


class TalosDocument(Model):
    """One document of a machine config beside the v1alpha1 one. Talos merges it by kind and name."""

    api_version: Literal["v1alpha1"] = "v1alpha1"
    kind: str


class HostnameConfig(TalosDocument):
    """The host name. The generated config says `auto: stable`, so a name needs `auto: "off"` beside it."""

    kind: Literal["HostnameConfig"] = "HostnameConfig"
    auto: Literal["stable", "off"] | None = None
    hostname: Hostname | None = None

    @model_validator(mode="after")
    def _a_name_or_a_way_to_one(self) -> Self:
        if self.hostname is None and self.auto is None:
            raise ValueError("write auto, hostname, or both")
        if self.hostname is not None and self.auto != "off":
            raise ValueError(
                'hostname needs auto: "off": the generated config says auto: stable, and both is refused'
            )
        return self


class LinkAddress(Model):
    """A static address."""

    address: InterfaceAddress
    route_priority: Count | None = None


class LinkRoute(Model):
    """A static route; without a destination the default route."""

    destination: Cidr | None = None
    gateway: Ip | None = None
    source: Ip | None = None
    metric: Count | None = None
    mtu: Count | None = None
    table: Text | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.destination is None and self.gateway is None:
            raise ValueError("a route needs a destination or a gateway")
        return self


class _Link(TalosDocument):
    """What all links have in common."""

    name: Text
    up: Flag | None = None
    mtu: Count | None = None
    addresses: tuple[LinkAddress, ...] | None = None
    routes: tuple[LinkRoute, ...] | None = None
    multicast: Flag | None = None


class LinkConfig(_Link):
    """A link that is there: a network card, or an alias of one."""

    kind: Literal["LinkConfig"] = "LinkConfig"


class LinkSelector(Model):
    """A CEL expression over a link."""

    match: Text


class LinkAliasConfig(TalosDocument):
    """A name of our own for a network card, whatever the kernel calls it."""

    kind: Literal["LinkAliasConfig"] = "LinkAliasConfig"
    name: Annotated[
        str,
        shaped(
            r"(?!(eth|en[ospx]|end)\d)[a-zA-Z][-\w.%]{0,14}",
            "is not an alias: not a name that the kernel gives",
        ),
    ]
    selector: LinkSelector


class BondConfig(_Link):
    """Several links as one."""

    kind: Literal["BondConfig"] = "BondConfig"
    links: Annotated[tuple[Text, ...], NotEmpty, Unique]
    bond_mode: BondMode
    hardware_addr: Mac | None = None
    xmit_hash_policy: Literal["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"] | None = None
    lacp_rate: Literal["slow", "fast"] | None = None
    ad_select: Literal["stable", "bandwidth", "count"] | None = None
    miimon: Count | None = None
    updelay: Count | None = None
    downdelay: Count | None = None
    min_links: Count | None = None


class VLANConfig(_Link):
    """A VLAN on a link."""

    kind: Literal["VLANConfig"] = "VLANConfig"
    vlan_id: Annotated[int, Field(strict=True, ge=1, le=4094, alias="vlanID")]
    vlan_mode: Literal["802.1q", "802.1ad"] | None = None
    parent: Text


class _Dhcp(TalosDocument):
    """What both families of DHCP have in common; `name` is the link."""

    name: Text
    route_metric: Count | None = None
    ignore_hostname: Flag | None = None
    client_identifier: ClientIdentifier | None = None
    duid_raw: Duid | None = None

    @model_validator(mode="after")
    def _duid_where_it_is_sent(self) -> Self:
        if (self.client_identifier == "duid") != (self.duid_raw is not None):
            raise ValueError("clientIdentifier: duid and duidRaw go together")
        return self


class DHCPv4Config(_Dhcp):
    """DHCP for IPv4 on a link."""

    kind: Literal["DHCPv4Config"] = "DHCPv4Config"
    ignore_routes: Flag | None = None


class DHCPv6Config(_Dhcp):
    """DHCP for IPv6 on a link."""

    kind: Literal["DHCPv6Config"] = "DHCPv6Config"


class Layer2VIPConfig(TalosDocument):
    """An address that control planes hold in turn; `name` is the address."""

    kind: Literal["Layer2VIPConfig"] = "Layer2VIPConfig"
    name: Ip
    link: Text


class Nameserver(Model):
    """A resolver; encrypted ones (Talos 1.14) need the name in their certificate."""

    address: Ip
    protocol: Literal["Do53", "DoT", "DoH"] | None = None
    tls_server_name: Text | None = None

    @model_validator(mode="after")
    def _name_where_encrypted(self) -> Self:
        if (self.protocol in {"DoT", "DoH"}) != (self.tls_server_name is not None):
            raise ValueError("protocol DoT or DoH and tlsServerName go together")
        return self


class SearchDomains(Model):
    """What is put behind short names."""

    domains: tuple[DnsName, ...] | None = None
    disable_default: Flag | None = None


class ResolverConfig(TalosDocument):
    """How the node resolves names."""

    kind: Literal["ResolverConfig"] = "ResolverConfig"
    nameservers: tuple[Nameserver, ...] | None = None
    search_domains: SearchDomains | None = None
    host_dns: HostDns | None = Field(default=None, alias="hostDNS")


class Ntp(Model):
    """NTP servers."""

    servers: tuple[Text, ...]
    use_nts: Flag | None = Field(default=None, alias="useNTS")


class Ptp(Model):
    """PTP devices."""

    devices: tuple[Text, ...]


class TimeSyncConfig(TalosDocument):
    """Where the time comes from."""

    kind: Literal["TimeSyncConfig"] = "TimeSyncConfig"
    enabled: Flag | None = None
    boot_timeout: GoDuration | None = None
    ntp: Ntp | None = None
    ptp: Ptp | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.ntp is not None and self.ptp is not None:
            raise ValueError("write one of: ntp, ptp")
        return self
