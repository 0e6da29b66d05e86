"""Gateways as people write them: what Cilium's implementation of Gateway API serves."""

from typing import Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import (
    Because,
    DnsName,
    Flag,
    Model,
    Name,
    Port,
    VersionField,
    WildcardName,
)


class Listener(Model):
    """One port of a Gateway."""

    name: Name = Field(description="Name of the listener. Each once in a Gateway.")
    port: Port = Field(description="Port that it listens on. One port has one protocol.")
    protocol: Literal["HTTP", "HTTPS", "TLS"] = Field(
        default="HTTP",
        description="Protocol. `HTTPS` is ended with `certificate`; `TLS` is passed through to the pods.",
    )
    hostname: WildcardName | None = Field(
        default=None, description="Only requests for this name. `*.` may stand in front. Default: any name."
    )
    certificate: Name | None = Field(
        default=None,
        description="Secret with the certificate, in the Gateway's namespace. For HTTPS; without the Secret the listener "
        "serves nothing.",
    )

    @model_validator(mode="after")
    def _certificate_where_needed(self) -> Self:
        if self.protocol == "HTTPS" and self.certificate is None:
            raise ValueError(
                "protocol is HTTPS, and no certificate is named; write certificate with the name of its Secret, "
                "or protocol: TLS to pass connections through"
            )
        if self.protocol != "HTTPS" and self.certificate is not None:
            raise ValueError(
                f"certificate is for HTTPS, and protocol is {self.protocol}; write protocol: HTTPS, or remove certificate"
            )
        return self


class Gateway(Model):
    """A Gateway of Cilium's class."""

    name: Name = Field(description="Name of the Gateway. Its Service is called `cilium-gateway-<name>`.")
    namespace: Name = Field(
        default="gateway",
        description="Namespace of the Gateway, and of its certificates. Made where it is missing.",
    )
    vip: Name | None = Field(
        default=None,
        description="Entry of `networks.vips` whose address it takes. Default: any free address of the pools.",
    )
    listeners: tuple[Listener, ...] = Field(min_length=1, description="What it listens to.")
    routes_from: Literal["All", "Same"] = Field(
        default="All",
        description="Which namespaces may attach routes. With `Same` Hubble's route, in kube-system, is kept out.",
    )
    hostname: DnsName | None = Field(
        default=None,
        description="DNS name that external-dns publishes for it. Nothing is published without it.",
    )


class GatewayApi(Model):
    """Cilium as Gateway API implementation."""

    enabled: Flag = Field(default=True, description="Whether Cilium's controller runs.")
    version: VersionField | None = Field(
        default=None,
        description="Gateway API release whose CRDs are installed. The operator gives up on one that it does not know. "
        "Default: the one this Cilium was built for.",
    )
    gateways: tuple[Gateway, ...] = Field(
        default=(), description="Gateways. Each gets an address of the pools."
    )
    external_traffic_policy: Literal["Cluster", "Local"] = Field(
        default="Cluster",
        description="Which nodes answer for Gateways. `Local` keeps the client's address, but by l2 the address may "
        "stand on a node that does not serve it.",
    )
    because: Because
