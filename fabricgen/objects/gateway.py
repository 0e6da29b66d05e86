"""Gateway API: GatewayClass, Gateway and ReferenceGrant. HTTPRoute is in `http_route`.

Fed by `meta`; the gateway family is made of these.
Source: https://gateway-api.sigs.k8s.io/reference/spec/, CRDs of the standard channel, v1.1 to v1.6.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import (
    Annotations,
    DnsLabel,
    DnsName,
    Labels,
    Port,
    Text,
    WildcardName,
    repeated,
    shaped,
    sized,
)
from fabricgen.objects.meta import ClusterObject, KubernetesObject, LabelSelector
from fabricgen.objects.model import Model

ApiVersion = Literal["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"]
Group = Annotated[
    str,
    shaped(
        r"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?",
        "is not an API group",
        longest=253,
    ),
]
Kind = Annotated[str, shaped(r"[a-zA-Z]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?", "is not the name of a kind")]
ControllerName = Annotated[
    str,
    shaped(
        r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+",
        "is not a controller's name such as io.cilium/gateway-controller",
        longest=253,
    ),
]
Protocol = Annotated[
    str, shaped(r"HTTP|HTTPS|TLS|TCP|UDP|[a-z0-9][-a-z0-9.]*/[A-Za-z0-9]+", "is not a protocol")
]


class ParametersReference(Model):
    """Settings of the implementation, in an object of the whole cluster or of a namespace."""

    group: Group
    kind: Kind
    name: Text
    namespace: DnsLabel | None = None


class GatewayClassSpec(Model):
    """Which implementation serves Gateways of this class."""

    controller_name: ControllerName
    description: Annotated[str, Field(max_length=64)] | None = None
    parameters_ref: ParametersReference | None = None


class GatewayClass(ClusterObject):
    """A kind of Gateways."""

    api_version: ApiVersion = "gateway.networking.k8s.io/v1"
    kind: Literal["GatewayClass"] = "GatewayClass"
    spec: GatewayClassSpec


class CertificateReference(Model):
    """The Secret with a certificate."""

    group: Group | None = None
    kind: Kind | None = None
    name: DnsName
    namespace: DnsLabel | None = None


class ListenerTls(Model):
    """What a listener does with TLS: end it here, with a certificate, or pass it on."""

    mode: Literal["Terminate", "Passthrough"] | None = None
    certificate_refs: Annotated[tuple[CertificateReference, ...], sized(0, 64)] | None = None
    options: dict[str, str] | None = None

    @model_validator(mode="after")
    def _certificate_where_it_ends(self) -> Self:
        if self.mode in {None, "Terminate"} and not (self.certificate_refs or self.options):
            raise ValueError("mode Terminate needs certificateRefs")
        return self


class RouteNamespaces(Model):
    """Namespaces whose routes may attach."""

    from_: Literal["All", "Selector", "Same"] | None = Field(default=None, alias="from")
    selector: LabelSelector | None = None

    @model_validator(mode="after")
    def _selector_where_it_selects(self) -> Self:
        if (self.from_ == "Selector") != (self.selector is not None):
            raise ValueError("from: Selector and selector go together")
        return self


class RouteKind(Model):
    """A kind of route."""

    group: Group | None = None
    kind: Kind


class AllowedRoutes(Model):
    """Which routes may attach to a listener; by default those of the Gateway's own namespace."""

    namespaces: RouteNamespaces | None = None
    kinds: Annotated[tuple[RouteKind, ...], sized(0, 8)] | None = None


class Listener(Model):
    """One port of a Gateway."""

    name: DnsName
    port: Port
    protocol: Protocol
    hostname: WildcardName | None = None
    tls: ListenerTls | None = None
    allowed_routes: AllowedRoutes | None = None

    @model_validator(mode="after")
    def _tls_fits_the_protocol(self) -> Self:
        if self.protocol in {"HTTP", "TCP", "UDP"} and self.tls is not None:
            raise ValueError(f"tls does not go with protocol {self.protocol}")
        if self.protocol == "HTTPS" and self.tls is not None and self.tls.mode == "Passthrough":
            raise ValueError("protocol HTTPS ends TLS here; pass it on with protocol TLS")
        if self.protocol == "TLS" and (self.tls is None or self.tls.mode is None):
            raise ValueError("protocol TLS needs tls.mode")
        if self.protocol in {"TCP", "UDP"} and self.hostname is not None:
            raise ValueError(f"hostname does not go with protocol {self.protocol}")
        return self


class GatewayAddress(Model):
    """An address that the Gateway asks for."""

    type: Text | None = None
    value: Annotated[str, Field(max_length=253)] | None = None


class LocalParametersReference(Model):
    """Settings of the implementation, in an object of the Gateway's namespace."""

    group: Group
    kind: Kind
    name: Text


class Infrastructure(Model):
    """What is put on the Service that is made for the Gateway."""

    labels: Labels | None = None
    annotations: Annotations | None = None
    parameters_ref: LocalParametersReference | None = None


def _same_place(listeners: Iterable[Listener]) -> tuple[tuple[int, str, str], ...]:
    return repeated((one.port, one.protocol, one.hostname or "") for one in listeners)


class GatewaySpec(Model):
    """Its class, its ports, its address."""

    gateway_class_name: Text
    listeners: Annotated[tuple[Listener, ...], sized(1, 64)]
    addresses: Annotated[tuple[GatewayAddress, ...], sized(0, 16)] | None = None
    infrastructure: Infrastructure | None = None

    @model_validator(mode="after")
    def _listeners_can_be_told_apart(self) -> Self:
        if twice := repeated(one.name for one in self.listeners):
            raise ValueError(f"two listeners have the name {twice[0]!r}")
        if places := _same_place(self.listeners):
            port, protocol, hostname = places[0]
            raise ValueError(f"two listeners have port {port}, protocol {protocol} and hostname {hostname!r}")
        return self


class Gateway(KubernetesObject):
    """Where traffic for HTTPRoutes comes in."""

    api_version: ApiVersion = "gateway.networking.k8s.io/v1"
    kind: Literal["Gateway"] = "Gateway"
    spec: GatewaySpec


class GrantFrom(Model):
    """Who may refer: objects of a kind in a namespace."""

    group: Group
    kind: Kind
    namespace: DnsLabel


class GrantTo(Model):
    """What may be referred to: objects of a kind here, or one of them."""

    group: Group
    kind: Kind
    name: Text | None = None


class ReferenceGrantSpec(Model):
    """Both sides of the permission."""

    from_: Annotated[tuple[GrantFrom, ...], sized(1, 16), Field(alias="from")]
    to: Annotated[tuple[GrantTo, ...], sized(1, 16)]


class ReferenceGrant(KubernetesObject):
    """Lets objects of other namespaces refer to objects of this one. v1 from Gateway API 1.5, v1beta1 before."""

    api_version: ApiVersion = "gateway.networking.k8s.io/v1"
    kind: Literal["ReferenceGrant"] = "ReferenceGrant"
    spec: ReferenceGrantSpec
