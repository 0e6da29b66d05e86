"""What each dialect gives: the documents of each patch file. Read by `layers`."""

from collections.abc import Callable
from dataclasses import dataclass

from fabricgen.cluster import Cluster, Node
from fabricgen.documents.document import Part

Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """A dialect: for every file the documents in it, none of which may come twice in one file."""

    all_kubernetes: Callable[[Cluster], Parts]
    all_machine: Callable[[Cluster], Parts]
    control_plane: Callable[[Cluster], Parts]
    node_machine: Callable[[Cluster, Node], Parts]
    placement: Callable[[Cluster, Node], Parts]
