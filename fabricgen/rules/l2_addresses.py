"""L2 announcements: the addresses that they are for, and how fast another node takes over."""

import math
import re
from collections.abc import Iterator
from typing import Any, Final

from fabricgen.fabric import CiliumRelease, Fabric, UnknownError
from fabricgen.repository import Item
from fabricgen.rules.l2 import SWITCH, is_l2_only, policies_of, value_hit
from fabricgen.rules.rule import Hit, rule

_DOC: Final = "https://docs.cilium.io/en/v1.20/network/l2-announcements/"
_ANNOUNCER: Final = "https://github.com/cilium/cilium/blob/v1.20.2/pkg/l2announcer/l2announcer.go"
_NDP_SINCE: Final = (1, 19)
_LOCAL_SINCE: Final = (1, 20, 2)
_IPV6: Final = 6
# Defaults of cilium-agent, and client-go's JitterFactor: daemon/cmd/daemon_main.go and pkg/l2announcer.
_TIMES: Final = {"leaseDuration": "15s", "leaseRenewDeadline": "5s", "leaseRetryPeriod": "2s"}
_JITTER: Final = 1.2
# Defaults of the chart from Kubernetes 1.27 on; templates/cilium-configmap.yaml.
_QPS: Final = 10
_BURST: Final = 20
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
Path = tuple[str | int, ...]


def _hit(item: Item, path: Path, message: str) -> Hit:
    return Hit(place=item.place(*path), message=message, object=item.label)


