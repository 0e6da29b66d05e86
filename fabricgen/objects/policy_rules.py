"""What Cilium's network policies are made of: selectors, ports, HTTP and DNS rules, ICMP types, CIDR sets.

Fed by `meta`; `policies` puts them together.
Source: https://docs.cilium.io/en/v1.20/security/policy/language/, and pkg/policy/api/rule_validation.go of
cilium/cilium, which the agent checks policies with after the API server has taken them.
"""

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.addresses import Network, parse_network
from fabricgen.objects.fields import (
    Cidr,
    DnsLabel,
    DnsName,
    LabelKey,
    LabelValue,
    NotEmpty,
    Port,
    Text,
    shaped,
    sized,
)
from fabricgen.objects.meta import Requirement
from fabricgen.objects.model import Model

# A label key, with or without where the label comes from: k8s:app, any:app, reserved:host.
SelectorKey = Annotated[
    str,
    shaped(
        r"([a-z][-a-z0-9]*:)?([a-z0-9][-a-z0-9.]*/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?",
        "is not a label key, with or without its source in front, such as app or k8s:io.kubernetes.pod.namespace",
    ),
]
# The enum of the CRD: world-ipv4 and world-ipv6 exist inside the agent only.
Entity = Literal[
    "all",
    "world",
    "cluster",
    "host",
    "init",
    "ingress",
    "unmanaged",
    "remote-node",
    "health",
    "none",
    "kube-apiserver",
]
IcmpName = Literal[
    "EchoReply",
    "DestinationUnreachable",
    "Redirect",
    "Echo",
    "EchoRequest",
    "RouterAdvertisement",
    "RouterSelection",
    "TimeExceeded",
    "ParameterProblem",
    "Timestamp",
    "TimestampReply",
    "Photuris",
    "ExtendedEchoRequest",
    "PacketTooBig",
    "MulticastListenerQuery",
    "MulticastListenerReport",
    "MulticastListenerDone",
    "RouterSolicitation",
    "NeighborSolicitation",
    "NeighborAdvertisement",
    "RedirectMessage",
    "RouterRenumbering",
]
MatchName = Annotated[
    str,
    shaped(
        r"[-a-zA-Z0-9_]+(\.[-a-zA-Z0-9_]+)*\.?", "is not a DNS name; `*` goes into matchPattern", longest=255
    ),
]
MatchPattern = Annotated[
    str,
    shaped(
        r"[-a-zA-Z0-9_*]+(\.[-a-zA-Z0-9_*]+)*\.?", "is not a DNS name with `*` for any letters", longest=255
    ),
]
ServerName = Annotated[
    str, shaped(r"(\*?\*\.)?[-a-zA-Z0-9_]+(\.[-a-zA-Z0-9_]+)*\.?", "is not a TLS server name", longest=255)
]
PortText = Annotated[
    str,
    shaped(
        r"0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
        r"|(?=.*[a-zA-Z])[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*",
        "is not a port: a number up to 65535 as text, or a port's name",
    ),
]


class EndpointRequirement(Requirement):
    """One line of `matchExpressions` of an endpoint selector."""

    key: SelectorKey


class EndpointSelector(Model):
    """Which pods. Without a namespace label it means the policy's own namespace; empty means all of it."""

    match_labels: dict[SelectorKey, LabelValue] | None = None
    match_expressions: tuple[EndpointRequirement, ...] | None = None


class NodeMatch(Model):
    """Which nodes, by their labels."""

    match_labels: dict[SelectorKey, LabelValue] | None = None
    match_expressions: tuple[EndpointRequirement, ...] | None = None


class GroupSelector(Model):
    """CiliumCIDRGroups, by their labels."""

    match_labels: dict[LabelKey, LabelValue] | None = None
    match_expressions: tuple[Requirement, ...] | None = None


class CidrRule(Model):
    """A network without some of its parts, or the networks of CiliumCIDRGroups."""

    cidr: Cidr | None = None
    cidr_group_ref: DnsName | None = None
    cidr_group_selector: GroupSelector | None = None
    except_: tuple[Cidr, ...] | None = Field(default=None, alias="except")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if [self.cidr, self.cidr_group_ref, self.cidr_group_selector].count(None) != 2:  # noqa: PLR2004 - one of three
            raise ValueError("write exactly one of: cidr, cidrGroupRef, cidrGroupSelector")
        return self

    @model_validator(mode="after")
    def _exceptions_lie_inside(self) -> Self:
        for text in self.except_ or () if self.cidr else ():
            if not _contains(parse_network(self.cidr or ""), parse_network(text)):
                raise ValueError(f"except {text} is not inside {self.cidr}")
        return self


