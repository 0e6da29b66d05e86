"""What can be seen of the cluster's traffic, as people write it: Hubble, metrics and dashboards."""

from typing import Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import Because, DnsName, Flag, Labels, Model, Name, Text


class HubbleUi(Model):
    """Hubble's web interface."""

    expose: Literal["none", "load-balancer", "gateway"] = Field(
        default="none",
        description="How the LAN reaches it. It asks for no password: whoever reaches it sees all flows.",
    )
    hostname: DnsName | None = Field(
        default=None,
        description="DNS name: what the HTTPRoute serves, or what external-dns publishes. Needed with `expose: gateway`.",
    )
    vip: Name | None = Field(
        default=None,
        description="Entry of `networks.vips` whose address it takes. For `expose: load-balancer`. Default: any free address.",
    )
    gateway: Name | None = Field(
        default=None,
        description="Name of the Gateway that serves it, one of `gatewayAPI.gateways`. For `expose: gateway`. Default: "
        "the only one.",
    )

    @model_validator(mode="after")
    def _what_goes_together(self) -> Self:
        if self.expose == "gateway" and self.hostname is None:
            raise ValueError(
                "expose is gateway, and its HTTPRoute needs a name to serve; write hostname, such as hubble.home.arpa"
            )
        if self.vip is not None and self.expose != "load-balancer":
            raise ValueError(
                f"vip is the address of a load balancer, and expose is {self.expose}; "
                "write expose: load-balancer, or remove vip"
            )
        if self.gateway is not None and self.expose != "gateway":
            raise ValueError(
                f"gateway says which Gateway serves it, and expose is {self.expose}; "
                "write expose: gateway, or remove gateway"
            )
        return self


class Hubble(Model):
    """Observability of flows."""

    enabled: Flag = Field(
        default=True, description="Whether flows are recorded. Costs agents memory and some of their speed."
    )
    relay: Flag | None = Field(
        default=None,
        description="Whether there is one API for the flows of all nodes. The interface needs it. Default: with `ui`.",
    )
    ui: HubbleUi | None = Field(
        default=None, description="Web interface. Needs the relay. Default: no interface."
    )
    metrics: tuple[Text, ...] = Field(
        default=(),
        description="Flow metrics, such as dns, drop, tcp, flow and http. What is not named is not counted.",
    )
    certificates: Literal["cronJob", "helm"] = Field(
        default="cronJob",
        description="Who makes the certificates. `cronJob` makes and renews them; those of `helm` run out unless an upgrade "
        "makes new ones.",
    )
    because: Because


class Monitoring(Model):
    """What a Prometheus and a Grafana in the cluster find."""

    service_monitors: Flag = Field(
        default=False,
        description="Whether ServiceMonitor objects are made. Without prometheus-operator's CRDs the release fails.",
    )
    dashboards: Literal["none", "configmaps", "grafana-operator"] = Field(
        default="none",
        description="Dashboards: `configmaps` for Grafana's sidecar; `grafana-operator` makes GrafanaDashboard objects too.",
    )
    namespace: Name | None = Field(
        default=None,
        description="Namespace of the dashboards. Made where it is missing. Default: `kube-system`.",
    )
    grafana_labels: Labels = Field(
        default_factory=dict,
        description="Labels of the Grafana instance that takes the dashboards. For `grafana-operator`.",
    )
    because: Because
