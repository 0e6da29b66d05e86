"""What is no object of a cluster: files for talhelper and topf, schematics, scripts, pages, and the description itself."""

from typing import Final

from fabricgen.impact.impact import Impact
from fabricgen.impact.row import ADD, NOT_ADD, REMOVE, Row, rows, whole
from fabricgen.impact.talos import K8S, NODES, UPGRADING

TALHELPER: Final = "https://budimanjojo.github.io/talhelper/latest/reference/configuration/"
TOPF: Final = "https://github.com/postfinance/topf/blob/main/docs/configuration.md"
DOCKER: Final = "https://docs.siderolabs.com/talos/v1.13/reference/cli: talosctl cluster create docker"
FACTORY: Final = "https://github.com/siderolabs/image-factory/blob/main/pkg/schematic/schematic.go"
RESET: Final = "https://docs.siderolabs.com/talos/v1.13/configure-your-talos-cluster/lifecycle-management/resetting-a-machine"
OURS: Final = "the layout of the tree that fabricgen writes"
_K8S: Final = "`talosctl upgrade-k8s` restarts the control plane and kubelets in another version, and that may restart what runs"
_TALOS: Final = "nothing by itself: `talosctl upgrade` drains and reboots one node after the other"
_JOINS: Final = "a further node: it is installed and joins; the others do not notice"
_LEAVES: Final = "the node leaves: its pods are made anew elsewhere, after a drain"
_ROLE: Final = "a machine takes another role only by a reset: it leaves, is installed again and joins"
_ADDRESS: Final = "the node has another address: connections to it break, and etcd has to learn of it if it is a control plane"


def _machines(family: str, names: tuple[str, str, str], source: str) -> tuple[Row, ...]:
    role, address, item = names
    return (
        *rows(family, Impact.NOTHING, {item: _JOINS}, source=source, does=ADD),
        *rows(family, Impact.PODS_RECREATED, {item: _LEAVES}, source=NODES, does=REMOVE),
        *rows(family, Impact.NODE_REBOOTS, {f"{item}.{role}": _ROLE}, source=RESET),
        *rows(family, Impact.TRAFFIC_PAUSES, {f"{item}.{address}": _ADDRESS}, source=NODES),
    )


