"""The resolved systems: versions, charts, Talos, k3s, MetalLB, Flux."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fabricgen.addresses import Address, Network
from fabricgen.cluster.choice import Choice
from fabricgen.versions.gateway_api import GatewayApiRelease
from fabricgen.versions.talos import Dialect
from fabricgen.versions.version import Minor, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Every version in play; None where the part is not used."""

    kubernetes: Version
    flux: Version
    flux_operator: Version | None = None
    talos: Version | None = None
    contract: Minor | None = None
    k3s: Version | None = None
    cilium: Version | None = None
    gateway_api: GatewayApiRelease | None = None
    metallb: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Where a Helm chart comes from: `url` of a Helm repository, or of the chart itself in a registry (`oci`)."""

    oci: bool
    url: str
    digest: str | None
    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class TalosDocker:
    """Talos in containers, made by talosctl."""

    talosctl: Version
    memory_mib: int
    worker_memory_mib: int | None
    cpus: int | None
    exposed_ports: tuple[str, ...]
    host_ip: Address | None
    subnet: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Talos:
    """Talos Linux on all nodes."""

    version: Version
    contract: Minor
    dialect: Dialect
    factory: str
    secureboot: bool
    kube_prism_port: int
    forward_dns_to_host: Choice[bool]
    sysctls: Mapping[str, str]
    kernel_modules: tuple[str, ...]
    cert_sans: tuple[str, ...]
    docker: TalosDocker | None


@dataclass(frozen=True, slots=True, kw_only=True)
class K3s:
    """k3s on all nodes. `first_server` is the node that starts the cluster; `etcd` is False with a single server (SQLite)."""

    version: Version
    first_server: str
    etcd: bool
    token_file: str
    tls_sans: tuple[str, ...]
    secrets_encryption: bool
    disable: tuple[str, ...]
    server: Mapping[str, Any]
    agent: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetalLb:
    """MetalLB serves the pools."""

    version: Version
    chart: Chart
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Signatures that an artifact must have: by the keys of `secret`, or by one of `identities` (issuer, subject)."""

    provider: Literal["cosign", "notation"]
    secret: str | None
    identities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FluxSource:
    """What Flux reads; `kind` is the Flux kind that `install` creates in flux-system under the name `flux-system`.

    `follows` says what `ref` is. What stands below `secret` is of an OCIRepository alone.
    """

    kind: Literal["GitRepository", "OCIRepository"]
    url: str
    follows: Literal["branch", "tag", "semver", "digest"]
    ref: str
    secret: str | None
    semver_filter: str | None = None
    provider: Literal["aws", "azure", "gcp"] | None = None
    certificates: str | None = None
    insecure: bool = False
    verify: Verification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sops:
    """Who can read what is encrypted in git: public halves of age keys; `secret` has the cluster's private one."""

    age: tuple[str, ...]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flux:
    """Flux. `path` is this cluster's folder in the source; `interval` a Go duration."""

    version: Version
    minor: Minor
    operator: Version | None
    source: FluxSource
    path: str
    interval: str
    sops: Sops | None = None
