"""Cilium's network policies: who may talk to whom, in a namespace or in the whole cluster.

Fed by `policy_rules`; the policies family is made of these. What Cilium removed is not here: fromRequires and
toRequires (gone in 1.19), Kafka rules (gone in 1.20); neither are groups of cloud providers and custom proxies.
Source: https://docs.cilium.io/en/v1.20/security/policy/language/.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Cidr, Flag, NotEmpty, Text, shaped
from fabricgen.objects.meta import ClusterObject, KubernetesObject
from fabricgen.objects.model import Model
from fabricgen.objects.policy_rules import (
    Authentication,
    CidrRule,
    EndpointSelector,
    Entity,
    FqdnRule,
    IcmpRule,
    NodeMatch,
    PortDenyRule,
    PortRule,
    ServiceRule,
)

_PEERS = ("endpoints", "entities", "cidr", "cidr_set", "nodes", "fqdns", "services")


class _Rule(Model):
    """One line of a policy: one kind of peer, and ports or ICMP types."""

    @model_validator(mode="after")
    def _one_kind_of_peer(self) -> Self:
        fields = type(self).model_fields
        names = [f"{side}_{peer}" for side in ("from", "to") for peer in _PEERS]
        written = [fields[name].alias for name in names if name in fields and getattr(self, name)]
        if len(written) > 1:
            raise ValueError(
                f"Cilium does not combine {written[0]} and {written[1]} in one rule; write two rules"
            )
        return self

    @model_validator(mode="after")
    def _ports_or_icmp(self) -> Self:
        if getattr(self, "icmps", None) and getattr(self, "to_ports", None):
            raise ValueError("icmps does not go with toPorts in one rule; write two rules")
        if getattr(self, "to_services", None) and getattr(self, "to_ports", None):
            raise ValueError("toServices does not go with toPorts in one rule")
        return self


class IngressPeers(_Rule):
    """Where traffic comes from."""

    from_endpoints: tuple[EndpointSelector, ...] | None = None
    from_entities: tuple[Entity, ...] | None = None
    from_cidr: tuple[Cidr, ...] | None = Field(default=None, alias="fromCIDR")
    from_cidr_set: tuple[CidrRule, ...] | None = Field(default=None, alias="fromCIDRSet")
    from_nodes: tuple[NodeMatch, ...] | None = None
    icmps: tuple[IcmpRule, ...] | None = None


class IngressRule(IngressPeers):
    """Traffic to the pods that is allowed. An empty rule allows all."""

    to_ports: tuple[PortRule, ...] | None = None
    authentication: Authentication | None = None

    @model_validator(mode="after")
    def _no_dns_rules(self) -> Self:
        if any(port.rules and port.rules.dns for port in self.to_ports or ()):
            raise ValueError("rules.dns is for egress: the proxy learns names from what pods ask")
        return self


class IngressDenyRule(IngressPeers):
    """Traffic to the pods that is denied, whatever other policies allow."""

    to_ports: tuple[PortDenyRule, ...] | None = None


class EgressPeers(_Rule):
    """Where traffic goes to."""

    to_endpoints: tuple[EndpointSelector, ...] | None = None
    to_entities: tuple[Entity, ...] | None = None
    to_cidr: tuple[Cidr, ...] | None = Field(default=None, alias="toCIDR")
    to_cidr_set: tuple[CidrRule, ...] | None = Field(default=None, alias="toCIDRSet")
    to_services: tuple[ServiceRule, ...] | None = None
    to_nodes: tuple[NodeMatch, ...] | None = None
    icmps: tuple[IcmpRule, ...] | None = None


class EgressRule(EgressPeers):
    """Traffic from the pods that is allowed. An empty rule allows all."""

    to_fqdns: tuple[FqdnRule, ...] | None = Field(default=None, alias="toFQDNs")
    to_ports: tuple[PortRule, ...] | None = None
    authentication: Authentication | None = None


class EgressDenyRule(EgressPeers):
    """Traffic from the pods that is denied, whatever other policies allow."""

    to_ports: tuple[PortDenyRule, ...] | None = None


class EnableDefaultDeny(Model):
    """Whether what no policy allows is dropped; by default it is, in each direction the policy has rules for."""

    ingress: Flag | None = None
    egress: Flag | None = None


class PolicyLabel(Model):
    """A label by which the policy itself is found."""

    key: Text
    value: str | None = None
    source: Text | None = None


class PolicyLog(Model):
    """A text that Hubble shows with the flows of this policy."""

    value: (
        Annotated[str, shaped(r"[^\x00-\x1f\x7f-\x9f]*", "has characters that cannot be printed", longest=32)]
        | None
    ) = None


class PolicySpec(Model):
    """Whom the policy is for, and its rules."""

    description: str | None = None
    endpoint_selector: EndpointSelector | None = None
    ingress: tuple[IngressRule, ...] | None = None
    ingress_deny: tuple[IngressDenyRule, ...] | None = None
    egress: tuple[EgressRule, ...] | None = None
    egress_deny: tuple[EgressDenyRule, ...] | None = None
    enable_default_deny: EnableDefaultDeny | None = None
    labels: tuple[PolicyLabel, ...] | None = None
    log: PolicyLog | None = None

    @model_validator(mode="after")
    def _some_direction(self) -> Self:
        directions: tuple[object, ...] = (self.ingress, self.ingress_deny, self.egress, self.egress_deny)
        if all(rules is None for rules in directions):
            raise ValueError("write at least one of: ingress, ingressDeny, egress, egressDeny")
        return self


class NamespacedPolicySpec(PolicySpec):
    """A policy for pods of one namespace."""

    endpoint_selector: EndpointSelector


class ClusterwidePolicySpec(PolicySpec):
    """A policy for pods anywhere, or for nodes."""

    node_selector: NodeMatch | None = None

    @model_validator(mode="after")
    def _pods_or_nodes(self) -> Self:
        if (self.endpoint_selector is None) == (self.node_selector is None):
            raise ValueError("write exactly one of: endpointSelector, nodeSelector")
        return self

    @model_validator(mode="after")
    def _nodes_have_no_proxy(self) -> Self:
        rules: tuple[IngressRule | EgressRule, ...] = (*(self.ingress or ()), *(self.egress or ()))
        ports = [port for rule in rules for port in rule.to_ports or ()]
        if self.node_selector is not None and any(port.rules for port in ports):
            raise ValueError("a policy for nodes cannot have rules.http or rules.dns")
        return self


def _check_one_form(policy: "CiliumNetworkPolicy | CiliumClusterwideNetworkPolicy") -> None:
    if (policy.spec is None) == (policy.specs is None):
        raise ValueError("write exactly one of: spec, specs")


class CiliumNetworkPolicy(KubernetesObject):
    """A policy for pods of its own namespace."""

    api_version: Literal["cilium.io/v2"] = "cilium.io/v2"
    kind: Literal["CiliumNetworkPolicy"] = "CiliumNetworkPolicy"
    spec: NamespacedPolicySpec | None = None
    specs: Annotated[tuple[NamespacedPolicySpec, ...], NotEmpty] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        _check_one_form(self)
        return self


class CiliumClusterwideNetworkPolicy(ClusterObject):
    """A policy for pods of all namespaces, or for nodes."""

    api_version: Literal["cilium.io/v2"] = "cilium.io/v2"
    kind: Literal["CiliumClusterwideNetworkPolicy"] = "CiliumClusterwideNetworkPolicy"
    spec: ClusterwidePolicySpec | None = None
    specs: Annotated[tuple[ClusterwidePolicySpec, ...], NotEmpty] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        _check_one_form(self)
        return self
