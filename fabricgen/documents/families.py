"""The families of documents, in the order in which their files are built. A new family is one line here.

`FAMILIES` speak of the cluster; `OVER_ALL` speak of what those said, and get their drafts as well.
"""

from collections.abc import Callable, Iterable, Sequence

from fabricgen.cluster import Cluster
from fabricgen.documents import (
    bootstrap,
    cilium,
    components,
    flux,
    gateway,
    k3s,
    layers,
    metallb,
    monitoring,
    namespaces,
    network,
    pictures,
    policies,
    readme,
    sops,
    talos,
    vips,
)
from fabricgen.documents.document import Draft

FAMILIES: tuple[Callable[[Cluster], Iterable[Draft]], ...] = (
    flux.drafts,
    sops.drafts,
    namespaces.drafts,
    cilium.drafts,
    metallb.drafts,
    network.drafts,
    vips.drafts,
    gateway.drafts,
    policies.drafts,
    monitoring.drafts,
    talos.drafts,
    k3s.drafts,
    bootstrap.drafts,
    components.drafts,
)

OVER_ALL: tuple[Callable[[Cluster, Sequence[Draft]], Iterable[Draft]], ...] = (
    layers.drafts,
    pictures.drafts,
    readme.drafts,
)
