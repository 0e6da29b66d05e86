"""How packets travel: IP families, pods' addresses, routing, masquerading, links, other CNIs, pacing.

Fed by the cluster; gives Helm values to `values`.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from fabricgen.addresses import Network
from fabricgen.charts import has_key
from fabricgen.cluster import BandwidthManager, Cilium, Cluster
from fabricgen.documents.cilium.overhead import costs, link_mtu, pod_mtu
from fabricgen.documents.cilium.reasons import chart, chosen, docs, told
from fabricgen.documents.document import Setting, setting

CHART_PODS = IPv4Network("10.0.0.0/8")
KUBE_PROXY_FREE = "network/kubernetes/kubeproxy-free/"

# https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules
DEFAULT_PORTS = {"vxlan": 8472, "geneve": 6081}


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of the data path."""
    yield from _families(cluster, cilium)
    yield from _pod_addresses(cluster, cilium)
    yield from _routing(cluster, cilium)
    yield from _leaving(cilium)
    yield from _links(cluster, cilium)
    if cilium.bandwidth_manager is not None:
        yield from _pacing(cilium, cilium.bandwidth_manager)


def pods_of(cluster: Cluster, family: int) -> Network | None:
    """Return the pod network of an IP family, 4 or 6; None if pods have no such addresses."""
    return next((network for network in cluster.networks.pods if network.version == family), None)


