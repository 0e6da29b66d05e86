"""Talos or k3s, and the versions in play. Fed by the description; gives the system part of a Cluster."""

from typing import Literal

from fabricgen.cluster import (
    Choice,
    Flux,
    FluxSource,
    K3s,
    Node,
    Sops,
    Talos,
    TalosDocker,
    Verification,
    Versions,
)
from fabricgen.description import Description
from fabricgen.description import distribution as written
from fabricgen.description.cilium import Cilium
from fabricgen.description.flux import ArtifactVerification, OciSource
from fabricgen.versions import gateway_api
from fabricgen.versions.k3s import kubernetes_of
from fabricgen.versions.talos import dialect_of
from fabricgen.versions.version import Minor, Version, minor_of


def kubernetes_version(description: Description) -> Version:
    """Return the Kubernetes version: as written, or the one inside k3s. Rules have checked that there is one."""
    k3s = description.distribution.k3s
    if description.kubernetes is not None or k3s is None:
        assert description.kubernetes is not None  # noqa: S101 - rules refuse Talos without a Kubernetes version
        return description.kubernetes
    return kubernetes_of(k3s.version)


def contract_of(talos: written.Talos) -> Minor:
    """Return the config contract: as written, else the minor of the version.

    In docker too: talosctl generates for the tag of the image that it is told to run.
    Source: cmd/talosctl/cmd/mgmt/cluster/create/create_docker.go in siderolabs/talos at v1.12.4.
    """
    return talos.contract or minor_of(talos.version)


def resolve_versions(description: Description, *, cilium: Cilium | None) -> Versions:
    """Return every version in play."""
    talos, k3s = description.distribution.talos, description.distribution.k3s
    api = cilium.gateway_api if cilium else None
    return Versions(
        kubernetes=kubernetes_version(description),
        flux=description.flux.version,
        flux_operator=description.flux.operator_version,
        talos=talos.version if talos else None,
        contract=contract_of(talos) if talos else None,
        k3s=k3s.version if k3s else None,
        cilium=cilium.version if cilium else None,
        gateway_api=gateway_api.release_for(cilium.version, wanted=api.version)
        if cilium and api and api.enabled
        else None,
        metallb=description.metallb.version if description.metallb else None,
    )


def resolve_talos(description: Description, *, host_routing: bool) -> Talos | None:
    """Return Talos' part; `host_routing` says whether Cilium forwards packets past the host's stack."""
    talos = description.distribution.talos
    if talos is None:
        return None
    contract = contract_of(talos)
    return Talos(
        version=talos.version,
        contract=contract,
        dialect=dialect_of(contract),
        factory=talos.factory,
        secureboot=talos.secureboot,
        kube_prism_port=talos.kube_prism_port,
        forward_dns_to_host=_forward_dns(talos, host_routing=host_routing),
        sysctls=dict(sorted(talos.sysctls.items())),
        kernel_modules=talos.kernel_modules,
        cert_sans=talos.cert_sans,
        docker=_docker(description, talos.docker) if talos.docker else None,
    )


def _forward_dns(talos: written.Talos, *, host_routing: bool) -> Choice[bool]:
    if talos.docker is not None:
        why = "Talos requires it in containers"
        source = "https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go"
        return Choice(value=True, why=why, source=source)
    if talos.forward_dns_to_host is not None:
        return Choice(
            value=talos.forward_dns_to_host,
            why="asked for in the description",
            source="the description",
            asked=True,
        )
    issue = "https://github.com/siderolabs/talos/issues/10002"
    if host_routing:
        return Choice(
            value=False,
            why="eBPF host routing bypasses the host's resolver address, so cluster DNS would time out",
            source=issue,
        )
    return Choice(value=True, why="CoreDNS asks the node's caching resolver", source=issue)


def _docker(description: Description, docker: written.TalosDocker) -> TalosDocker:
    return TalosDocker(
        talosctl=docker.talosctl,
        memory_mib=docker.memory,
        worker_memory_mib=docker.worker_memory,
        cpus=docker.cpus,
        exposed_ports=docker.exposed_ports,
        host_ip=docker.host_ip,
        subnet=docker.subnet or description.networks.nodes[0],
    )


def resolve_k3s(description: Description, nodes: tuple[Node, ...]) -> K3s | None:
    """Return k3s's part. The first server is the one whose address is the endpoint, else the lowest address."""
    k3s = description.distribution.k3s
    if k3s is None:
        return None
    servers = [node for node in nodes if node.control_plane]
    at_endpoint = (
        node.name for node in servers if description.endpoint.host in {str(one) for one in node.addresses}
    )
    return K3s(
        version=k3s.version,
        first_server=next(at_endpoint, servers[0].name),
        etcd=len(servers) > 1,
        token_file=k3s.token_file,
        tls_sans=k3s.tls_sans,
        secrets_encryption=k3s.secrets_encryption,
        disable=k3s.disable,
        server=k3s.server,
        agent=k3s.agent,
    )


def resolve_flux(description: Description) -> Flux:
    """Return Flux's part; the tree stands in gitops/<name> unless the description says otherwise."""
    flux = description.flux
    git, oci = flux.git, flux.oci
    if git is not None:
        source = FluxSource(
            kind="GitRepository", url=git.url, follows="branch", ref=git.branch, secret=git.secret
        )
    else:
        assert oci is not None  # noqa: S101 - the model has exactly one source
        source = _resolve_artifact(oci)
    return Flux(
        version=flux.version,
        minor=minor_of(flux.version),
        operator=flux.operator_version,
        source=source,
        path=flux.path or f"gitops/{description.name}",
        interval=flux.interval,
        sops=Sops(age=flux.sops.age, secret=flux.sops.secret) if flux.sops else None,
    )


def _resolve_artifact(oci: OciSource) -> FluxSource:
    """Return what Flux follows in a registry: the tag `latest` where the description names nothing."""
    follows: Literal["tag", "semver", "digest"] = (
        "digest" if oci.digest else "semver" if oci.semver else "tag"
    )
    return FluxSource(
        kind="OCIRepository",
        url=oci.url,
        follows=follows,
        ref=oci.digest or oci.semver or oci.tag or "latest",
        secret=oci.secret,
        semver_filter=oci.semver_filter,
        provider=oci.provider,
        certificates=oci.certificates,
        insecure=oci.insecure,
        verify=None if oci.verify is None else _resolve_verification(oci.verify),
    )


def _resolve_verification(verify: ArtifactVerification) -> Verification:
    return Verification(
        provider=verify.provider,
        secret=verify.secret,
        identities=tuple((one.issuer, one.subject) for one in verify.identities),
    )
