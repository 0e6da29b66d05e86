"""Talos' Kubernetes and system documents, which patches consist of from the 1.14 contract on.

Fed by `talos_network`; the talos family is made of these. A patch is merged into the generated document, so
what upstream's schema requires of a whole document (images, for one) is optional here.
Source: https://docs.siderolabs.com/talos/v1.14/reference/configuration/k8s, and what
pkg/machinery/config/types/{k8s,runtime} of siderolabs/talos v1.14.0-rc.1 refuses.
"""

from ipaddress import IPv6Network
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.addresses import parse_network
from fabricgen.objects.fields import (
    Annotations,
    Cidr,
    Count,
    DnsName,
    Flag,
    HttpsEndpoint,
    LabelKey,
    LabelValue,
    Port,
    Text,
    Values,
    shaped,
    sized,
)
from fabricgen.objects.model import Model
from fabricgen.objects.talos import Deletion, NodeIp, Sysctls
from fabricgen.objects.talos_cluster import Arguments
from fabricgen.objects.talos_network import TalosDocument

Subnets = Annotated[tuple[Cidr, ...], sized(1, 2)]


class KubeNetworkConfig(TalosDocument):
    """The networks of pods and Services; both lists replace what is there."""

    kind: Literal["KubeNetworkConfig"] = "KubeNetworkConfig"
    dns_domain: DnsName | None = None
    pod_subnets: Subnets | None = None
    service_subnets: Subnets | None = None
    node_cidr_mask_size_ipv4: Annotated[int, Field(strict=True, ge=1, le=32)] | None = Field(
        default=None, alias="nodeCIDRMaskSizeIPv4"
    )
    node_cidr_mask_size_ipv6: Annotated[int, Field(strict=True, ge=1, le=128)] | None = Field(
        default=None, alias="nodeCIDRMaskSizeIPv6"
    )

    @model_validator(mode="after")
    def _one_of_each_family(self) -> Self:
        pods, services = self.pod_subnets or (), self.service_subnets or ()
        for name, subnets in (("podSubnets", pods), ("serviceSubnets", services)):
            families = [isinstance(parse_network(text), IPv6Network) for text in subnets]
            if len(set(families)) != len(families):
                raise ValueError(
                    f"{name} has two networks of one family; dual stack is one IPv4 and one IPv6"
                )
        if pods and services and len(pods) != len(services):
            raise ValueError(
                f"{len(pods)} podSubnets and {len(services)} serviceSubnets; both need the same families"
            )
        return self


class KubeFlannelCNIConfig(TalosDocument):
    """Flannel. `$patch: delete` takes the generated document away, which is how another CNI gets its place."""

    kind: Literal["KubeFlannelCNIConfig"] = "KubeFlannelCNIConfig"
    patch: Literal["delete"] | None = Field(default=None, alias="$patch")
    backend_type: Text | None = None
    backend_port: Port | None = None
    backend_mtu: Count | None = Field(default=None, alias="backendMTU")
    backend_extra_config: Values | None = None
    extra_args: tuple[Text, ...] | None = None
    kube_network_policies_enabled: Flag | None = None

    @model_validator(mode="after")
    def _nothing_beside_a_deletion(self) -> Self:
        beside = self.model_fields_set - {"api_version", "kind", "patch"}
        if self.patch is not None and beside:
            raise ValueError("$patch: delete takes the whole document away; nothing goes beside it")
        return self


class KubeProxyConfig(TalosDocument):
    """kube-proxy."""

    kind: Literal["KubeProxyConfig"] = "KubeProxyConfig"
    enabled: Flag | None = None
    image: Text | None = None
    mode: Literal["iptables", "ipvs", "nftables"] | None = None
    config: Values | None = None
    extra_args: Arguments | None = None


class KubeNodeConfig(TalosDocument):
    """How the node registers. A label or taint that is generated goes away by `$patch: delete` under its key."""

    kind: Literal["KubeNodeConfig"] = "KubeNodeConfig"
    node_ip: NodeIp | None = Field(default=None, alias="nodeIP")
    labels: dict[LabelKey, LabelValue | Deletion] | None = None
    annotations: Annotations | None = None
    taints: dict[LabelKey, Text | Deletion] | None = None
    register_with_fqdn: Flag | None = Field(default=None, alias="registerWithFQDN")
    skip_node_registration: Flag | None = None


class KubePrismConfig(TalosDocument):
    """The API load balancer on each node; that the document is there turns it on."""

    kind: Literal["KubePrismConfig"] = "KubePrismConfig"
    port: Port
    tls_server_name: Text | None = None


class KubeletConfig(TalosDocument):
    """The kubelet."""

    kind: Literal["KubeletConfig"] = "KubeletConfig"
    image: Text | None = None
    config: Values | None = None
    extra_args: Arguments | None = None
    cluster_dns: tuple[Text, ...] | None = Field(default=None, alias="clusterDNS")
    default_runtime_seccomp_profile_enabled: Flag | None = None


class KubeAPIServerConfig(TalosDocument):
    """The API server."""

    kind: Literal["KubeAPIServerConfig"] = "KubeAPIServerConfig"
    image: Text | None = None
    extra_args: Arguments | None = None
    api_port: Port | None = None
    cert_extra_sans: tuple[Text, ...] | None = Field(default=None, alias="certExtraSANs")


class KubeClusterConfig(TalosDocument):
    """Name and endpoint of the cluster."""

    kind: Literal["KubeClusterConfig"] = "KubeClusterConfig"
    cluster_name: Text | None = None
    endpoint: HttpsEndpoint | None = None


class KubeInlineManifestConfig(TalosDocument):
    """Kubernetes objects that Talos applies when the cluster starts."""

    kind: Literal["KubeInlineManifestConfig"] = "KubeInlineManifestConfig"
    name: DnsName
    manifest: Text


class KubeExternalManifestConfig(TalosDocument):
    """Kubernetes objects that Talos fetches and applies when the cluster starts."""

    kind: Literal["KubeExternalManifestConfig"] = "KubeExternalManifestConfig"
    name: Text
    url: Annotated[str, shaped(r"https?://.+", "is not an http:// or https:// address")]
    headers: dict[Text, str] | None = None


class Installer(Model):
    """The image that is installed."""

    image: Text


class DiskMatch(Model):
    """A CEL expression over a disk."""

    match: Text


class Provisioning(Model):
    """Which disk, and whether it is wiped first."""

    disk_selector: DiskMatch | None = None
    wipe: Flag | None = None


class UnattendedInstallConfig(TalosDocument):
    """What is installed, and where."""

    kind: Literal["UnattendedInstallConfig"] = "UnattendedInstallConfig"
    installer: Installer | None = None
    provisioning: Provisioning | None = None
    reboot: Flag | None = None


class SysctlConfig(TalosDocument):
    """Kernel parameters."""

    kind: Literal["SysctlConfig"] = "SysctlConfig"
    params: Sysctls


class KernelModuleConfig(TalosDocument):
    """A module that is loaded."""

    kind: Literal["KernelModuleConfig"] = "KernelModuleConfig"
    name: Text
    parameters: tuple[Text, ...] | None = None


class SecurityProfileConfig(TalosDocument):
    """Whether workloads are kept apart from Talos' own processes; on in configs generated by 1.14."""

    kind: Literal["SecurityProfileConfig"] = "SecurityProfileConfig"
    workload_isolation: Flag | None = None
