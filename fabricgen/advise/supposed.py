"""Which Cilium is looked at where a description considers none. Fed by the cluster; used by `fabricgen advise`."""

from fabricgen.cluster import Cluster
from fabricgen.versions.cilium import CILIUM
from fabricgen.versions.version import Version, minor_of


def supposed_version(cluster: Cluster) -> Version:
    """Return the newest Cilium that upstream tests with this Kubernetes; the newest of all where it tests none."""
    kubernetes = minor_of(cluster.versions.kubernetes)
    tested = (one.newest for one in CILIUM.values() if one.kubernetes_min <= kubernetes <= one.kubernetes_max)
    return max(tested, default=max(one.newest for one in CILIUM.values()))