_NAMED: Final = "names of the cluster stand in what was generated with it, certificates among them"
_TALHELPER: Final = (
    *rows("talconfig", Impact.CLUSTER_REBUILT, {"clusterName": _NAMED}, source=TALHELPER),
    *_machines("talconfig", ("controlPlane", "ipAddress", "nodes.*"), TALHELPER),
    *rows("talconfig", Impact.PODS_RECREATED, {"kubernetesVersion": _K8S}, source=K8S),
    *rows(
        "talconfig",
        Impact.NODE_REBOOTS,
        {"talosVersion": _TALOS, "nodes.*.talosImageURL": _TALOS},
        source=UPGRADING,
    ),
    *rows(
        "talconfig",
        Impact.NOTHING,
        {
            "patches": "which patches make up a node's config; the patches are told by themselves",
            "controlPlane": "which patches make up a node's config; the patches are told by themselves",
            "worker": "which patches make up a node's config; the patches are told by themselves",
            "nodes.*.patches": "which patches make up a node's config; the patches are told by themselves",
            "nodes.*.installDisk": "only read when Talos is installed",
            "nodes.*.installDiskSelector": "only read when Talos is installed",
            "nodes.*.machineSpec": "which image a node is installed from",
            "nodes": "only the order of nodes",
        },
        source=TALHELPER,
    ),
    *rows(
        "talconfig",
        Impact.TRAFFIC_PAUSES,
        {
            "endpoint": "kubectl, kubelets and nodes look for the API elsewhere: nothing reaches the old address"
        },
        source=TALHELPER,
    ),
)
_TOPF: Final = (
    *rows("topf", Impact.CLUSTER_REBUILT, {"clusterName": _NAMED}, source=TOPF),
    *_machines("topf", ("role", "ip", "nodes.*"), TOPF),
    *rows("topf", Impact.PODS_RECREATED, {"kubernetesVersion": _K8S}, source=K8S),
    *rows(
        "topf",
        Impact.NODE_REBOOTS,
        {"talosVersion": _TALOS, "schematicId": _TALOS, "nodes.*.schematicId": _TALOS},
        source=UPGRADING,
    ),
    *rows("topf", Impact.NOTHING, {"nodes": "only the order of nodes"}, source=TOPF),
    *rows(
        "topf",
        Impact.TRAFFIC_PAUSES,
        {
            "clusterEndpoint": "kubectl, kubelets and nodes look for the API elsewhere: nothing reaches the old address"
        },
        source=TOPF,
    ),
)
_SCHEMATICS: Final = (
    *rows(
        "schematic",
        Impact.NODE_REBOOTS,
        {"": "another image: `talosctl upgrade` with it drains and reboots each node of this hardware"},
        source=FACTORY,
    ),
    *whole(
        "schematic",
        (Impact.NOTHING, "an image for hardware that was not there"),
        (Impact.NOTHING, "no node uses it any more"),
        source=FACTORY,
    ),
)
_NODES: Final = whole(
    "node",
    (Impact.NOTHING, _JOINS),
    (Impact.PODS_RECREATED, _LEAVES),
    source=NODES,
)
_DOCKER: Final = (
    *rows(
        "docker",
        Impact.CLUSTER_REBUILT,
        {
            "exposed-ports": "docker publishes ports when it makes a container, and never later",
            "subnet": "docker gives a network its addresses when it makes it",
            "cidr": "docker gives a network its addresses when it makes it",
            "name": "the cluster and its containers have this name",
            "host-ip": "docker publishes ports when it makes a container, and never later",
            "docker-host-ip": "docker publishes ports when it makes a container, and never later",
        },
        source=DOCKER,
    ),
    *rows(
        "docker",
        Impact.CLUSTER_REBUILT,
        dict.fromkeys(
            (
                "image",
                "workers",
                "controlplanes",
                "memory",
                "memory-controlplanes",
                "memory-workers",
                "cpus",
                "cpus-controlplanes",
                "cpus-workers",
            ),
            "talosctl sets it when it makes the containers, and cannot change or upgrade them",
        ),
        source=DOCKER,
    ),
    *rows("docker", Impact.PODS_RECREATED, {"kubernetes-version": _K8S}, source=K8S),
    *rows(
        "docker",
        Impact.NOTHING,
        {
            "config-patch": "which patches make up a node's config; the patches are told by themselves",
            "config-patch-controlplanes": "which patches make up a node's config; the patches are told by themselves",
            "config-patch-control-plane": "which patches make up a node's config; the patches are told by themselves",
            "config-patch-workers": "which patches make up a node's config; the patches are told by themselves",
            "config-patch-worker": "which patches make up a node's config; the patches are told by themselves",
        },
        source=DOCKER,
    ),
)
_READ_BY_PEOPLE: Final = tuple(
    Row(family=family, path="", impact=Impact.NOTHING, why=why, source=OURS)
    for family, why in (
        ("page", "a page for people"),
        ("bootstrap", "only used to bring a cluster up, before Flux runs"),
        ("considered", "a fabric that is only thought about: nothing applies it"),
    )
)
_DESCRIPTION: Final = (
    *rows("description", Impact.PODS_RECREATED, {"kubernetes": _K8S}, source=K8S),
    *rows(
        "description",
        Impact.AGENTS_ROLL,
        {
            "distribution.k3s.version": "k3s is replaced and restarted node by node, servers first; containers keep running, the API of "
            "a single server pauses"
        },
        source="https://docs.k3s.io/upgrades/manual",
    ),
    *rows("description", Impact.NODE_REBOOTS, {"distribution.talos.version": _TALOS}, source=UPGRADING),
    *rows("description", Impact.NOTHING, {"nodes.*": _JOINS}, source=NODES, does=ADD),
    *rows("description", Impact.PODS_RECREATED, {"nodes.*": _LEAVES}, source=NODES, does=REMOVE),
    *rows("description", Impact.NODE_REBOOTS, {"nodes.*.role": _ROLE}, source=RESET),
    *rows("description", Impact.TRAFFIC_PAUSES, {"nodes.*.address": _ADDRESS}, source=NODES),
    *rows(
        "description",
        Impact.CLUSTER_REBUILT,
        {"distribution.k3s": "one distribution does not become another"},
        source=OURS,
        does=NOT_ADD - {"change"},
    ),
)

ROWS: Final = (
    *_TALHELPER,
    *_TOPF,
    *_SCHEMATICS,
    *_NODES,
    *_DOCKER,
    *_READ_BY_PEOPLE,
    *_DESCRIPTION,
)
