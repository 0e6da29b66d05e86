"""Addresses for Services and who answers for them on the LAN: pools and L2 policies of Cilium.

Fed by the address plan; their CRDs exist only once Cilium's operator has run, hence a layer of its own. What is
told to routers is in `bgp`. Sources: lb-ipam.rst and l2-announcements.rst of Cilium's documentation, operator/pkg/lbipam.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fabricgen.addresses import AddressRange
from fabricgen.cluster import L2, Cilium, Cluster, Pool, Selector
from fabricgen.documents import bgp
from fabricgen.documents.cilium.reasons import docs
from fabricgen.documents.document import Draft, Part, Setting, setting
from fabricgen.versions.cilium import api_version
from fabricgen.versions.version import minor_of

FOLDER = "infrastructure/cilium-config"
LB_IPAM = "network/lb-ipam/"
L2_PAGE = "network/l2-announcements/"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
EVERYTHING = "default"
# "does not support IPv6/NDP" stands in l2-announcements.rst up to v1.18.11, no longer at v1.19.7.
_NEIGHBOUR_DISCOVERY_SINCE = (1, 19)


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield pools.yaml, l2.yaml and bgp.yaml, each only if Cilium has something to say there."""
    cilium = cluster.cilium
    if cilium is None:
        return
    served = () if cluster.metallb is not None else tuple(pool for pool in cluster.pools if pool.blocks)
    files = {
        "pools": tuple(_pool(cilium, pool) for pool in served),
        "l2": tuple(_l2_policies(cluster, cilium, served)),
        "bgp": tuple(bgp.parts(cluster, cilium, announced(served, by="bgp"))),
    }
    for name, parts in files.items():
        if parts:
            yield Draft(path=f"{FOLDER}/{name}.yaml", template=f"{FOLDER}/{name}.yaml.j2", parts=parts)


def announced(pools: Iterable[Pool], *, by: str) -> dict[str, dict[str, Any]]:
    """Return selectors of the Services that may hold an address of the pools announced so, by pool; {} means all.

    An open pool may serve any Service, and a Service may get its address from any pool that selects it: so one
    open pool means all Services. To announce too much costs a lease or a route, to announce too little an outage.
    """
    wanted = {pool.name: service_selector(pool.selector) for pool in pools if by in pool.announce}
    if all(wanted.values()):
        return wanted
    return {EVERYTHING: {}}


def _base(cilium: Cilium, kind: str, name: str) -> dict[str, Any]:
    return {"apiVersion": api_version(kind, cilium.version), "kind": kind, "metadata": {"name": name}}


def _pool(cilium: Cilium, pool: Pool) -> Part:
    settings = tuple(one.under("spec") for one in _pool_settings(cilium, pool))
    return Part(base=_base(cilium, "CiliumLoadBalancerIPPool", pool.name), settings=settings)


def _pool_settings(cilium: Cilium, pool: Pool) -> Iterator[Setting]:
    ranges = docs(cilium, f"{LB_IPAM}#cidrs-ranges-and-reserved-ips")
    blocks = [block_of(block) for block in pool.blocks]
    yield setting("blocks", blocks, why=_blocks_why(pool), source=ranges)
    if match := service_selector(pool.selector):
        why = (
            f"only what holds {pool.vip}"
            if pool.vip is not None
            else "only the Services that the description names for this pool"
        )
        yield setting("serviceSelector", match, why=why, source=docs(cilium, f"{LB_IPAM}#service-selectors"))
    if any("cidr" in block for block in blocks):
        why = "the first and last address of a CIDR too: those of the LAN are left out already"
        yield setting("allowFirstLastIPs", "Yes", why=why, source=ranges)


def block_of(block: AddressRange) -> dict[str, str]:
    """Return a block as a CIDR where it is one, else by its first and last address."""
    networks = block.networks()
    if len(networks) == 1 and block.size > 1:
        return {"cidr": str(networks[0])}
    return {"start": str(block.first), "stop": str(block.last)}


