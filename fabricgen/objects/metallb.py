"""MetalLB's objects: pools of addresses, who announces them, BGP peers.

Fed by `meta`; used where the description says that MetalLB stays.
Source: https://metallb.io/apis/, CRDs of MetalLB 0.15.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from fabricgen.addresses import AddressRange, parse_address, parse_network
from fabricgen.objects.fields import Asn, Duration, Flag, Integer, Ip, NotEmpty, Text, repeated
from fabricgen.objects.meta import KubernetesObject, LabelSelector, NamespacedReference
from fabricgen.objects.model import Model


def _check_range(text: str) -> str:
    first, dash, last = text.partition("-")
    if dash:
        AddressRange(parse_address(first.strip()), parse_address(last.strip()))
    else:
        parse_network(text)
    return text


PoolRange = Annotated[str, AfterValidator(_check_range)]
Selectors = tuple[LabelSelector, ...]


class ServiceAllocation(Model):
    """Which Services may have addresses of a pool, and in which order pools are tried."""

    priority: Integer | None = None
    namespaces: tuple[Text, ...] | None = None
    namespace_selectors: Selectors | None = None
    service_selectors: Selectors | None = None


class IPAddressPoolSpec(Model):
    """Addresses as networks or as `first-last`."""

    addresses: Annotated[tuple[PoolRange, ...], NotEmpty]
    auto_assign: Flag | None = None
    avoid_buggy_ips: Flag | None = Field(default=None, alias="avoidBuggyIPs")
    service_allocation: ServiceAllocation | None = None


class IPAddressPool(KubernetesObject):
    """Addresses for Services of type LoadBalancer."""

    api_version: Literal["metallb.io/v1beta1"] = "metallb.io/v1beta1"
    kind: Literal["IPAddressPool"] = "IPAddressPool"
    spec: IPAddressPoolSpec


class L2AdvertisementSpec(Model):
    """Which pools, by which nodes, on which links; nothing written means all."""

    ip_address_pools: tuple[Text, ...] | None = None
    ip_address_pool_selectors: Selectors | None = None
    node_selectors: Selectors | None = None
    interfaces: tuple[Text, ...] | None = None


class L2Advertisement(KubernetesObject):
    """Who answers ARP for the addresses of pools."""

    api_version: Literal["metallb.io/v1beta1"] = "metallb.io/v1beta1"
    kind: Literal["L2Advertisement"] = "L2Advertisement"
    spec: L2AdvertisementSpec | None = None


class BGPPeerSpec(Model):
    """A router. `password` is left out: it would be readable in git; a Secret holds it."""

    my_asn: Asn = Field(alias="myASN")
    peer_asn: Asn | None = Field(default=None, alias="peerASN")
    dynamic_asn: Literal["internal", "external"] | None = Field(default=None, alias="dynamicASN")
    peer_address: Ip | None = None
    interface: Text | None = None
    peer_port: Annotated[int, Field(strict=True, ge=1, le=16384)] | None = None
    source_address: Ip | None = None
    router_id: Ip | None = Field(default=None, alias="routerID")
    hold_time: Duration | None = None
    keepalive_time: Duration | None = None
    connect_time: Duration | None = None
    ebgp_multi_hop: Flag | None = None
    enable_graceful_restart: Flag | None = None
    dual_stack_address_family: Flag | None = None
    disable_mp: Flag | None = Field(default=None, alias="disableMP")
    bfd_profile: Text | None = None
    vrf: Text | None = None
    password_secret: NamespacedReference | None = None
    node_selectors: Selectors | None = None

    @model_validator(mode="after")
    def _one_asn_and_one_address(self) -> Self:
        if (self.peer_asn is None) == (self.dynamic_asn is None):
            raise ValueError("write exactly one of: peerASN, dynamicASN")
        if (self.peer_address is None) == (self.interface is None):
            raise ValueError("write exactly one of: peerAddress, interface")
        return self


class BGPPeer(KubernetesObject):
    """A BGP session with a router."""

    api_version: Literal["metallb.io/v1beta2"] = "metallb.io/v1beta2"
    kind: Literal["BGPPeer"] = "BGPPeer"
    spec: BGPPeerSpec


class BGPAdvertisementSpec(Model):
    """Which pools go to which peers, and how; nothing written means all."""

    ip_address_pools: tuple[Text, ...] | None = None
    ip_address_pool_selectors: Selectors | None = None
    node_selectors: Selectors | None = None
    peers: tuple[Text, ...] | None = None
    aggregation_length: Annotated[int, Field(strict=True, ge=1, le=32)] | None = None
    aggregation_length_v6: Annotated[int, Field(strict=True, ge=1, le=128)] | None = Field(
        default=None, alias="aggregationLengthV6"
    )
    local_pref: Annotated[int, Field(strict=True, ge=0)] | None = None
    communities: tuple[Text, ...] | None = None

    @model_validator(mode="after")
    def _communities_once(self) -> Self:
        if twice := repeated(self.communities or ()):
            raise ValueError(f"community {twice[0]!r} is listed twice")
        return self


class BGPAdvertisement(KubernetesObject):
    """What is advertised to BGP peers."""

    api_version: Literal["metallb.io/v1beta1"] = "metallb.io/v1beta1"
    kind: Literal["BGPAdvertisement"] = "BGPAdvertisement"
    spec: BGPAdvertisementSpec | None = None
