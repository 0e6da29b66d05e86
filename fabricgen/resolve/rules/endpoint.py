"""Rules about where the Kubernetes API answers."""

import re
from collections.abc import Iterator

from fabricgen.description import Description
from fabricgen.errors import Problem
from fabricgen.resolve.rules.owners import endpoint_address, endpoint_owners

_DNS_NAME = re.compile(r"(?!.*[.-]{2})[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
# What listens on every control plane besides the API server and KubePrism: etcd, kubelet, controller manager,
# scheduler, Talos' own APIs. Source: https://docs.siderolabs.com/talos/v1.12/learn-more/talos-network-connectivity
_TAKEN_PORTS = frozenset({2379, 2380, 6443, 10250, 10257, 10259, 50000, 50001})


def rule_endpoint_is_an_address_or_a_name(description: Description) -> Iterator[Problem]:
    """`host` becomes part of a URL, of certificates and of Cilium's values."""
    host, path = description.endpoint.host, ("endpoint", "host")
    if endpoint_address(description) is not None or (_DNS_NAME.fullmatch(host) and re.search(r"[a-z]", host)):
        return
    if re.fullmatch(r"[\d.]+", host):
        yield Problem(
            message=f"{host!r} is no IPv4 address",
            path=path,
            hint="write four numbers from 0 to 255, or a DNS name",
        )
        return
    yield Problem(message=f"{host!r} is neither an address nor a DNS name", path=path, hint=_host_meant(host))


def _host_meant(host: str) -> str:
    bare = re.sub(r"^[a-z]+://", "", host.strip().lower()).partition("/")[0]
    name, _, port = bare.rpartition(":")
    if name and port.isdigit():
        return f"write host: {name} and port: {port}"
    meant = bare.replace("_", "-").strip(".-")
    return f"did you mean {meant}?" if _DNS_NAME.fullmatch(meant) else ""


def rule_endpoint_is_not_a_worker(description: Description) -> Iterator[Problem]:
    """The API server runs on control planes only."""
    address = endpoint_address(description)
    for index, node in enumerate(description.nodes):
        if node.role == "worker" and address in node.address and not description.endpoint.external:
            control = next((one for one in description.nodes if one.role == "control-plane"), None)
            hint = f"{control.name} is a control plane: {control.address[0]}" if control else ""
            message = f"{address} is nodes[{index}] ({node.name}), a worker, which runs no API server"
            yield Problem(message=message, path=("endpoint", "host"), hint=hint)


def rule_k3s_has_no_shared_address(description: Description) -> Iterator[Problem]:
    """k3s itself gives control planes no common address: something else must hold it."""
    if description.distribution.k3s is None:
        return
    for owner in endpoint_owners(description):
        if owner.kind == "ours":
            servers = [str(node.address[0]) for node in description.nodes if node.role == "control-plane"]
            yield Problem(
                message=f"{owner.addresses} is no control plane's address, and k3s gives them no common one",
                path=owner.path,
                hint=f"write {' or '.join(servers[:3])}, or external: true if something else serves it",
            )


def rule_docker_has_no_shared_address(description: Description) -> Iterator[Problem]:
    """The docker provisioner has one control plane, and its bridge carries no virtual address."""
    talos = description.distribution.talos
    if talos is None or talos.docker is None:
        return
    for owner in endpoint_owners(description):
        if owner.kind == "ours":
            yield Problem(
                message=f"{owner.addresses} is not the control plane's address, and in docker there is no shared one",
                path=owner.path,
                hint=next(
                    (
                        f"write {node.address[0]}"
                        for node in description.nodes
                        if node.role == "control-plane"
                    ),
                    "",
                ),
            )


def rule_kube_prism_has_a_port_of_its_own(description: Description) -> Iterator[Problem]:
    """KubePrism listens on every node, beside what Talos and Kubernetes run there."""
    talos = description.distribution.talos
    if talos is not None and talos.kube_prism_port in _TAKEN_PORTS:
        yield Problem(
            message=f"port {talos.kube_prism_port} is taken on control planes",
            path=("distribution", "talos", "kubePrismPort"),
            hint="Talos' default is 7445",
        )
