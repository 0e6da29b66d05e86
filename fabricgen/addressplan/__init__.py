"""Address plans: which network or address is whose, what overlaps, what is free.

Fed by resolved clusters and inferred fabrics, one type for both; printed by `fabricgen addresses`.
"""

from pathlib import Path

from fabricgen import pipeline
from fabricgen.addressplan.of_cluster import plan_of_cluster
from fabricgen.addressplan.of_fabric import plan_of_fabric
from fabricgen.addressplan.plan import AddressPlan, Entry, Overlap, PodShares, PoolRoom
from fabricgen.addressplan.suggestion import Suggestion, suggest
from fabricgen.fabric import infer
from fabricgen.lint import plan_paths
from fabricgen.load import load_file
from fabricgen.repository import split_clusters

__all__ = [
    "AddressPlan",
    "Entry",
    "Overlap",
    "PodShares",
    "PoolRoom",
    "Suggestion",
    "plan_of_cluster",
    "plan_of_fabric",
    "plans_at",
    "suggest",
]


def plans_at(path: Path) -> tuple[AddressPlan, ...]:
    """Return the plan of each cluster that a description, a folder of them, or a repository is about.

    A cluster of a repository that nothing tells an address of has no plan.

    Raises:
        ProblemsError: there is nothing at the path, or a description is wrong.
    """
    found = plan_paths([path])
    clusters = [pipeline.resolve_cluster(load_file(one)) for one in found.descriptions]
    fabrics = [infer(one) for tree in found.trees for one in split_clusters(tree.files.repository())]
    told = [plan_of_fabric(one) for one in fabrics]
    return (*map(plan_of_cluster, clusters), *(one for one in told if one.entries))
