"""topf.yaml: the nodes for topf, which reads the patch folders beside it.

Fed by the cluster. topf generates by the version that a node runs, so a cluster with an older contract gets none.
Source: https://github.com/postfinance/topf/blob/main/docs/configuration.md
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cluster, Node
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.documents.talos.facts import talos_of
from fabricgen.versions.version import minor_of

DOCS = "https://github.com/postfinance/topf/blob/main/docs/configuration.md"
DEFAULT_FACTORY = "factory.talos.dev"


def works_with(cluster: Cluster) -> bool:
    """Tell whether topf can make this cluster's configs."""
    talos = talos_of(cluster)
    return talos.contract == minor_of(talos.version) and talos.docker is None


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield topf.yaml."""
    if works_with(cluster):
        part = Part(base={}, settings=tuple(_settings(cluster)))
        yield Draft(path="talos/topf.yaml", template="talos/topf.yaml.j2", parts=(part,))


def _settings(cluster: Cluster) -> Iterator[Setting]:
    talos = talos_of(cluster)
    yield setting("clusterName", cluster.name, why="name of the cluster and of its context", source=DOCS)
    url = cluster.endpoint.url
    yield setting("clusterEndpoint", url, why="where kubectl and the nodes find the API", source=DOCS)
    why = "Kubernetes of new nodes; a running cluster is upgraded with `talosctl upgrade-k8s`"
    yield setting("kubernetesVersion", str(cluster.versions.kubernetes), why=why, source=DOCS)
    why = "Talos of the nodes; from 1.14 on, topf 0.6 or newer is needed"
    yield setting("talosVersion", str(talos.version), why=why, source=DOCS)
    if talos.factory != DEFAULT_FACTORY:
        yield setting("factory", talos.factory, why="the image factory of the description", source=DOCS)
    if talos.secureboot:
        why = "the description asks for SecureBoot"
        yield setting("secureboot", value=True, why=why, source=DOCS)
    why = "each machine; its patches are those of all/, of the folder of its role and of node/<host>/, in this order"
    yield setting("nodes", [_node(node) for node in cluster.nodes], why=why, source=DOCS)


def _node(node: Node) -> dict[str, Any]:
    schematic = {"schematicId": f"@schematics/{node.schematic.name}.yaml"} if node.schematic else {}
    return {"host": node.name, "ip": str(node.address), "role": node.role, **schematic}
