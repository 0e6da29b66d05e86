"""The families of documents, in the order in which their files are built. A new family is one line here."""

from collections.abc import Callable, Iterable

from fabricgen.cluster import Cluster
from fabricgen.documents import (
    bootstrap,
    cilium,
    flux,
    gateway,
    k3s,
    metallb,
    monitoring,
    network,
    policies,
    readme,
    talos,
    vips,
)
from fabricgen.documents.document import Draft

FAMILIES: tuple[Callable[[Cluster], Iterable[Draft]], ...] = (
    flux.drafts,
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
    readme.drafts,
)