@rule(
    "L2A010",
    "warning",
    "Addresses that only L2 announces lie in a network of the nodes",
    why="Other machines ask for an address by ARP only if it is in their own network; else they send to the router, which needs "
    "an address in that network too.",
    source=f"{_DOC}#policies",
    fix="Choose addresses of the nodes' network, or announce them by BGP.",
)
def pool_off_link(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block outside of all networks of nodes, where all of them are told."""
    networks = {network for link in fabric.node_links for network in link.networks}
    if (
        not networks
        or len(fabric.node_links) < len({one.name for one in fabric.nodes})
        or not is_l2_only(fabric)
    ):
        return
    families = {network.version for network in networks}
    for pool in (one for one in fabric.pools if one.owner == "cilium"):
        for block in pool.blocks:
            if block.range.version in families and not any(block.range.within(one) for one in networks):
                listed = ", ".join(sorted(map(str, networks)))
                yield _hit(pool.item, block.path, f"{block.text} is in none of the nodes' networks: {listed}")


@rule(
    "L2A011",
    "warning",
    "A Service with externalTrafficPolicy: Local is not announced by L2",
    why="One node answers for the address whether it runs a pod of the Service or not; without one it drops the traffic.",
    source=f"{_DOC}#limitations",
    fix="Use externalTrafficPolicy: Cluster, or announce by BGP; from Cilium 1.20.2 on only nodes with a pod answer.",
    until="1.20.2",
)
def local_traffic(fabric: Fabric) -> Iterator[Hit]:
    """Yield each such Service where Cilium does not look for pods before it announces."""
    cilium = fabric.cilium
    if cilium is None or not is_l2_only(fabric) or cilium.version is None:
        return
    version = cilium.version
    if (version.major, version.minor, version.patch) >= _LOCAL_SINCE:
        return
    for item in fabric.load_balancer_services:
        everywhere = "kube-apiserver" in item.mapping("spec", "selector").values()
        local = item.get("spec", "externalTrafficPolicy") == "Local" and not item.get(
            "spec", "loadBalancerClass"
        )
        if local and not everywhere:
            message = (
                f"externalTrafficPolicy is Local, and Cilium {version} announces by L2 without regard to pods"
            )
            yield _hit(item, ("spec", "externalTrafficPolicy"), message)


def _seconds(written: object) -> float:
    """Return a duration as Go writes it, in seconds. Raises UnknownError for anything else."""
    text = str(written)
    if not re.fullmatch(r"(\d+(\.\d+)?(ns|us|ms|s|m|h))+", text):
        raise UnknownError
    parts = re.findall(r"([\d.]+)(ns|us|ms|s|m|h)", text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _time(cilium: CiliumRelease, key: str) -> tuple[str, float]:
    written: Any = cilium.value(f"l2announcements.{key}", _TIMES[key])
    return str(written), _seconds(written)


@rule(
    "L2A012",
    "warning",
    "A lease outlives its renewal, and a renewal several tries",
    why="The agent replaces what does not fit by times of its own, and tells it in its log only: failover takes another time than "
    "is written.",
    source=_ANNOUNCER,
    fix="Keep leaseDuration > leaseRenewDeadline > 1.2 x leaseRetryPeriod, and a lease of at least 1s; usual are 15s, 5s and 2s.",
)
def times_do_not_fit(fabric: Fabric) -> Iterator[Hit]:
    """Yield the first of the times that the agent replaces."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on(SWITCH):
        return
    (lease, lasts), (renew, deadline), (retry, period) = (_time(cilium, key) for key in _TIMES)
    if lasts < 1:
        yield value_hit(cilium, "l2announcements.leaseDuration", f"leaseDuration is {lease}, less than 1s")
    elif lasts <= deadline:
        message = f"leaseDuration is {lease}, and leaseRenewDeadline is {renew}"
        yield value_hit(cilium, "l2announcements.leaseDuration", message)
    elif deadline <= _JITTER * period:
        message = f"leaseRenewDeadline is {renew}, and leaseRetryPeriod is {retry}"
        yield value_hit(cilium, "l2announcements.leaseRenewDeadline", message)


@rule(
    "L2A013",
    "warning",
    "Agents may ask the API server often enough to keep their leases",
    why="A node renews a lease for each Service that it answers for; beyond the limit renewals come late, and addresses move from "
    "node to node.",
    source=f"{_DOC}#sizing-client-rate-limit",
    fix="Raise k8sClientRateLimit.qps and .burst, or leaseRenewDeadline with leaseDuration.",
)
def too_few_requests(fabric: Fabric) -> Iterator[Hit]:
    """Yield the limit that the Services which surely have an address go beyond."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on(SWITCH) or not policies_of(fabric):
        return
    services = sum(1 for claim in fabric.claims if claim.asked != "metallb")
    renew, deadline = _time(cilium, "leaseRenewDeadline")
    limit = cilium.value("k8sClientRateLimit.qps", _QPS)
    if isinstance(limit, int | float) and deadline > 0 and services / deadline > limit:
        needed = math.ceil(services / deadline)
        message = (
            f"{services} Services renewed every {renew} are {needed} requests a second, and qps is {limit}"
        )
        yield value_hit(cilium, "k8sClientRateLimit.qps", message)


@rule(
    "L2A014",
    "error",
    "L2 announcements of IPv6 need Cilium 1.19",
    why="Earlier agents answer ARP only, so nothing on the LAN finds an IPv6 address of a Service.",
    source="https://github.com/cilium/cilium/pull/39648",
    fix="Upgrade to Cilium 1.19, or announce IPv6 by BGP.",
    until="1.19",
)
def ipv6_before_ndp(fabric: Fabric) -> Iterator[Hit]:
    """Yield each IPv6 block that only L2 announces."""
    cilium = fabric.cilium
    if cilium is None or not is_l2_only(fabric) or cilium.is_at_least(_NDP_SINCE):
        return
    if not cilium.is_on("ipv6.enabled"):
        return  # Services have no IPv6, so nobody draws from these.
    for pool in (one for one in fabric.pools if one.owner == "cilium"):
        for block in (one for one in pool.blocks if one.range.version == _IPV6):
            message = f"{block.text} is IPv6, and Cilium {cilium.version} announces IPv4 by L2"
            yield _hit(pool.item, block.path, message)


@rule(
    "L2A015",
    "warning",
    "The burst of requests is larger than their rate",
    why="A burst is what gets through at once; smaller than the rate, it is the limit, and leases are renewed late.",
    source=f"{_DOC}#sizing-client-rate-limit",
    fix="Set k8sClientRateLimit.burst to about twice qps.",
)
def burst_below_rate(fabric: Fabric) -> Iterator[Hit]:
    """Yield limits that are set the wrong way round, where leases need them."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on(SWITCH):
        return
    rate = cilium.value("k8sClientRateLimit.qps", _QPS)
    burst = cilium.value("k8sClientRateLimit.burst", _BURST)
    if isinstance(rate, int | float) and isinstance(burst, int) and burst < rate:
        path = (
            "k8sClientRateLimit.burst"
            if cilium.is_set("k8sClientRateLimit.burst")
            else "k8sClientRateLimit.qps"
        )
        yield value_hit(cilium, path, f"qps is {rate}, and burst is {burst}")
