"""The patch files: which stand in talos/all, in the folder of a role and in that of a node.

Fed by the dialects; gives drafts. The same folders serve topf, talhelper and plain talosctl. Each setting stands in
exactly one file: Talos appends lists when it merges, so an item in two layers would be there twice.
"""

from collections.abc import Iterator
from typing import assert_never

from fabricgen.cluster import Cluster
from fabricgen.documents.document import Draft
from fabricgen.documents.talos import facts, kubernetes_documents, network_documents, v1alpha1
from fabricgen.documents.talos.patches import Parts, Patches
from fabricgen.versions.talos import Dialect

FOLDER = "talos"


def patches_of(dialect: Dialect) -> Patches:
    """Return how a dialect says things."""
    match dialect:
        case Dialect.V1ALPHA1:
            return v1alpha1.PATCHES
        case Dialect.NETWORK_DOCUMENTS:
            return network_documents.PATCHES
        case Dialect.KUBERNETES_DOCUMENTS:
            return kubernetes_documents.PATCHES
        case _:
            assert_never(dialect)


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield every patch file in the order in which it is applied: all, role, node."""
    patches = patches_of(facts.talos_of(cluster).dialect)
    yield from _draft("all/kubernetes.yaml", patches.all_kubernetes(cluster))
    yield from _draft("all/machine.yaml", patches.all_machine(cluster))
    yield from _draft("control-plane/kubernetes.yaml", patches.control_plane(cluster))
    if facts.in_docker(cluster):
        yield from _in_docker(cluster, patches)
        return
    for node in cluster.nodes:
        yield from _draft(f"node/{node.name}/machine.yaml", patches.node_machine(cluster, node))
        yield from _draft(f"node/{node.name}/placement.yaml", patches.placement(cluster, node))


def _in_docker(cluster: Cluster, patches: Patches) -> Iterator[Draft]:
    """Yield the nodes' placement by role, since talosctl makes all containers of a role from one config."""
    for node in (*cluster.control_planes[:1], *cluster.workers[:1]):
        yield from _draft(f"{node.role}/placement.yaml", patches.placement(cluster, node))


def _draft(path: str, parts: Parts) -> Iterator[Draft]:
    if parts:
        folder, _, name = path.rpartition("/")
        shape = "node/host" if folder.startswith("node/") else folder
        yield Draft(path=f"{FOLDER}/{path}", template=f"{FOLDER}/{shape}/{name}.j2", parts=parts)