def _blocks_why(pool: Pool) -> str:
    if pool.vip is not None:
        return f"the address that is pinned to {pool.vip}, in a pool of its own so that no other Service can take it"
    return f"{count(pool.size)}{left_out(pool)}"


def count(addresses: int) -> str:
    """Return how many addresses, in words."""
    return "1 address" if addresses == 1 else f"{addresses} addresses"


def left_out(pool: Pool) -> str:
    """Return what became of a pool as it was written: what of it is taken, and by whom."""
    written = ", ".join(str(block) for block in pool.written)
    if not pool.taken:
        return f", as written: {written}"
    owners = ", ".join(f"{hole} ({owner})" for hole, owner in pool.taken)
    return f": {written} without what is taken: {owners}"


def service_selector(selector: Selector) -> dict[str, Any]:
    """Return a Cilium label selector over Services; empty means all. Names and namespaces are pseudo-labels."""
    expressions = [
        {"key": f"io.kubernetes.service.{key}", "operator": "In", "values": list(values)}
        for key, values in (("namespace", selector.namespaces), ("name", selector.names))
        if values
    ]
    match: dict[str, Any] = {"matchLabels": dict(selector.labels)} if selector.labels else {}
    return {**match, "matchExpressions": expressions} if expressions else match


def _l2_policies(cluster: Cluster, cilium: Cilium, served: tuple[Pool, ...]) -> Iterator[Part]:
    l2 = cilium.l2
    if l2 is None:
        return
    for name, match in (announced(served, by="l2") or {EVERYTHING: {}}).items():
        settings = tuple(one.under("spec") for one in _l2_settings(cluster, cilium, l2))
        chosen = (_chosen(cilium, name, match).under("spec"),) if match else ()
        yield Part(base=_base(cilium, "CiliumL2AnnouncementPolicy", name), settings=(*settings, *chosen))


def _l2_settings(cluster: Cluster, cilium: Cilium, l2: L2) -> Iterator[Setting]:
    how = (
        "ARP and neighbour discovery"
        if 6 in cluster.networks.families and minor_of(cilium.version) >= _NEIGHBOUR_DISCOVERY_SINCE  # noqa: PLR2004 - IPv6
        else "ARP"
    )
    why = f"LoadBalancer addresses are answered for, by {how}; a policy that names neither kind announces nothing"
    yield setting("loadBalancerIPs", value=True, why=why, source=docs(cilium, f"{L2_PAGE}#ip-types"))
    if l2.interfaces:
        why = "only on these links, as Go regular expressions; they must be among Cilium's devices"
        source = docs(cilium, f"{L2_PAGE}#interfaces")
        yield setting("interfaces", list(l2.interfaces), why=why, source=source)
    if nodes := _announcers(l2):
        source = docs(cilium, f"{L2_PAGE}#node-selector")
        yield setting("nodeSelector", nodes, why=_announcers_why(cluster, l2), source=source)


def _chosen(cilium: Cilium, pool: str, match: dict[str, Any]) -> Setting:
    why = f"only Services that may hold an address of {pool}; the other pools are not announced by ARP"
    return setting("serviceSelector", match, why=why, source=docs(cilium, f"{L2_PAGE}#service-selector"))


def _announcers(l2: L2) -> dict[str, Any]:
    if l2.node_labels:
        return {"matchLabels": dict(l2.node_labels)}
    if l2.exclude_control_planes:
        return {"matchExpressions": [{"key": CONTROL_PLANE, "operator": "DoesNotExist"}]}
    return {}


def _announcers_why(cluster: Cluster, l2: L2) -> str:
    if l2.node_labels:
        return "only nodes with these labels answer for addresses, as the description asks"
    workers = len(cluster.workers)
    who = "the worker answers" if workers == 1 else f"the {workers} workers answer"
    return f"{who} for addresses, so that traffic of Services does not pass the control planes"
