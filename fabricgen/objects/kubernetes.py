"""Objects of Kubernetes' own core group: Namespace, ConfigMap, Service.

Fed by `meta`; documents of every family carry them.
Source: https://kubernetes.io/docs/reference/kubernetes-api/
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import (
    Cidr,
    Count,
    DnsLabel,
    Flag,
    Ip,
    Labels,
    NotEmpty,
    Port,
    ServiceName,
    Text,
    repeated,
    shaped,
)
from fabricgen.objects.meta import ClusterObject, KubernetesObject, ObjectMeta
from fabricgen.objects.model import Model

ConfigKey = Annotated[
    str,
    shaped(r"[-._a-zA-Z0-9]+", "is not a key of a ConfigMap: letters, digits, '-', '_' and '.'", longest=253),
]
PortName = Annotated[
    str,
    shaped(
        r"(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?",
        "is not a port's name: at most 15 of a-z, 0-9 and '-', at least one letter",
    ),
]
IpFamily = Literal["IPv4", "IPv6"]


class NamespaceMeta(ObjectMeta):
    """A namespace's own name is a DNS label."""

    name: DnsLabel


class Namespace(ClusterObject):
    """A namespace."""

    api_version: Literal["v1"] = "v1"
    kind: Literal["Namespace"] = "Namespace"
    metadata: NamespaceMeta


class ConfigMap(KubernetesObject):
    """Texts by key. Keys of `data` and `binaryData` may not be the same."""

    api_version: Literal["v1"] = "v1"
    kind: Literal["ConfigMap"] = "ConfigMap"
    data: dict[ConfigKey, str] | None = None
    binary_data: dict[ConfigKey, str] | None = None
    immutable: Flag | None = None

    @model_validator(mode="after")
    def _one_value_for_a_key(self) -> Self:
        both = sorted(set(self.data or ()) & set(self.binary_data or ()))
        if both:
            raise ValueError(f"key {both[0]!r} is in data and in binaryData; a key has one value")
        return self


class ServicePort(Model):
    """One port of a Service; `target_port` is the pod's port by number or name."""

    name: DnsLabel | None = None
    port: Port
    target_port: Port | PortName | None = None
    node_port: Port | None = None
    protocol: Literal["TCP", "UDP", "SCTP"] | None = None
    app_protocol: Text | None = None


class ClientIpConfig(Model):
    """How long a client stays with its pod, in seconds: at most a day."""

    timeout_seconds: Annotated[int, Field(strict=True, ge=1, le=86400)] | None = None


class SessionAffinityConfig(Model):
    """Details of `sessionAffinity: ClientIP`."""

    client_ip: ClientIpConfig | None = Field(default=None, alias="clientIP")


class ServiceSpec(Model):
    """What a Service does. `loadBalancerIP` is left out: Kubernetes deprecated it, Cilium pins by annotation."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] | None = None
    ports: Annotated[tuple[ServicePort, ...], NotEmpty] | None = None
    selector: Labels | None = None
    cluster_ip: Ip | Literal["None"] | None = Field(default=None, alias="clusterIP")
    cluster_ips: tuple[Ip | Literal["None"], ...] | None = Field(default=None, alias="clusterIPs")
    external_ips: tuple[Ip, ...] | None = Field(default=None, alias="externalIPs")
    external_name: Text | None = None
    external_traffic_policy: Literal["Cluster", "Local"] | None = None
    internal_traffic_policy: Literal["Cluster", "Local"] | None = None
    ip_families: tuple[IpFamily, ...] | None = None
    ip_family_policy: Literal["SingleStack", "PreferDualStack", "RequireDualStack"] | None = None
    load_balancer_class: Text | None = None
    load_balancer_source_ranges: tuple[Cidr, ...] | None = None
    allocate_load_balancer_node_ports: Flag | None = None
    health_check_node_port: Count | None = None
    publish_not_ready_addresses: Flag | None = None
    session_affinity: Literal["None", "ClientIP"] | None = None
    session_affinity_config: SessionAffinityConfig | None = None
    traffic_distribution: Text | None = None

    @model_validator(mode="after")
    def _ports_can_be_told_apart(self) -> Self:
        ports = self.ports or ()
        if len(ports) > 1 and any(port.name is None for port in ports):
            raise ValueError("a Service with more than one port needs a name for each")
        if twice := repeated(port.name for port in ports):
            raise ValueError(f"two ports have the name {twice[0]!r}")
        if twice := repeated((port.port, port.protocol or "TCP") for port in ports):
            raise ValueError(f"port {twice[0][0]}/{twice[0][1]} is written twice")
        return self

    @model_validator(mode="after")
    def _fields_fit_the_type(self) -> Self:
        kind = self.type or "ClusterIP"
        if kind != "LoadBalancer":
            self._refuse(
                "load_balancer_class", "load_balancer_source_ranges", "allocate_load_balancer_node_ports"
            )
        if kind not in {"LoadBalancer", "NodePort"} and not self.external_ips:
            self._refuse("external_traffic_policy")
        if (kind == "ExternalName") != (self.external_name is not None):
            raise ValueError("type ExternalName and externalName go together")
        if kind != "ExternalName" and not self.ports and self.cluster_ip != "None":
            raise ValueError(f"a Service of type {kind} needs ports")
        return self

    def _refuse(self, *names: str) -> None:
        for name in names:
            if getattr(self, name) is not None:
                alias = type(self).model_fields[name].alias
                raise ValueError(f"{alias} does not go with type {self.type or 'ClusterIP'}")


class ServiceMeta(ObjectMeta):
    """A Service's name is also a DNS label that starts with a letter."""

    name: ServiceName


class Service(KubernetesObject):
    """One address for many pods."""

    api_version: Literal["v1"] = "v1"
    kind: Literal["Service"] = "Service"
    metadata: ServiceMeta
    spec: ServiceSpec