def _families(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    for family in (4, 6):
        pods = pods_of(cluster, family)
        why = f"pods have addresses out of {pods}" if pods else f"the pod network has no IPv{family}"
        yield setting(f"ipv{family}.enabled", pods is not None, why=why, source=chart(cilium))


def _pod_addresses(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    pool = cilium.ipam.value == "cluster-pool"
    effect = (
        "Cilium's operator gives each node its share of the pod network"
        if pool
        else "pods get addresses from the share of the pod network that Kubernetes gave their node"
    )
    yield chosen("ipam.mode", cilium.ipam, effect=effect)
    if pool:
        yield from _cluster_pool(cluster, cilium)


def _cluster_pool(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    source = docs(cilium, "network/concepts/ipam/cluster-pool/")
    for pods, mask in zip(cluster.networks.pods, cluster.networks.node_masks, strict=True):
        key = f"ipam.operator.clusterPoolIPv{pods.version}"
        yield setting(f"{key}PodCIDRList", [str(pods)], why=_pool_why(cluster, pods), source=source)
        shares = 2 ** (mask - pods.prefixlen)
        why = f"a share for each node: {shares} fit into {pods}, there are {len(cluster.nodes)} nodes"
        yield setting(f"{key}MaskSize", mask, why=why, source=source)


def _pool_why(cluster: Cluster, pods: Network) -> str:
    why = f"the pod network of this cluster, {pods}"
    if pods.version != CHART_PODS.version:
        return why
    inside = [
        str(one)
        for one in cluster.networks.nodes
        if isinstance(one, IPv4Network) and one.overlaps(CHART_PODS)
    ]
    return f"{why}; the chart would take {CHART_PODS}{f', which holds the nodes in {inside[0]}' if inside else ''}"


def _routing(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    routing = cilium.routing
    native = routing.mode.value == "native"
    effect = (
        "packets between nodes travel as they are"
        if native
        else f"packets between nodes are wrapped, at {costs(cluster, cilium)}"
    )
    yield chosen("routingMode", routing.mode, effect=effect)
    if native:
        yield from _native(cluster, cilium)
    if not native or cilium.load_balancing.dispatch == "geneve":
        yield from _tunnel(cilium, native=native)


def _native(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    source = docs(cilium, "network/concepts/routing/#native-routing")
    for pods in cluster.networks.pods:
        why = f"what the nodes route without masquerading: {pods} and nothing else, so that the LAN sees nodes' addresses"
        yield setting(f"ipv{pods.version}NativeRoutingCIDR", str(pods), why=why, source=source)
    direct = cilium.routing.direct_node_routes
    effect = (
        f"each of the {len(cluster.nodes)} nodes is told the way to the others' pods"
        if direct.value
        else "routes between nodes come from elsewhere, such as routers or BGP"
    )
    yield chosen("autoDirectNodeRoutes", direct, effect=effect)


def _tunnel(cilium: Cilium, *, native: bool) -> Iterator[Setting]:
    protocol, port = cilium.routing.protocol, cilium.routing.port
    source = docs(cilium, "network/concepts/routing/#encapsulation")
    if native:
        why = f"requests that are handed to another node travel in {protocol}; packets between pods do not"
    else:
        why = f"nodes send each other pods' packets in {protocol}, UDP port {port or DEFAULT_PORTS[protocol]}"
    yield setting("tunnelProtocol", protocol, why=why, source=source)
    if port is not None:
        why = f"instead of {DEFAULT_PORTS[protocol]}, as the description asks; firewalls between nodes must let it through"
        yield setting("tunnelPort", port, why=why, source=source)


def _leaving(cilium: Cilium) -> Iterator[Setting]:
    masquerade, legacy = cilium.bpf_masquerade, cilium.host_legacy_routing
    effect = (
        "packets that leave the cluster get their node's address in eBPF"
        if masquerade.value
        else "packets that leave the cluster get their node's address in iptables"
    )
    yield chosen("bpf.masquerade", masquerade, effect=effect)
    effect = (
        "packets pass the host's own stack and its iptables"
        if legacy.value
        else "packets skip the host's own stack (eBPF host routing)"
    )
    yield chosen("bpf.hostLegacyRouting", legacy, effect=effect)


def _links(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    if cilium.mtu is not None:
        links, pods = link_mtu(cluster, cilium), pod_mtu(cluster, cilium)
        left = f"pods get {pods}, after {costs(cluster, cilium)}" if pods < links else "pods get them all"
        why = f"links carry {links} bytes; {left}"
        yield setting("MTU", cilium.mtu, why=why, source=docs(cilium, "network/concepts/routing/"))
    if cilium.devices:
        why = "Cilium works on these links only, on every node; without this it takes those with a node's address or default route"
        source = docs(cilium, f"{KUBE_PROXY_FREE}#nodeport-devices-port-and-bind-settings")
        yield setting("devices", cilium.devices, why=why, source=source)
    if cilium.multus:
        why = "Multus has its own file in /etc/cni/net.d; Cilium would rename it to *.cilium_bak"
        yield setting("cni.exclusive", value=False, why=why, source=chart(cilium))


def _pacing(cilium: Cilium, manager: BandwidthManager) -> Iterator[Setting]:
    source = docs(cilium, "network/kubernetes/bandwidth-manager/")
    why = f"pods keep to their kubernetes.io/egress-bandwidth, and packets leave paced{told(manager.because)}"
    yield setting("bandwidthManager.enabled", value=True, why=why, source=source)
    if not bbr_where(cilium):
        return
    host_only = manager.bbr_host_namespace_only
    who = "processes of the hosts" if host_only else "pods"
    why = f"{who} send with BBR, which keeps its speed where packets get lost on the way"
    yield setting("bandwidthManager.bbr", value=True, why=why, source=f"{source}#bbr-for-pods")
    if host_only:
        why = "pods cannot have BBR here: on the way through the host's stack their packets lose what paces them"
        yield setting(
            "bandwidthManager.bbrHostNamespaceOnly", value=True, why=why, source=f"{source}#bbr-for-the-host"
        )


def bbr_where(cilium: Cilium) -> str:
    """Return who sends with BBR: "pods", "hosts", or empty for nobody.

    Where pods cannot, agents before 1.18 would refuse to start, since they cannot leave it to the hosts.
    """
    manager = cilium.bandwidth_manager
    if manager is None or not manager.bbr:
        return ""
    if not manager.bbr_host_namespace_only:
        return "pods"
    return "hosts" if has_key("bandwidthManager.bbrHostNamespaceOnly", cilium.version) else ""
