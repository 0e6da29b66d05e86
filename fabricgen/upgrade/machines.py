"""The steps on machines: copies of what the cluster knows, Talos and Kubernetes node by node, k3s node by node.

Fed by `steps` with a move and the cluster after it.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cluster, K3s, Node, Talos
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.step import (
    DOCKER,
    ETCD,
    K3S_BACKUP,
    K3S_UPGRADE,
    KUBERNETES_UPGRADE,
    TALOS_UPGRADE,
    Step,
)
from fabricgen.versions.talos import installer_image
from fabricgen.versions.version import Version


def keep_etcd(cluster: Cluster) -> Iterator[Step]:
    """Yield the copy of etcd, taken through the first control plane."""
    first = cluster.control_planes[0]
    yield Step(
        what="Keep a copy of etcd outside of the cluster",
        commands=(f"talosctl --nodes {address_of(first)} etcd snapshot etcd-before.snapshot",),
        source=ETCD,
    )


def keep_datastore(k3s: K3s) -> Step:
    """Return the copy of k3s' datastore and token, made on the first server."""
    copied = "sudo cp /var/lib/rancher/k3s/server/token /root/k3s-token-before"
    if k3s.etcd:
        commands: tuple[str, ...] = ("sudo k3s etcd-snapshot save --name before-upgrade", copied)
    else:
        commands = (
            "sudo systemctl stop k3s",
            "sudo cp --archive /var/lib/rancher/k3s/server/db /root/k3s-db-before",
            copied,
            "sudo systemctl start k3s",
        )
    return Step(
        what=f"On {k3s.first_server}: keep a copy of the datastore and of the token that it is encrypted with; pods run on "
        "while k3s is stopped",
        commands=commands,
        source=K3S_BACKUP,
    )


def upgrade_talos(move: Move, cluster: Cluster, talos: Talos) -> Iterator[Step]:
    """Yield what upgrades Talos: node after node; in docker the cluster is made anew."""
    if talos.docker is not None:
        yield Step(
            what="Make the cluster anew, by its runbook (bootstrap/README.md): containers cannot be upgraded",
            commands=(),
            source=DOCKER,
        )
        return
    yield Step(
        what=f"Install talosctl {move.after}, then upgrade one node after the other, control planes first; each one reboots, "
        "and the next waits until all is well",
        commands=tuple(
            line
            for node in (*cluster.control_planes, *cluster.workers)
            for line in (
                _upgrade(node, talos, move.after),
                f"talosctl --nodes {address_of(cluster.control_planes[0])} health",
            )
        ),
        source=TALOS_UPGRADE,
    )


def _upgrade(node: Node, talos: Talos, version: Version) -> str:
    schematic = node.schematic
    if schematic is None:
        return f"talosctl --nodes {address_of(node)} upgrade"
    image = installer_image(version, schematic.id, factory=talos.factory, secureboot=talos.secureboot)
    return f"talosctl --nodes {address_of(node)} upgrade --image {image}"


def upgrade_kubernetes(move: Move, cluster: Cluster, talos: Talos) -> Iterator[Step]:
    """Yield what upgrades Kubernetes on Talos, looked at before it is done."""
    node = address_of(cluster.control_planes[0])
    what = "Upgrade Kubernetes on all nodes, after looking what that would do"
    if talos.docker is not None:
        what += "; whether this works in docker is not known to us, where making the cluster anew does"
    yield Step(
        what=what,
        commands=(
            f"talosctl --nodes {node} upgrade-k8s --to {move.after} --dry-run",
            f"talosctl --nodes {node} upgrade-k8s --to {move.after}",
        ),
        source=KUBERNETES_UPGRADE,
    )


def upgrade_k3s(move: Move, cluster: Cluster) -> Iterator[Step]:
    """Yield one step a node, servers first."""
    install = f"curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v{move.after} sh -s -"
    for role, nodes in (("server", cluster.control_planes), ("agent", cluster.workers)):
        for node in nodes:
            yield Step(
                what=f"On {node.name} ({address_of(node)}), as {role}; its config file stays. Wait until it is Ready with the "
                "new version before the next",
                commands=(f"{install} {role}", f"kubectl get node {node.name}"),
                source=K3S_UPGRADE,
            )


def address_of(node: Node) -> str:
    """Return the address by which talosctl and people reach a node."""
    return str(node.addresses[0])
