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

    talosctl: VersionField = Field(description="Version of talosctl that makes the cluster.")
    memory: MemoryMiB = Field(
        default=2048,
        description="Memory of the control plane container, such as 4GiB.",
        validate_default=False,
    )
    cpus: Count | None = Field(
        default=None, description="CPUs of the control plane container. Default: talosctl's."
    )
    worker_memory: MemoryMiB | None = Field(default=None, description="Memory of each worker container.")
    exposed_ports: tuple[ExposedPort, ...] = Field(
        default=(),
        description="Host ports, as `6379:6379/tcp`. They cannot change without making the cluster anew.",
    )
    host_ip: AddressField | None = Field(
        default=None, description="Host address that the ports are bound to."
    )
    subnet: NetworkField | None = Field(
        default=None, description="Bridge network of the containers. Default: `networks.nodes`."
    )


class Talos(Model):
    """Talos Linux."""

    version: VersionField = Field(description="Talos version of the nodes.")
    contract: MinorField | None = Field(
        default=None,
        description="Config contract, such as v1.12: the Talos version that the machine configs were first generated for. "
        "Nodes that were upgraded keep their old one. Default: the minor of `version`.",
    )
    docker: TalosDocker | None = Field(
        default=None, description="Set when the nodes are containers of talosctl's docker provisioner."
    )
    factory: DnsName = Field(
        default="factory.talos.dev", description="Image factory that builds the installers."
    )
    secureboot: Flag = Field(default=False, description="Install the SecureBoot image.")
    extensions: tuple[Text, ...] = Field(
        default=(), description="System extensions of every node, such as siderolabs/iscsi-tools."
    )
    kernel_args: tuple[Text, ...] = Field(default=(), description="Kernel arguments of every node's image.")
    kube_prism_port: Port = Field(
        default=7445, description="Port of KubePrism, the API load balancer on each node."
    )
    forward_dns_to_host: Flag | None = Field(
        default=None,
        description="Let CoreDNS ask the node's own resolver (hostDNS.forwardKubeDNSToHost). Default: off with eBPF host routing.",
    )
    sysctls: dict[str, Annotated[str, Field(strict=True)]] = Field(
        default_factory=dict, description="Kernel parameters, values as text."
    )
    kernel_modules: tuple[Text, ...] = Field(default=(), description="Kernel modules to load.")
    cert_sans: tuple[Text, ...] = Field(
        default=(), description="More names and addresses for the certificates of the APIs."
    )


class K3s(Model):
    """k3s."""

    version: VersionField = Field(description="k3s version, such as v1.31.5+k3s1.")
    token_file: Text = Field(
        default="/etc/rancher/k3s/token",
        description="File on the nodes that holds the join token; never in git.",
    )
    tls_sans: tuple[Text, ...] = Field(
        default=(), description="More names and addresses for the API's certificate."
    )
    secrets_encryption: Flag = Field(default=True, description="Encrypt Secrets at rest in the datastore.")
    disable: tuple[Text, ...] = Field(
        default=(),
        description="More packaged components to leave out, such as local-storage or metrics-server.",
    )
    server: Values = Field(
        default_factory=dict, description="More keys for every server's config.yaml, merged last."
    )
    agent: Values = Field(
        default_factory=dict, description="More keys for every agent's config.yaml, merged last."
    )


class Distribution(Model):
    """Exactly one of the two."""

    talos: Talos | None = Field(default=None, description="Talos Linux.")
    k3s: K3s | None = Field(default=None, alias="k3s", description="k3s.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        check_one_of("one of the two runs on the machines", talos=self.talos, k3s=self.k3s)
        return self
