"""talconfig.yaml: the nodes for talhelper, over the same patch files.

Fed by the cluster and the paths of its patch files. What the patches say is not said here again, except what
talhelper insists on. It knows one version, for the contract and for the image alike, and the install document of
Talos 1.14 is unknown to every release that we have read (3.1.16, master of August 2026), so other clusters get no
talconfig.yaml. Source: https://github.com/budimanjojo/talhelper/blob/v3.1.16/pkg/config/config.go
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fabricgen.cluster import Cluster, DiskSelector, Node
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.talos.facts import talos_of
from fabricgen.documents.talos.nodes import selector_fields
from fabricgen.versions.talos import Dialect, installer_image
from fabricgen.versions.version import minor_of

DOCS = "https://budimanjojo.github.io/talhelper/latest/reference/configuration/"


def works_with(cluster: Cluster) -> bool:
    """Tell whether talhelper can make this cluster's configs."""
    talos = talos_of(cluster)
    same = talos.contract == minor_of(talos.version)
    return same and talos.dialect is not Dialect.KUBERNETES_DOCUMENTS and talos.docker is None


def drafts(cluster: Cluster, files: Sequence[str]) -> Iterator[Draft]:
    """Yield talconfig.yaml; `files` are the patch files, relative to the talos folder, in the order of use."""
    if works_with(cluster):
        settings = tuple(_settings(cluster, files))
        yield Draft(
            path="talos/talconfig.yaml",
            template="talos/talconfig.yaml.j2",
            parts=(Part(base={}, settings=settings),),
        )


def _settings(cluster: Cluster, files: Sequence[str]) -> Iterator[Setting]:
    yield from _identity(cluster)
    why = "patches of every node; the same files serve topf and talosctl"
    yield setting("patches", _patches(files, "all"), why=why, source=DOCS)
    why = "patches of control planes"
    yield setting("controlPlane.patches", _patches(files, "control-plane"), why=why, source=DOCS)
    why = "each machine; what its patches say (network, labels, taints) is not repeated, except the disk, on which talhelper insists"
    yield setting("nodes", [_node(cluster, node, files) for node in cluster.nodes], why=why, source=DOCS)


def _identity(cluster: Cluster) -> Iterator[Setting]:
    yield setting("clusterName", cluster.name, why="name of the cluster and of its context", source=DOCS)
    yield setting(
        "endpoint", cluster.endpoint.url, why="where kubectl and the nodes find the API", source=DOCS
    )
    why = "Talos of the nodes; it also decides which documents the generated configs hold"
    yield setting("talosVersion", f"v{talos_of(cluster).version}", why=why, source=DOCS)
    why = "Kubernetes of new nodes; a running cluster is upgraded with `talosctl upgrade-k8s`"
    yield setting("kubernetesVersion", f"v{cluster.versions.kubernetes}", why=why, source=DOCS)


def _patches(files: Sequence[str], folder: str) -> list[str]:
    return [f"@./{file}" for file in files if file.startswith(f"{folder}/")]


def _node(cluster: Cluster, node: Node, files: Sequence[str]) -> dict[str, Any]:
    talos = talos_of(cluster)
    return {
        "hostname": node.name,
        "ipAddress": ", ".join(str(address) for address in node.addresses),
        "controlPlane": node.control_plane,
        **_disk(node),
        **_image(cluster, node),
        "machineSpec": {"mode": "metal", "arch": node.arch, "secureboot": talos.secureboot},
        "patches": _patches(files, f"node/{node.name}"),
    }


def _disk(node: Node) -> dict[str, Any]:
    if isinstance(node.disk, DiskSelector):
        return {"installDiskSelector": selector_fields(node.disk)}
    return {"installDisk": node.disk} if node.disk is not None else {}


def _image(cluster: Cluster, node: Node) -> dict[str, Any]:
    """Return the installer without its tag, which talhelper adds; without it talhelper would ask the factory."""
    if node.schematic is None:
        return {}
    talos = talos_of(cluster)
    image = installer_image(
        talos.version, node.schematic.id, factory=talos.factory, secureboot=talos.secureboot
    )
    return {"talosImageURL": image.rpartition(":")[0]}
