"""Everything in talos/: patch files, schematics, and what talhelper, topf or talosctl need to use them.

Fed by the cluster. Configs with secrets are never written here: `talosctl gen config` and its like make them from the
patches.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cluster
from fabricgen.documents.document import Draft
from fabricgen.documents.talos import docker, layers, talhelper, topf

__all__ = ["drafts"]


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield every file of talos/; nothing for a cluster that does not run Talos."""
    if cluster.talos is None:
        return
    patches = tuple(layers.drafts(cluster))
    files = [draft.path.removeprefix(f"{layers.FOLDER}/") for draft in patches]
    yield from patches
    yield from _schematics(cluster)
    yield from talhelper.drafts(cluster, files)
    yield from topf.drafts(cluster)
    yield from docker.drafts(cluster, files)


def _schematics(cluster: Cluster) -> Iterator[Draft]:
    """Yield one file for each schematic: what is posted to the factory, byte for byte, so without a comment."""
    named = {node.schematic.name: node.schematic for node in cluster.nodes if node.schematic is not None}
    for name, schematic in sorted(named.items()):
        yield Draft(
            path=f"talos/schematics/{name}.yaml",
            template="talos/schematics/schematic.yaml.j2",
            context={"schematic": schematic},
        )
