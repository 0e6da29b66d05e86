"""What brings the CNI and Flux up, and the order of commands for this cluster; nothing here is ever synced.

Fed by the cluster. The script and the runbook are two forms of the same steps; the Helm values are those of the
HelmRelease.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cluster
from fabricgen.documents.bootstrap import flux, values
from fabricgen.documents.bootstrap.credentials import Credentials, credentials
from fabricgen.documents.bootstrap.order import order_of
from fabricgen.documents.document import Draft

__all__ = ["Credentials", "credentials", "drafts"]

SCRIPT = "bootstrap/bootstrap.sh"
RUNBOOK = "bootstrap/README.md"


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield Cilium's values, Flux' own objects where no operator makes them, the script and the runbook."""
    if cluster.cilium is not None:
        yield from values.drafts(cluster, cluster.cilium)
    if cluster.flux.operator is None:
        yield flux.sync(cluster)
    context = {
        "order": order_of(cluster),
        "credentials": tuple(one for one in credentials(cluster) if one.early),
    }
    yield Draft(path=SCRIPT, template=f"{SCRIPT}.j2", context=context)
    yield Draft(path=RUNBOOK, template=f"{RUNBOOK}.j2", context=context)
