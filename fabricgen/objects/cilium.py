"""Cilium's load balancer: pools of addresses and who announces them on the LAN.

Fed by `meta`; the pools and l2 families are made of these.
Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/ and https://docs.cilium.io/en/v1.20/network/l2-announcements/.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.addresses import AddressRange, parse_address
from fabricgen.objects.fields import Cidr, Flag, Ip, NotEmpty, Text
from fabricgen.objects.meta import ClusterObject, LabelSelector
from fabricgen.objects.model import Model


class PoolBlock(Model):
    """Addresses of a pool: a network, or the first and the last address. `start` alone is a single address."""

    cidr: Cidr | None = None
    start: Ip | None = None
    stop: Ip | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.cidr is None) == (self.start is None):
            raise ValueError("write either cidr, or start and stop; start alone is a single address")
        if self.stop is not None:
            if self.start is None:
                raise ValueError("stop goes with start, not with cidr")
            AddressRange(parse_address(self.start), parse_address(self.stop))
        return self


class LoadBalancerIPPoolSpec(Model):
    """Which addresses, and which Services may have them; without a selector all may."""

    blocks: Annotated[tuple[PoolBlock, ...], NotEmpty]
    service_selector: LabelSelector | None = None
    # Text, not a boolean: the CRD's enum is "Yes" and "No".
    allow_first_last_ips: Literal["Yes", "No"] | None = Field(default=None, alias="allowFirstLastIPs")
    disabled: Flag | None = None


class CiliumLoadBalancerIPPool(ClusterObject):
    """Addresses for Services of type LoadBalancer. Served as v2 from Cilium 1.18."""

    api_version: Literal["cilium.io/v2", "cilium.io/v2alpha1"] = "cilium.io/v2"
    kind: Literal["CiliumLoadBalancerIPPool"] = "CiliumLoadBalancerIPPool"
    spec: LoadBalancerIPPoolSpec


class L2AnnouncementPolicySpec(Model):
    """Which nodes answer for which Services, on which links (Go regular expressions)."""

    load_balancer_ips: Flag | None = Field(default=None, alias="loadBalancerIPs")
    external_ips: Flag | None = Field(default=None, alias="externalIPs")
    interfaces: tuple[Text, ...] | None = None
    node_selector: LabelSelector | None = None
    service_selector: LabelSelector | None = None

    @model_validator(mode="after")
    def _announces_something(self) -> Self:
        if not (self.load_balancer_ips or self.external_ips):
            raise ValueError(
                "this policy announces nothing: both loadBalancerIPs and externalIPs are off by default"
            )
        return self


class CiliumL2AnnouncementPolicy(ClusterObject):
    """Who answers ARP and neighbour discovery for the addresses of Services."""

    api_version: Literal["cilium.io/v2alpha1"] = "cilium.io/v2alpha1"
    kind: Literal["CiliumL2AnnouncementPolicy"] = "CiliumL2AnnouncementPolicy"
    spec: L2AnnouncementPolicySpec
