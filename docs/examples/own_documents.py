"""Adds documents of one's own to the tree of a cluster: checked, layered and owned like all others.

Run it with a description and a folder: `python docs/examples/own_documents.py clusters/homeops.yaml out`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import fabricgen

_QUOTAS = "https://kubernetes.io/docs/concepts/policy/resource-quotas/"


class QuotaOptions(fabricgen.Options):
    """How much the guests may have."""

    pods: int = 10


def draft_quota(cluster: fabricgen.Cluster, options: QuotaOptions) -> Iterator[fabricgen.Draft]:
    """Yield a namespace for guests and what they may use in it: a share of the nodes."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "guests"}}
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "guests", "namespace": "guests"},
    }
    pods = fabricgen.Setting(
        path=("spec", "hard", "pods"),
        value=str(options.pods * len(cluster.nodes)),
        why=f"{options.pods} pods for each of {len(cluster.nodes)} nodes",
        source=_QUOTAS,
    )
    parts = (fabricgen.Part(base=namespace), fabricgen.Part(base=quota, settings=(pods,)))
    yield fabricgen.Draft(path="infrastructure/guests/guests.yaml", parts=parts)


GUESTS = fabricgen.Component(drafts=draft_quota, options=QuotaOptions, why="what guests may use")


def main(description: Path, output: Path) -> None:
    """Render the description with the guests beside it, and write the tree below `output`."""
    cluster = fabricgen.resolve_cluster(fabricgen.load_file(description))
    cluster = fabricgen.add_component(cluster, GUESTS, name="guests", options={"pods": 5})
    plan = fabricgen.plan_output(fabricgen.render_cluster(cluster), output)
    fabricgen.write_output([plan])
    print(f"{plan.root}: {len(plan.added)} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
