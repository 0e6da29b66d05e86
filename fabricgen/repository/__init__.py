"""A GitOps repository as it stands: every YAML document, and what Flux would apply of it, cluster by cluster.

Fed by files, anyone's; read by `fabric`, which infers from it what the network looks like.
"""

from fabricgen.repository.clusters import ClusterItems, split_clusters
from fabricgen.repository.document import Place, SourceDocument
from fabricgen.repository.flux import Layer
from fabricgen.repository.item import Item
from fabricgen.repository.kustomize import Remote
from fabricgen.repository.reading import Repository, find_root, read_repository

__all__ = [
    "ClusterItems",
    "Item",
    "Layer",
    "Place",
    "Remote",
    "Repository",
    "SourceDocument",
    "find_root",
    "read_repository",
    "split_clusters",
]
