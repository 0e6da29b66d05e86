"""Strategic-merge patches of Talos' v1alpha1 config: the part of it that fabricgen emits.

Fed by `talos_cluster` and `talos_interface`; the talos family is made of these. Which of it a config contract still takes is in
`talos_contract`. Source: https://www.talos.dev/v1.13/reference/configuration/v1alpha1/config/.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import (
    Annotations,
    DnsName,
    Flag,
    LabelKey,
    LabelValue,
    Names,
    Port,
    Text,
    Values,
)
from fabricgen.objects.model import Model
from fabricgen.objects.talos_cluster import Arguments, Cluster, SubnetFilter
from fabricgen.objects.talos_interface import Interface

# Kernel parameters are text: Talos refuses a number.
Sysctls = dict[Text, str]


class Deletion(Model):
    """Takes a key out of what is merged."""

    patch: Literal["delete"] = Field(default="delete", alias="$patch")


class DiskSelector(Model):
    """Which disk, by what it says of itself. `name` is left out: it is in the schema, but Talos refuses it."""

    size: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    modalias: Text | None = None
    uuid: Text | None = None
    wwid: Text | None = None
    type: Literal["ssd", "hdd", "nvme", "sd"] | None = None
    bus_path: Text | None = None


class Install(Model):
    """What is installed, and where."""

    disk: Text | None = None
    disk_selector: DiskSelector | None = None
    image: Text | None = None
    wipe: Flag | None = None
    extra_kernel_args: Names | None = None
    grub_use_uki_cmdline: Flag | None = Field(default=None, alias="grubUseUKICmdline")

    @model_validator(mode="after")
    def _one_way_to_the_disk(self) -> Self:
        if self.disk is not None and self.disk_selector is not None:
            raise ValueError("write one of disk and diskSelector; Talos would take the selector")
        return self


class NodeIp(Model):
    """From which networks the kubelet takes the node's address."""

    valid_subnets: tuple[SubnetFilter, ...]


class Mount(Model):
    """A folder of the host that the kubelet sees."""

    destination: Text
    type: Text | None = None
    source: Text | None = None
    options: Names | None = None


class Kubelet(Model):
    """The kubelet."""

    image: Text | None = None
    cluster_dns: Names | None = Field(default=None, alias="clusterDNS")
    extra_args: Arguments | None = None
    extra_config: Values | None = None
    extra_mounts: tuple[Mount, ...] | None = None
    node_ip: NodeIp | None = Field(default=None, alias="nodeIP")
    register_with_fqdn: Flag | None = Field(default=None, alias="registerWithFQDN")
    default_runtime_seccomp_profile_enabled: Flag | None = None
    disable_manifests_directory: Flag | None = None
    skip_node_registration: Flag | None = None


class HostEntry(Model):
    """A line of the hosts file."""

    ip: Text
    aliases: Names


class MachineNetwork(Model):
    """Host name, links and resolvers."""

    hostname: DnsName | None = None
    interfaces: tuple[Interface, ...] | None = None
    nameservers: Names | None = None
    search_domains: Names | None = None
    disable_search_domain: Flag | None = None
    extra_host_entries: tuple[HostEntry, ...] | None = None


class KubePrism(Model):
    """The API load balancer on each node."""

    enabled: Flag | None = None
    port: Port | None = None


class HostDns(Model):
    """The resolver on each node."""

    enabled: Flag | None = None
    forward_kube_dns_to_host: Flag | None = Field(default=None, alias="forwardKubeDNSToHost")
    resolve_member_names: Flag | None = None

    @model_validator(mode="after")
    def _enabled_for_the_rest(self) -> Self:
        if self.enabled is False and (self.forward_kube_dns_to_host or self.resolve_member_names):
            raise ValueError("forwardKubeDNSToHost and resolveMemberNames need enabled: true")
        return self


class Features(Model):
    """Switches of Talos."""

    kube_prism: KubePrism | None = None
    host_dns: HostDns | None = Field(default=None, alias="hostDNS")
    stable_hostname: Flag | None = None
    disk_quota_support: Flag | None = None
    node_address_sort_algorithm: Literal["v1", "v2"] | None = None


class KernelModule(Model):
    """A module that is loaded."""

    name: Text
    parameters: Names | None = None


class Kernel(Model):
    """The kernel."""

    modules: tuple[KernelModule, ...]


class Time(Model):
    """Where the time comes from."""

    disabled: Flag | None = None
    servers: Names | None = None
    boot_timeout: Text | None = None


class Machine(Model):
    """What is true of a machine."""

    cert_sans: Names | None = Field(default=None, alias="certSANs")
    kubelet: Kubelet | None = None
    network: MachineNetwork | None = None
    install: Install | None = None
    features: Features | None = None
    time: Time | None = None
    sysctls: Sysctls | None = None
    kernel: Kernel | None = None
    node_labels: dict[LabelKey, LabelValue | Deletion] | None = None
    node_annotations: Annotations | None = None
    node_taints: dict[Text, str] | None = None


class MachineConfigPatch(Model):
    """A patch: it has neither apiVersion nor kind, and everything in it is merged into what is there."""

    machine: Machine | None = None
    cluster: Cluster | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.machine is None and self.cluster is None:
            raise ValueError("write at least one of: machine, cluster")
        return self
