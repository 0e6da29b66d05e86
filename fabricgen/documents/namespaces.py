"""Namespaces that the tree puts objects into, and that somebody else may have made already.

Fed by policies, Gateways, Services and dashboards of the cluster; a layer of its own, so that each is in one place.
What this tree brings itself (kube-system, flux-system, metallb-system) stands with its release.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.document import Draft, Part
from fabricgen.documents.flux import FLUX, PRUNE_DISABLED
from fabricgen.documents.metallb import NAMESPACE as METALLB

PATH = "infrastructure/namespaces/namespaces.yaml"
WELL_KNOWN = frozenset({"default", "kube-system", "kube-public", "kube-node-lease", FLUX})
# Create what is missing and then leave it alone: the namespace belongs to whoever runs in it.
ONLY_CREATE = {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield namespaces.yaml, if any namespace is needed."""
    if names := needed(cluster):
        yield Draft(path=PATH, template=f"{PATH}.j2", parts=tuple(_namespace(name) for name in names))


def needed(cluster: Cluster) -> tuple[str, ...]:
    """Return the namespaces that must be there before what this tree puts into them, sorted."""
    named = {service.namespace for vip in cluster.vips for service in vip.services if service.ports}
    if cluster.cilium is not None:
        named.update(_of_cilium(cluster.cilium))
    own = {METALLB} if cluster.metallb is not None else set()
    return tuple(sorted(named - WELL_KNOWN - own))


def _of_cilium(cilium: Cilium) -> Iterator[str]:
    if cilium.policies is not None:
        yield from cilium.policies.default_deny
        yield from (one.namespace for one in cilium.policies.allow if one.namespace is not None)
    if cilium.gateway_api is not None:
        yield from (gateway.namespace for gateway in cilium.gateway_api.gateways)
    if cilium.monitoring.dashboards != "none":
        # The chart puts the dashboards' ConfigMaps there, and Helm fails where it cannot.
        yield cilium.monitoring.namespace


def _namespace(name: str) -> Part:
    metadata = {"name": name, "annotations": {**PRUNE_DISABLED, **ONLY_CREATE}}
    return Part(base={"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
