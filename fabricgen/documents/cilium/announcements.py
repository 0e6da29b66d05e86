"""Announcing addresses to the LAN: L2 leases with the API budget that they need, and BGP.

Fed by the cluster; gives Helm values to `values`. What is announced stands in cilium-config.
"""

from collections.abc import Iterator

from fabricgen.cluster import L2, Bgp, Cilium, Cluster
from fabricgen.documents.cilium.reasons import chart, docs, told
from fabricgen.documents.document import Setting, setting

# What an agent may ask of the API by default: templates/cilium-configmap.yaml of the chart, Kubernetes 1.27 and later.
DEFAULT_QPS = 10


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of L2 announcements and of BGP."""
    if cilium.l2 is not None:
        yield from _l2(cluster, cilium, cilium.l2)
    if cilium.bgp is not None:
        yield from _bgp(cilium, cilium.bgp)


def _l2(cluster: Cluster, cilium: Cilium, l2: L2) -> Iterator[Setting]:
    source = docs(cilium, "network/l2-announcements/")
    pools = ", ".join(pool.name for pool in cluster.pools if "l2" in pool.announce)
    why = f"one node at a time answers the LAN for each address{f' of {pools}' if pools else ''}{told(l2.because)}"
    yield setting("l2announcements.enabled", value=True, why=why, source=source)
    yield from _leases(l2, source=f"{source}#leases")
    yield from _budget(l2, source=f"{source}#sizing-client-rate-limit")


def _leases(l2: L2, *, source: str) -> Iterator[Setting]:
    why = f"without a sign of life for {l2.lease_duration} another node takes an address over"
    yield setting("l2announcements.leaseDuration", l2.lease_duration, why=why, source=source)
    why = f"the holder renews every {l2.renew_deadline}, so taking over needs {l2.lease_duration} more or less {l2.renew_deadline}"
    yield setting("l2announcements.leaseRenewDeadline", l2.renew_deadline, why=why, source=source)
    why = "time until a renewal that failed is tried again"
    yield setting("l2announcements.leaseRetryPeriod", l2.retry_period, why=why, source=source)


def _budget(l2: L2, *, source: str) -> Iterator[Setting]:
    why = (
        f"requests a second to the API: {l2.services} Services whose leases one node renews every {l2.renew_deadline}, "
        f"and {DEFAULT_QPS} for all else; leases that wait in line let addresses wander"
    )
    yield setting("k8sClientRateLimit.qps", l2.qps, why=why, source=source)
    why = f"room above {l2.qps} for when an agent starts or takes addresses over"
    yield setting("k8sClientRateLimit.burst", l2.burst, why=why, source=source)


def _bgp(cilium: Cilium, bgp: Bgp) -> Iterator[Setting]:
    routers = ", ".join(f"{peer.name} ({peer.address}, AS {peer.asn})" for peer in bgp.peers)
    why = f"nodes, as AS {bgp.asn}, tell {routers} which addresses they have{told(bgp.because)}"
    source = docs(cilium, "network/bgp-control-plane/bgp-control-plane/")
    yield setting("bgpControlPlane.enabled", value=True, why=why, source=source)
    if secrets := sorted({peer.password_secret for peer in bgp.peers if peer.password_secret is not None}):
        why = f"where the passwords of the sessions lie: {', '.join(secrets)}"
        yield setting("bgpControlPlane.secretsNamespace.name", "kube-system", why=why, source=chart(cilium))
