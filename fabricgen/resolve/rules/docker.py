"""Rules about Talos in docker: what talosctl's containers are, and what they cannot do.

Source, unless a rule says otherwise: https://docs.siderolabs.com/talos/v1.12/reference/cli#talosctl-cluster-create-docker
"""

from collections.abc import Iterator

from fabricgen.addresses import AddressRange
from fabricgen.description import Description, Node
from fabricgen.description.distribution import TalosDocker
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums

_DOCKER: Path = ("distribution", "talos", "docker")
_MOST_PORT = 65535


def _docker(description: Description) -> TalosDocker | None:
    talos = description.distribution.talos
    return talos.docker if talos else None


def rule_docker_has_one_control_plane(description: Description) -> Iterator[Problem]:
    """`talosctl cluster create docker` has no switch for more."""
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
            yield Problem(
                message=message,
                path=(*_DOCKER, "exposedPorts", index),
                hint="publish another port of the host",
            )
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


def rule_docker_needs_the_hosts_routing(description: Description) -> Iterator[Problem]:
    """In containers DNS must be forwarded to the host, so eBPF host routing must be off.

    Source: https://github.com/siderolabs/talos/issues/10002
    """
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


def rule_docker_workers_are_alike(description: Description) -> Iterator[Problem]:
    """Talosctl makes every worker from one config, so what one carries they all carry."""
    workers = [(index, node) for index, node in enumerate(description.nodes) if node.role == "worker"]
    if _docker(description) is None:
        return
    for index, node in workers[1:]:
        first = workers[0][1]
        for key, mine, others in (
            ("labels", node.labels, first.labels),
            ("taints", _plain_taints(node), _plain_taints(first)),
        ):
            if mine != others:
                yield Problem(
                    message=f"talosctl makes all workers in docker from one config, "
                    f"and the {key} of {node.name} and {first.name} differ",
                    path=("nodes", index, key),
                    hint=f"give every worker the same {key}",
                )


def _plain_taints(node: Node) -> set[tuple[str, str, str]]:
    return {(taint.key, taint.value, taint.effect) for taint in node.taints}


def rule_docker_paces_no_traffic(description: Description) -> Iterator[Problem]:
    """Pacing needs /proc/sys/net/core, which a container does not have; the agent then switches the feature off.

    Source: https://github.com/cilium/cilium/blob/v1.20.1/Documentation/network/kubernetes/bandwidth-manager.rst
    (limitations), pkg/datapath/linux/bandwidth/bandwidth.go of the same tag.
    """
    for path, cilium in ciliums(description):
        manager = cilium.bandwidth_manager
        if _docker(description) is not None and manager is not None and manager.enabled:
            yield Problem(
                message="the bandwidth manager does not work in containers: "
                "/proc/sys/net/core is not theirs, and Cilium would switch it off with a warning",
                path=(*path, "bandwidthManager"),
                hint="remove it, or write enabled: false and say why in because",
            )
