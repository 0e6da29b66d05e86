"""Rules about Talos: its docker provisioner, certificates, kernel parameters."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from fabricgen.addresses import AddressRange
from fabricgen.description import Description
from fabricgen.description.distribution import TalosDocker
from fabricgen.errors import Path, Problem

_DOCKER: Path = ("distribution", "talos", "docker")
_SYSCTL = re.compile(r"[a-z0-9_-]+([./][A-Za-z0-9_*:-]+)+")
_SAN = re.compile(r"(\*\.)?(?!.*[.-]{2})[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?")
_MOST_PORT = 65535


def _docker(description: Description) -> TalosDocker | None:
    talos = description.distribution.talos
    return talos.docker if talos else None


def rule_docker_has_one_control_plane(description: Description) -> Iterator[Problem]:
    """`talosctl cluster create docker` has no switch for more.

    Source: https://docs.siderolabs.com/talos/v1.12/reference/cli#talosctl-cluster-create-docker
    """
    controls = [index for index, node in enumerate(description.nodes) if node.role == "control-plane"]
    if _docker(description) is not None and len(controls) > 1:
        yield Problem(
            message=f"talosctl makes one control plane in docker, and {len(controls)} are described",
            path=("nodes", controls[1], "role"),
            hint="make the others workers",
        )


def rule_docker_ports_are_ports(description: Description) -> Iterator[Problem]:
    """A port has 16 bits."""
    docker = _docker(description)
    for index, exposed in enumerate(docker.exposed_ports if docker else ()):
        for port in exposed.partition("/")[0].split(":"):
            if not 1 <= int(port) <= _MOST_PORT:
                message = f"{exposed}: there is no port {port}"
                yield Problem(
                    message=message, path=(*_DOCKER, "exposedPorts", index), hint=f"ports are 1-{_MOST_PORT}"
                )


def rule_docker_ports_are_bound_once(description: Description) -> Iterator[Problem]:
    """The host gives a port to one container."""
    docker = _docker(description)
    seen: dict[tuple[str, str], str] = {}
    for index, exposed in enumerate(docker.exposed_ports if docker else ()):
        ports, _, protocol = exposed.partition("/")
        host = (ports.partition(":")[0].lstrip("0"), protocol)
        if host in seen:
            message = f"host port {host[0]}/{protocol} is already bound by {seen[host]}"
            yield Problem(message=message, path=(*_DOCKER, "exposedPorts", index))
        seen.setdefault(host, exposed)


def rule_docker_nodes_lie_in_the_bridge(description: Description) -> Iterator[Problem]:
    """Containers get their addresses from the bridge's network."""
    docker = _docker(description)
    subnet = docker.subnet if docker else None
    for network in description.networks.nodes if subnet is not None else ():
        if (
            subnet is not None
            and network.version == subnet.version
            and not AddressRange.of(network).within(subnet)
        ):
            message = f"{subnet} does not hold networks.nodes ({network}), where the containers live"
            yield Problem(message=message, path=(*_DOCKER, "subnet"), hint=f"write {network}, or remove it")


def rule_docker_forwards_dns_to_the_host(description: Description) -> Iterator[Problem]:
    """Talos refuses a container without it.

    Source: https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go
    """
    talos = description.distribution.talos
    if talos is not None and talos.docker is not None and talos.forward_dns_to_host is False:
        message = "Talos requires it in containers"
        yield Problem(message=message, path=("distribution", "talos", "forwardDnsToHost"), hint="remove it")


def rule_docker_workers_have_memory_only_if_there_are_workers(description: Description) -> Iterator[Problem]:
    """The switch is for the worker containers."""
    docker = _docker(description)
    if (
        docker is not None
        and docker.worker_memory is not None
        and all(node.role != "worker" for node in description.nodes)
    ):
        message = "memory of worker containers, but no node is a worker"
        yield Problem(message=message, path=(*_DOCKER, "workerMemory"), hint="remove it, or write memory")


def rule_dns_to_host_and_ebpf_routing_exclude_each_other(description: Description) -> Iterator[Problem]:
    """Host routing in eBPF bypasses the host's resolver address, and cluster DNS times out.

    Source: https://github.com/siderolabs/talos/issues/10002
    """
    talos, cilium = description.distribution.talos, description.cni.cilium
    if talos is None or talos.docker is not None or cilium is None or not talos.forward_dns_to_host:
        return
    masquerade = cilium.kube_proxy_replacement if cilium.bpf_masquerade is None else cilium.bpf_masquerade
    if masquerade and not cilium.host_legacy_routing:
        yield Problem(
            message="with Cilium's eBPF host routing CoreDNS cannot reach the node's resolver, and cluster DNS times out",
            path=("distribution", "talos", "forwardDnsToHost"),
            hint="remove it, or write cni.cilium.hostLegacyRouting: true",
        )


def rule_docker_needs_the_hosts_routing(description: Description) -> Iterator[Problem]:
    """In containers DNS must be forwarded to the host, so eBPF host routing must be off. Source as above."""
    cilium = description.cni.cilium
    if _docker(description) is None or cilium is None or cilium.host_legacy_routing is not False:
        return
    masquerade = cilium.kube_proxy_replacement if cilium.bpf_masquerade is None else cilium.bpf_masquerade
    if masquerade:
        yield Problem(
            message="Talos in docker forwards cluster DNS to the host, which eBPF host routing cuts off",
            path=("cni", "cilium", "hostLegacyRouting"),
            hint="write true, or remove it",
        )


def rule_sysctls_are_kernel_parameters(description: Description) -> Iterator[Problem]:
    """Talos writes them below /proc/sys."""
    talos = description.distribution.talos
    for key in talos.sysctls if talos else ():
        if not _SYSCTL.fullmatch(key):
            message = f"{key!r} is no kernel parameter such as net.ipv4.ip_forward"
            yield Problem(message=message, path=("distribution", "talos", "sysctls", key))


def rule_certificates_name_hosts(description: Description) -> Iterator[Problem]:
    """A certificate names addresses and DNS names, no URLs."""
    talos, k3s = description.distribution.talos, description.distribution.k3s
    named = (
        (("distribution", "talos", "certSans"), talos.cert_sans if talos else ()),
        (("distribution", "k3s", "tlsSans"), k3s.tls_sans if k3s else ()),
    )
    for path, names in named:
        for index, name in enumerate(names):
            if not (_SAN.fullmatch(name) or _is_address(name)):
                message = f"{name!r} is neither an address nor a DNS name"
                yield Problem(message=message, path=(*path, index))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
