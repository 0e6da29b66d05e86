"""The `cluster` half of a Talos v1alpha1 patch: networks, endpoint, and the parts of the control plane.

Fed by `fields`; `talos` puts it beside the `machine` half.
Source: https://www.talos.dev/v1.13/reference/configuration/v1alpha1/config/#Config.cluster.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Cidr, DnsName, Flag, HttpsEndpoint, Names, Port, Text, shaped, sized
from fabricgen.objects.model import Model

# From Talos 1.13 on an argument may be a list.
Arguments = dict[Text, str | tuple[str, ...]]
SubnetFilter = Annotated[
    str,
    shaped(
        r"!?[0-9a-fA-F.:]+/\d{1,3}", "is not a subnet such as 10.4.0.0/20, or !10.4.0.9/32 to leave one out"
    ),
]


class FlannelCni(Model):
    """Flannel's settings."""

    extra_args: Names | None = None
    kube_network_policies_enabled: Flag | None = None


class Cni(Model):
    """Which CNI Talos installs; `none` leaves it to others."""

    name: Literal["flannel", "custom", "none"]
    urls: Names | None = None
    flannel: FlannelCni | None = None

    @model_validator(mode="after")
    def _addresses_of_a_custom_one(self) -> Self:
        if (self.name == "custom") != bool(self.urls):
            raise ValueError("name: custom and urls go together")
        return self


class ClusterNetwork(Model):
    """The networks of pods and Services."""

    cni: Cni | None = None
    dns_domain: DnsName | None = None
    pod_subnets: Annotated[tuple[Cidr, ...], sized(1, 2)] | None = None
    service_subnets: Annotated[tuple[Cidr, ...], sized(1, 2)] | None = None


class ControlPlane(Model):
    """Where the Kubernetes API answers."""

    endpoint: HttpsEndpoint | None = None
    local_api_server_port: Port | None = Field(default=None, alias="localAPIServerPort")


class Proxy(Model):
    """kube-proxy."""

    disabled: Flag | None = None
    image: Text | None = None
    mode: Literal["iptables", "ipvs", "nftables"] | None = None
    extra_args: Arguments | None = None


class Component(Model):
    """What all parts of the control plane have."""

    image: Text | None = None
    extra_args: Arguments | None = None


class ApiServer(Component):
    """The API server."""

    cert_sans: Names | None = Field(default=None, alias="certSANs")


class Etcd(Component):
    """The datastore."""

    advertised_subnets: tuple[SubnetFilter, ...] | None = None
    listen_subnets: tuple[SubnetFilter, ...] | None = None


class Discovery(Model):
    """How members find each other."""

    enabled: Flag | None = None


class CoreDns(Model):
    """The cluster's DNS server."""

    disabled: Flag | None = None
    image: Text | None = None


class InlineManifest(Model):
    """Kubernetes objects that Talos applies when the cluster starts."""

    name: Text
    contents: Text


class Cluster(Model):
    """What is true of the whole cluster."""

    cluster_name: Text | None = None
    control_plane: ControlPlane | None = None
    network: ClusterNetwork | None = None
    proxy: Proxy | None = None
    api_server: ApiServer | None = None
    controller_manager: Component | None = None
    scheduler: Component | None = None
    etcd: Etcd | None = None
    discovery: Discovery | None = None
    core_dns: CoreDns | None = Field(default=None, alias="coreDNS")
    inline_manifests: tuple[InlineManifest, ...] | None = None
    extra_manifests: Names | None = None
    allow_scheduling_on_control_planes: Flag | None = None
