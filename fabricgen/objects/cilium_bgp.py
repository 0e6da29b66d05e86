"""Cilium's BGP objects: who peers with whom, how, and what is advertised.

Fed by `meta`; the bgp family is made of these. Served as v2 from Cilium 1.18, before that as v2alpha1.
Source: https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-configuration/.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import (
    Asn,
    DnsName,
    Flag,
    Integer,
    Ip,
    NotEmpty,
    Port,
    Text,
    repeated,
    shaped,
    sized,
)
from fabricgen.objects.meta import ClusterObject, LabelSelector
from fabricgen.objects.model import Model

ApiVersion = Literal["cilium.io/v2", "cilium.io/v2alpha1"]
InstanceName = Annotated[str, Field(min_length=1, max_length=255)]
Seconds16 = Annotated[int, Field(strict=True, ge=1, le=65535)]
Seconds31 = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class DefaultGateway(Model):
    """The node's default gateway as the peer."""

    address_family: Literal["ipv4", "ipv6"]


class AutoDiscovery(Model):
    """A peer whose address Cilium finds by itself."""

    mode: Literal["DefaultGateway"]
    default_gateway: DefaultGateway | None = None


class PeerConfigReference(Model):
    """The CiliumBGPPeerConfig of a peer."""

    name: DnsName


class Peer(Model):
    """A router. Without an address it is found by `autoDiscovery`."""

    name: InstanceName
    peer_asn: Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)] | None = Field(
        default=None, alias="peerASN"
    )
    peer_address: Ip | None = None
    auto_discovery: AutoDiscovery | None = None
    peer_config_ref: PeerConfigReference | None = None

    @model_validator(mode="after")
    def _one_way_to_the_peer(self) -> Self:
        if (self.peer_address is None) == (self.auto_discovery is None):
            raise ValueError("write exactly one of: peerAddress, autoDiscovery")
        return self


class Instance(Model):
    """One BGP speaker on each node."""

    name: InstanceName
    local_asn: Asn | None = Field(default=None, alias="localASN")
    local_port: Port | None = None
    peers: tuple[Peer, ...] | None = None

    @model_validator(mode="after")
    def _peers_can_be_told_apart(self) -> Self:
        if twice := repeated(peer.name for peer in self.peers or ()):
            raise ValueError(f"two peers have the name {twice[0]!r}")
        return self


class BGPClusterConfigSpec(Model):
    """Which nodes run which instances; without a selector all nodes do."""

    node_selector: LabelSelector | None = None
    bgp_instances: Annotated[tuple[Instance, ...], sized(1, 16)]

    @model_validator(mode="after")
    def _instances_can_be_told_apart(self) -> Self:
        if twice := repeated(instance.name for instance in self.bgp_instances):
            raise ValueError(f"two instances have the name {twice[0]!r}")
        return self


class CiliumBGPClusterConfig(ClusterObject):
    """The nodes' side of BGP."""

    api_version: ApiVersion = "cilium.io/v2"
    kind: Literal["CiliumBGPClusterConfig"] = "CiliumBGPClusterConfig"
    spec: BGPClusterConfigSpec


class Timers(Model):
    """Times of a session in seconds."""

    connect_retry_time_seconds: Seconds31 | None = None
    hold_time_seconds: Annotated[int, Field(strict=True, ge=3, le=65535)] | None = None
    keep_alive_time_seconds: Seconds16 | None = None

    @model_validator(mode="after")
    def _alive_before_given_up(self) -> Self:
        # Upstream compares with its defaults where one of the two is absent.
        keep_alive, hold = self.keep_alive_time_seconds or 30, self.hold_time_seconds or 90
        if keep_alive > hold:
            raise ValueError(f"keepAliveTimeSeconds {keep_alive} is longer than holdTimeSeconds {hold}")
        return self


class GracefulRestart(Model):
    """Whether the router keeps routes while an agent restarts, and how long."""

    enabled: Flag
    restart_time_seconds: Annotated[int, Field(strict=True, ge=1, le=4095)] | None = None


class Transport(Model):
    """The TCP connection."""

    peer_port: Port | None = None


class Family(Model):
    """Addresses of one kind, and which advertisements go to the peer, by their labels."""

    afi: Literal["ipv4", "ipv6"]
    safi: Literal["unicast"]
    advertisements: LabelSelector | None = None


class BGPPeerConfigSpec(Model):
    """How a session is run."""

    auth_secret_ref: Text | None = None
    ebgp_multihop: Annotated[int, Field(strict=True, ge=1, le=255)] | None = None
    families: tuple[Family, ...] | None = None
    graceful_restart: GracefulRestart | None = None
    timers: Timers | None = None
    transport: Transport | None = None


class CiliumBGPPeerConfig(ClusterObject):
    """Settings that several peers share."""

    api_version: ApiVersion = "cilium.io/v2"
    kind: Literal["CiliumBGPPeerConfig"] = "CiliumBGPPeerConfig"
    spec: BGPPeerConfigSpec


Community = Annotated[str, shaped(r"\d{1,10}|\d{1,5}:\d{1,5}", "is not a BGP community such as 64512:100")]
LargeCommunity = Annotated[
    str, shaped(r"\d{1,10}:\d{1,10}:\d{1,10}", "is not a large community such as 64512:1:2")
]


class Communities(Model):
    """Marks on a route, which routers act upon."""

    standard: tuple[Community, ...] | None = None
    large: tuple[LargeCommunity, ...] | None = None
    well_known: tuple[Text, ...] | None = None


class Attributes(Model):
    """What is said of a route besides where it leads."""

    communities: Communities | None = None
    local_preference: Integer | None = None


class AdvertisedService(Model):
    """Which addresses of a Service are advertised."""

    addresses: Annotated[tuple[Literal["LoadBalancerIP", "ClusterIP", "ExternalIP"], ...], NotEmpty]
    aggregation_length_ipv4: Annotated[int, Field(strict=True, ge=0, le=31)] | None = Field(
        default=None, alias="aggregationLengthIPv4"
    )
    aggregation_length_ipv6: Annotated[int, Field(strict=True, ge=0, le=127)] | None = Field(
        default=None, alias="aggregationLengthIPv6"
    )


class Advertisement(Model):
    """One kind of thing that is advertised. For Services, no selector means none."""

    advertisement_type: Literal["PodCIDR", "CiliumPodIPPool", "Service"]
    service: AdvertisedService | None = None
    selector: LabelSelector | None = None
    attributes: Attributes | None = None

    @model_validator(mode="after")
    def _fields_fit_the_type(self) -> Self:
        if (self.advertisement_type == "Service") != (self.service is not None):
            raise ValueError("advertisementType: Service and service go together")
        if self.advertisement_type == "PodCIDR" and self.selector is not None:
            raise ValueError(
                "PodCIDR takes no selector: it is always the node's whole share of the pod network"
            )
        return self


class BGPAdvertisementSpec(Model):
    """What is advertised."""

    advertisements: Annotated[tuple[Advertisement, ...], NotEmpty]


class CiliumBGPAdvertisement(ClusterObject):
    """What is advertised to the peers whose config selects its labels."""

    api_version: ApiVersion = "cilium.io/v2"
    kind: Literal["CiliumBGPAdvertisement"] = "CiliumBGPAdvertisement"
    spec: BGPAdvertisementSpec
