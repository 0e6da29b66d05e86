"""What is off, and why: for the cluster's README.

Fed by the cluster. Where the description gives no reason, the cluster's own facts do.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cilium, Cluster, Hubble
from fabricgen.documents.cilium.datapath import bbr_where, pods_of
from fabricgen.documents.cilium.observability import watched
from fabricgen.documents.cilium.overhead import wireguard_bytes

Off = tuple[str, str]


def off(cluster: Cluster) -> tuple[Off, ...]:
    """Return each feature of Cilium that is off, with the reason, in a fixed order; empty without Cilium."""
    cilium = cluster.cilium
    return () if cilium is None else tuple(_off(cluster, cilium))


def _off(cluster: Cluster, cilium: Cilium) -> Iterator[Off]:
    yield from _families(cluster)
    yield from _balancing(cilium)
    yield from _announcements(cluster, cilium)
    yield from _security(cluster, cilium)
    if cilium.gateway_api is None:
        yield "Gateway API", _reason(cilium, "gatewayAPI", "the description has no Gateway")
    yield from _hubble(cilium.hubble)
    yield from _monitoring(cilium)
    yield from _pacing(cilium)


def _reason(cilium: Cilium, key: str, otherwise: str) -> str:
    """Return the description's reason for what it switches off, else that nobody asked for it."""
    return cilium.off_because.get(key) or f"not asked for: {otherwise}"


def _families(cluster: Cluster) -> Iterator[Off]:
    for family in (4, 6):
        if pods_of(cluster, family) is None:
            yield f"IPv{family}", f"the description gives pods no IPv{family} network"


def _balancing(cilium: Cilium) -> Iterator[Off]:
    if not cilium.kube_proxy_replacement:
        yield (
            "kube-proxy replacement",
            "kube-proxy stays, as the description asks; then much else cannot be on",
        )
    elif cilium.load_balancing.acceleration in {None, "disabled"}:
        yield (
            "XDP acceleration",
            "needs drivers with native XDP on the nodes' links; boards and virtual machines often have none",
        )


def _announcements(cluster: Cluster, cilium: Cilium) -> Iterator[Off]:
    if cluster.metallb is not None:
        because = cluster.metallb.because or "MetalLB hands out the addresses"
        yield "Addresses from Cilium (LB IPAM)", because
    if cilium.l2 is None:
        yield "L2 announcements", _no_l2(cluster)
    if cilium.bgp is None:
        yield "BGP", "the description names no router to peer with"


def _no_l2(cluster: Cluster) -> str:
    if cluster.metallb is not None:
        return "MetalLB announces the addresses"
    return (
        "the pools are announced by BGP"
        if cluster.pools
        else "there is no pool whose addresses could be announced"
    )


def _security(cluster: Cluster, cilium: Cilium) -> Iterator[Off]:
    if cilium.encryption is None:
        yield "Encryption between nodes", _no_encryption(cluster, cilium)
    elif not cilium.encryption.strict:
        yield (
            "Strict encryption",
            "not asked for: a packet to a pod that is not known yet may leave its node unencrypted",
        )
    if cilium.host_firewall is None:
        yield (
            "Host firewall",
            _reason(cilium, "hostFirewall", "policies cover pods, not the nodes themselves"),
        )
    if cilium.policies is None:
        yield "Network policies", "not asked for: every pod may talk to everything"
    if not cilium.l7_proxy:
        yield (
            "L7 proxy",
            "switched off in the description; policies that look into HTTP or name hosts cannot work",
        )


def _no_encryption(cluster: Cluster, cilium: Cilium) -> str:
    if because := cilium.off_because.get("encryption"):
        return because
    if len(cluster.nodes) == 1:
        return "with one node nothing travels between nodes"
    lan = " and ".join(str(network) for network in cluster.networks.nodes)
    size = wireguard_bytes(cilium.version)
    return f"not asked for: who is on {lan} can read pods' traffic; WireGuard would take {size} bytes a packet, and CPU"


def _hubble(hubble: Hubble) -> Iterator[Off]:
    if not hubble.enabled:
        yield (
            "Hubble",
            hubble.because or "not asked for; recording flows costs agents memory and some of their speed",
        )
    elif hubble.ui is None:
        yield "Hubble UI", "not asked for; the hubble command shows the same flows"


def _monitoring(cilium: Cilium) -> Iterator[Off]:
    monitoring = cilium.monitoring
    if not watched(monitoring):
        why = (
            monitoring.because
            or "not asked for; ServiceMonitors need prometheus-operator, dashboards a Grafana"
        )
        yield "Metrics and dashboards", why
    elif monitoring.dashboards == "none":
        yield "Dashboards", "not asked for"


def _pacing(cilium: Cilium) -> Iterator[Off]:
    manager = cilium.bandwidth_manager
    if manager is None:
        why = "pods' kubernetes.io/egress-bandwidth has no effect"
        yield "Bandwidth manager", _reason(cilium, "bandwidthManager", why)
        return
    if not manager.bbr:
        yield "BBR", "not asked for: connections share links with the kernel's usual CUBIC"
        return
    if bbr_where(cilium) != "pods":
        why = (
            "it needs eBPF host routing, which is off: through the host's stack packets lose what paces them"
        )
        only = (
            "; only the hosts' own processes have it"
            if bbr_where(cilium)
            else "; for hosts alone Cilium has it from 1.18 on"
        )
        yield "BBR for pods", why + only
