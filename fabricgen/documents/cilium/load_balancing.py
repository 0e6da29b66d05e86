"""How Services are balanced, and who hands out addresses to them.

Fed by the cluster; gives Helm values to `values`. The seed of Maglev stays at the chart's built-in one: it must be
the same on all nodes, which it is.
"""

from collections.abc import Iterator

from fabricgen.charts import has_key
from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.cilium.reasons import chosen, docs
from fabricgen.documents.document import Setting, setting

KUBE_PROXY_FREE = "network/kubernetes/kubeproxy-free/"

MODES = {
    "snat": "answers return through the node that took the request, which puts its own address in",
    "dsr": "answers go from the backend's node straight to the client, and backends see the client's address",
    "hybrid": "TCP answers go from the backend's node straight to the client; UDP returns the way it came",
}
ALGORITHMS = {
    "random": "each connection from outside goes to any backend",
    "maglev": "a connection from outside reaches the same backend through whichever node it comes in",
}
DISPATCHES = {
    "opt": "the Service's address travels to the backend's node as an IP option; no tunnel is needed",
    "ipip": "requests travel to the backend's node wrapped in IP",
    "geneve": "requests travel to the backend's node wrapped in Geneve, which is what DSR needs where a tunnel is on",
}
ACCELERATIONS = {
    "disabled": "no XDP: requests are balanced after the network driver",
    "native": "requests are balanced in the network driver (XDP), which every node's link must support",
    "best-effort": "requests are balanced in the network driver (XDP) where a node's link supports it",
}


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of load balancing; without kube-proxy replacement Cilium ignores most of them."""
    yield _replacement(cluster, cilium)
    if cilium.kube_proxy_replacement:
        yield from _balancing(cilium)
        yield from _socket(cilium)
    yield from _addresses(cluster, cilium)


def _replacement(cluster: Cluster, cilium: Cilium) -> Setting:
    where = "Talos' machine configuration" if cluster.talos is not None else "k3s' configuration"
    why = (
        f"Cilium serves Services in eBPF; kube-proxy is off in {where}"
        if cilium.kube_proxy_replacement
        else f"kube-proxy serves Services; it is on in {where}"
    )
    source = docs(cilium, KUBE_PROXY_FREE)
    return setting("kubeProxyReplacement", cilium.kube_proxy_replacement, why=why, source=source)


def _balancing(cilium: Cilium) -> Iterator[Setting]:
    balancing = cilium.load_balancing
    yield chosen("loadBalancer.mode", balancing.mode, effect=MODES[balancing.mode.value])
    yield chosen("loadBalancer.algorithm", balancing.algorithm, effect=ALGORITHMS[balancing.algorithm.value])
    if (dispatch := balancing.dispatch) is not None:
        source = docs(cilium, f"{KUBE_PROXY_FREE}#direct-server-return-dsr")
        yield setting("loadBalancer.dsrDispatch", dispatch, why=DISPATCHES[dispatch], source=source)
    if (acceleration := balancing.acceleration) is not None:
        source = docs(cilium, f"{KUBE_PROXY_FREE}#loadbalancer-nodeport-xdp-acceleration")
        yield setting(
            "loadBalancer.acceleration", acceleration, why=ACCELERATIONS[acceleration], source=source
        )
    if (size := balancing.maglev_table_size) is not None:
        why = f"entries of each Service's table: even for up to {size // 100} backends"
        source = docs(cilium, f"{KUBE_PROXY_FREE}#maglev-consistent-hashing")
        yield setting("maglev.tableSize", size, why=why, source=source)


def _socket(cilium: Cilium) -> Iterator[Setting]:
    host_only = cilium.socket_lb_host_namespace_only
    if host_only is None:
        return
    why = (
        "pods' sockets are left alone: what runs inside a pod, such as a sidecar or a VM, sees the Service's address"
        if host_only
        else "Services are translated when a pod's socket connects, so packets carry the backend's address from the start"
    )
    source = docs(cilium, f"{KUBE_PROXY_FREE}#socket-loadbalancer-bypass-in-pod-namespace")
    yield setting("socketLB.hostNamespaceOnly", host_only, why=why, source=source)


def _addresses(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the end of Cilium's own allocation where MetalLB does it; before 1.17 it sleeps until there is a pool."""
    if cluster.metallb is None or not has_key("enableLBIPAM", cilium.version):
        return
    why = "MetalLB hands out the addresses of LoadBalancer Services here; two that do would overwrite each other"
    yield setting("enableLBIPAM", value=False, why=why, source=docs(cilium, "network/lb-ipam/"))