def _contains(outer: Network, inner: Network) -> bool:
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return not isinstance(inner, IPv4Network) and inner.subnet_of(outer)


class FqdnRule(Model):
    """DNS names, exactly or by pattern."""

    match_name: MatchName | None = None
    match_pattern: MatchPattern | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.match_name is None) == (self.match_pattern is None):
            raise ValueError("write exactly one of: matchName, matchPattern")
        return self


class PortProtocol(Model):
    """A port, as text; a range with `end_port`. Port 0 means all ports of the protocol."""

    port: PortText
    end_port: Port | None = None
    protocol: Literal["TCP", "UDP", "SCTP", "ANY"] | None = None

    @model_validator(mode="after")
    def _range_goes_up(self) -> Self:
        if self.end_port is not None and (not self.port.isdigit() or int(self.port) > self.end_port):
            raise ValueError(
                f"endPort {self.end_port} needs a port number that is not above it, not {self.port!r}"
            )
        return self


class SecretReference(Model):
    """A Secret with a header's value."""

    name: DnsName
    namespace: DnsLabel | None = None


class HeaderMatch(Model):
    """A header, and what happens when it differs; without `mismatch` the request is refused."""

    name: Text
    value: str | None = None
    secret: SecretReference | None = None
    mismatch: Literal["LOG", "ADD", "DELETE", "REPLACE"] | None = None


class HttpRule(Model):
    """HTTP requests that are allowed; method, path and host are regular expressions. Empty means all."""

    method: Text | None = None
    path: Text | None = None
    host: Text | None = None
    headers: tuple[Text, ...] | None = None
    header_matches: tuple[HeaderMatch, ...] | None = None


class L7Rules(Model):
    """What the proxy lets through on these ports."""

    http: Annotated[tuple[HttpRule, ...], NotEmpty] | None = None
    dns: Annotated[tuple[FqdnRule, ...], NotEmpty] | None = None

    @model_validator(mode="after")
    def _one_protocol(self) -> Self:
        if (self.http is None) == (self.dns is None):
            raise ValueError("write exactly one of: http, dns")
        return self


class PortDenyRule(Model):
    """Ports that are denied."""

    ports: Annotated[tuple[PortProtocol, ...], sized(1, 40)]


class PortRule(Model):
    """Ports, and what may be said on them."""

    ports: Annotated[tuple[PortProtocol, ...], sized(0, 40)] | None = None
    rules: L7Rules | None = None
    server_names: Annotated[tuple[ServerName, ...], NotEmpty] | None = None

    @model_validator(mode="after")
    def _ports_that_a_proxy_can_read(self) -> Self:
        ports = self.ports or ()
        if self.rules is None:
            return self
        if self.server_names:
            raise ValueError("serverNames does not go with rules")
        if any(port.port == "0" for port in ports):
            raise ValueError("rules need real ports; port 0 means all of them")
        if self.rules.http and any(port.protocol != "TCP" for port in ports):
            raise ValueError(
                "rules.http needs protocol: TCP on each port; without it Cilium takes ANY and refuses"
            )
        if self.rules.dns and (not ports or any(port.end_port for port in ports)):
            raise ValueError("rules.dns needs its port, 53, written out, and no range")
        return self


class IcmpField(Model):
    """An ICMP type, by number or name."""

    family: Literal["IPv4", "IPv6"] | None = None
    type: Annotated[int, Field(strict=True, ge=0, le=255)] | IcmpName


class IcmpRule(Model):
    """ICMP types that are allowed."""

    fields_: Annotated[tuple[IcmpField, ...], sized(1, 40), Field(alias="fields")]


class NamedService(Model):
    """A Kubernetes Service by name."""

    service_name: Text | None = None
    namespace: DnsLabel | None = None


class SelectedServices(Model):
    """Kubernetes Services by labels."""

    selector: EndpointSelector
    namespace: DnsLabel | None = None


class ServiceRule(Model):
    """The pods behind Services."""

    k8s_service: NamedService | None = Field(default=None, alias="k8sService")
    k8s_service_selector: SelectedServices | None = Field(default=None, alias="k8sServiceSelector")


class Authentication(Model):
    """Mutual authentication of the two sides."""

    mode: Literal["disabled", "required", "test-always-fail"]
