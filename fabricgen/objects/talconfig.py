"""talhelper's `talconfig.yaml`: the part of it that fabricgen emits.

Fed by `talos_interface`; the talos family writes one for those who use talhelper.
Source: https://budimanjojo.github.io/talhelper/latest/reference/configuration/, talhelper v3.1.16.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import (
    Annotations,
    Cidr,
    DnsName,
    Flag,
    HttpsEndpoint,
    Labels,
    NotEmpty,
    Text,
    repeated,
)
from fabricgen.objects.model import Model
from fabricgen.objects.talos import DiskSelector, KernelModule
from fabricgen.objects.talos_cluster import InlineManifest
from fabricgen.objects.talos_interface import Interface

# A patch is text: YAML of its own, or @ and the path of a file.
Patches = tuple[Text, ...]


class CniConfig(Model):
    """Which CNI Talos installs."""

    name: Literal["flannel", "custom", "none"]
    urls: tuple[Text, ...] | None = None


class Overlay(Model):
    """What a board needs besides the image."""

    image: Text
    name: Text
    options: dict[str, str] | None = None


class SystemExtensions(Model):
    """Extensions that are built into the image."""

    official_extensions: tuple[Text, ...] | None = None


class Customization(Model):
    """What is built into the image."""

    extra_kernel_args: tuple[Text, ...] | None = None
    system_extensions: SystemExtensions | None = None


class Schematic(Model):
    """What the image factory builds."""

    overlay: Overlay | None = None
    customization: Customization | None = None


class MachineSpec(Model):
    """For what hardware the image is."""

    mode: Text | None = None
    arch: Literal["amd64", "arm64"] | None = None
    secureboot: Flag | None = None
    use_uki: Flag | None = Field(default=None, alias="useUKI")


class NodeConfigs(Model):
    """What can be said of one node, or of all of a role."""

    node_labels: Labels | None = None
    node_annotations: Annotations | None = None
    node_taints: dict[Text, str] | None = None
    nameservers: tuple[Text, ...] | None = None
    disable_search_domain: Flag | None = None
    network_interfaces: tuple[Interface, ...] | None = None
    kernel_modules: tuple[KernelModule, ...] | None = None
    extra_manifests: tuple[Text, ...] | None = None
    cert_sans: tuple[Text, ...] | None = Field(default=None, alias="certSANs")
    patches: Patches | None = None
    talos_image_url: Text | None = Field(default=None, alias="talosImageURL")
    no_schematic_validate: Flag | None = None
    schematic: Schematic | None = None
    machine_spec: MachineSpec | None = None


class TalhelperNode(NodeConfigs):
    """A machine. Several addresses stand in one text, with commas."""

    hostname: DnsName
    ip_address: Text
    control_plane: Flag | None = None
    install_disk: Text | None = None
    install_disk_selector: DiskSelector | None = None
    ignore_hostname: Flag | None = None
    override_patches: Flag | None = None

    @model_validator(mode="after")
    def _one_way_to_the_disk(self) -> Self:
        if (self.install_disk is None) == (self.install_disk_selector is None):
            raise ValueError("write exactly one of: installDisk, installDiskSelector")
        return self


class ImageFactory(Model):
    """Where images come from."""

    registry_url: DnsName | None = Field(default=None, alias="registryURL")


class TalhelperConfig(Model):
    """The whole file."""

    cluster_name: Text
    talos_version: Text | None = None
    kubernetes_version: Text
    endpoint: HttpsEndpoint
    domain: DnsName | None = None
    allow_scheduling_on_control_planes: Flag | None = None
    additional_api_server_cert_sans: tuple[Text, ...] | None = None
    cluster_pod_nets: tuple[Cidr, ...] | None = None
    cluster_svc_nets: tuple[Cidr, ...] | None = None
    cni_config: CniConfig | None = None
    image_factory: ImageFactory | None = None
    inline_manifests: tuple[InlineManifest, ...] | None = None
    patches: Patches | None = None
    control_plane: NodeConfigs | None = None
    worker: NodeConfigs | None = None
    nodes: Annotated[tuple[TalhelperNode, ...], NotEmpty]

    @model_validator(mode="after")
    def _nodes_can_be_told_apart(self) -> Self:
        if twice := repeated(node.hostname for node in self.nodes):
            raise ValueError(f"two nodes have the hostname {twice[0]!r}")
        if twice := repeated(node.ip_address for node in self.nodes):
            raise ValueError(f"two nodes have the ipAddress {twice[0]!r}")
        return self
