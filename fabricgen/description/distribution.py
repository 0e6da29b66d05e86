"""What runs on the machines, as people write it: Talos (also in docker) or k3s."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import (
    AddressField,
    Count,
    DnsName,
    Flag,
    MemoryMiB,
    MinorField,
    Model,
    NetworkField,
    Port,
    Text,
    Values,
    VersionField,
    check_one_of,
)

ExposedPort = Annotated[str, Field(strict=True, pattern=r"^\d{1,5}:\d{1,5}/(tcp|udp)$")]


class TalosDocker(Model):
    """Talos in containers, made by `talosctl cluster create docker`."""

    talosctl: VersionField = Field(
        description="Version of talosctl that makes the cluster. Decides which flags it knows; not older than Talos itself."
    )
    memory: MemoryMiB = Field(
        default=2048,
        description="Memory of the control plane's container, such as 4GiB. Default: `2GiB`.",
        validate_default=False,
    )
    cpus: Count | None = Field(
        default=None, description="CPUs of the control plane's container. Default: talosctl's own."
    )
    worker_memory: MemoryMiB | None = Field(
        default=None, description="Memory of each worker's container, such as 4GiB. Default: talosctl's own."
    )
    exposed_ports: tuple[ExposedPort, ...] = Field(
        default=(),
        description="Ports of the host that lead to the control plane, as `host:container/tcp`. They cannot change without making "
        "the cluster anew.",
    )
    host_ip: AddressField | None = Field(
        default=None,
        description="Address of the host that the ports are bound to. Default: all of its addresses.",
    )
    subnet: NetworkField | None = Field(
        default=None,
        description="Bridge network of the containers. Holds `networks.nodes`. Default: `networks.nodes`.",
    )


class Talos(Model):
    """Talos Linux."""

    version: VersionField = Field(
        description="Talos version of the nodes, such as 1.12.5. Decides which Kubernetes they can run."
    )
    contract: MinorField | None = Field(
        default=None,
        description="Config contract, such as v1.12: the Talos minor that the machine configs were first generated for. "
        "Nodes that were upgraded keep their old one; patches of another contract are refused by them. "
        "Default: the minor of `version`.",
    )
    docker: TalosDocker | None = Field(
        default=None,
        description="Set when the nodes are containers of talosctl's docker provisioner. Default: machines.",
    )
    factory: DnsName = Field(
        default="factory.talos.dev", description="Host of the image factory that builds the installers."
    )
    secureboot: Flag = Field(
        default=False,
        description="Whether the SecureBoot image is installed. Firmware that is not set up for its keys does not boot it.",
    )
    extensions: tuple[Text, ...] = Field(
        default=(),
        description="System extensions of every node, such as siderolabs/iscsi-tools. Each becomes part of the image, so a "
        "change is an upgrade of the node.",
    )
    kernel_args: tuple[Text, ...] = Field(
        default=(), description="Kernel arguments of every node's image. A change is an upgrade of the node."
    )
    kube_prism_port: Port = Field(
        default=7445,
        description="Port of KubePrism, the API's load balancer on each node. Cilium is told the same.",
    )
    forward_dns_to_host: Flag | None = Field(
        default=None,
        description="Whether CoreDNS asks the node's own resolver (hostDNS.forwardKubeDNSToHost). With eBPF host routing it "
        "would get no answer. Default: on, off with eBPF host routing.",
    )
    sysctls: dict[str, Annotated[str, Field(strict=True)]] = Field(
        default_factory=dict,
        description="Kernel parameters of every node, such as net.core.rmem_max. Values are text: write them in quotes.",
    )
    kernel_modules: tuple[Text, ...] = Field(default=(), description="Kernel modules that every node loads.")
    cert_sans: tuple[Text, ...] = Field(
        default=(),
        description="More names and addresses for the certificates of the APIs, besides the endpoint and the nodes. Clients "
        "refuse an API under any other name.",
    )


class K3s(Model):
    """k3s."""

    version: VersionField = Field(
        description="k3s version, such as v1.31.5+k3s1. The Kubernetes version is part of it."
    )
    token_file: Text = Field(
        default="/etc/rancher/k3s/token",
        description="File on the nodes that holds the join token. Put there by hand before k3s starts, never in git.",
    )
    tls_sans: tuple[Text, ...] = Field(
        default=(),
        description="More names and addresses for the API's certificate, besides the endpoint and the servers. Clients refuse "
        "an API under any other name.",
    )
    secrets_encryption: Flag = Field(
        default=True,
        description="Whether Secrets are encrypted in the datastore. Without it whoever reads a server's disk reads them.",
    )
    disable: tuple[Text, ...] = Field(
        default=(),
        description="More packaged components to leave out, such as local-storage or metrics-server. Those that Cilium or MetalLB "
        "replace are left out anyhow.",
    )
    server: Values = Field(
        default_factory=dict,
        description="More keys for every server's config.yaml, merged last. What the description says elsewhere is refused.",
    )
    agent: Values = Field(
        default_factory=dict,
        description="More keys for every agent's config.yaml, merged last. Keys that only servers know are refused.",
    )


class Distribution(Model):
    """Exactly one of the two."""

    talos: Talos | None = Field(
        default=None, description="Talos Linux, on machines or in docker. Either this or `k3s`."
    )
    k3s: K3s | None = Field(
        default=None, alias="k3s", description="k3s, on a system that you install. Either this or `talos`."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        check_one_of("one of the two runs on the machines", talos=self.talos, k3s=self.k3s)
        return self
