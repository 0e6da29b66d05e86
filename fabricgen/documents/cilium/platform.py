"""What the operating system below decides: how agents reach the API, and what Talos grants or denies them.

Fed by the cluster; gives Helm values to `values`. The CNI's folders stay at the chart's defaults on k3s too:
with flannel off its containerd reads /etc/cni/net.d and /opt/cni/bin.
"""

from collections.abc import Iterator

from fabricgen.cluster import Cilium, Cluster, Talos
from fabricgen.documents.cilium.reasons import chart, docs
from fabricgen.documents.document import Setting, setting
from fabricgen.versions.k3s import LOCAL_API_PORT
from fabricgen.versions.version import Minor, format_minor, minor_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
KUBE_PROXY_FREE = "network/kubernetes/kubeproxy-free/"
KUBE_PRISM = "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism"
K3S_AGENT = "https://docs.k3s.io/cli/agent"

# The chart's own lists without SYS_MODULE:
# https://github.com/cilium/cilium/blob/v1.20.1/install/kubernetes/cilium/values.yaml (securityContext.capabilities)
AGENT_CAPABILITIES = (
    "CHOWN",
    "KILL",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "SYS_ADMIN",
    "SYS_RESOURCE",
    "DAC_OVERRIDE",
    "FOWNER",
    "SETGID",
    "SETUID",
)
CLEANUP_CAPABILITIES = ("NET_ADMIN", "SYS_ADMIN", "SYS_RESOURCE")
SYSLOG_SINCE: Minor = (1, 19)


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values that follow from the operating system."""
    if cilium.kube_proxy_replacement:
        yield from _api(cluster, cilium)
    if cluster.talos is not None:
        yield from _cgroups(cilium)
        yield from _capabilities(cilium, cluster.talos)


def _api(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    way, port, source = _way_to_the_api(cluster, cilium)
    why = f"{way}; without kube-proxy no Service leads to the API until Cilium itself runs"
    yield setting("k8sServiceHost", cilium.api_host, why=why, source=docs(cilium, KUBE_PROXY_FREE))
    yield setting("k8sServicePort", cilium.api_port, why=port, source=source)


def _way_to_the_api(cluster: Cluster, cilium: Cilium) -> tuple[str, str, str]:
    """Return what answers at the API's host, what at its port, and the source of both."""
    if cilium.api_host not in LOOPBACK:
        url = cluster.endpoint.url
        return f"the API's address on the network, {url}", f"the port of {url}", docs(cilium, KUBE_PROXY_FREE)
    if cluster.talos is not None:
        way = "KubePrism, Talos' balancer on every node, finds an API server that answers, whichever is down"
        return way, f"KubePrism's port in Talos' machine configuration, {cilium.api_port}", KUBE_PRISM
    way = "k3s leads to the API from every node's own loopback address, whichever server is down"
    if cilium.api_port != LOCAL_API_PORT:
        return way, f"k3s' port on the loopback address, {cilium.api_port}", K3S_AGENT
    return way, f"{LOCAL_API_PORT} answers on servers and agents alike, 6443 only on servers", K3S_AGENT


def _cgroups(cilium: Cilium) -> Iterator[Setting]:
    source = docs(cilium, "installation/k8s-install-talos-linux/")
    why = "Talos has mounted cgroup v2 already; Cilium uses that mount instead of making its own"
    yield setting("cgroup.autoMount.enabled", value=False, why=why, source=source)
    why = "where Talos has cgroup v2; the chart's default is where Cilium's own mount would be"
    yield setting("cgroup.hostRoot", "/sys/fs/cgroup", why=why, source=source)


def _capabilities(cilium: Cilium, talos: Talos) -> Iterator[Setting]:
    """Yield the lists of capabilities. A list replaces the chart's, so each stands here whole."""
    minor = format_minor(minor_of(talos.version))
    why = "the chart's list without SYS_MODULE: Talos lets no container load kernel modules, and would not start it"
    yield setting(
        "securityContext.capabilities.ciliumAgent",
        _agent_capabilities(cilium),
        why=why,
        source=f"https://docs.siderolabs.com/talos/v{minor}/learn-more/process-capabilities",
    )
    why = "the same for the container that clears old state away: the chart's list without SYS_MODULE"
    source = f"{docs(cilium, 'installation/k8s-install-talos-linux/')}, {chart(cilium)}"
    yield setting(
        "securityContext.capabilities.cleanCiliumState", CLEANUP_CAPABILITIES, why=why, source=source
    )


def _agent_capabilities(cilium: Cilium) -> tuple[str, ...]:
    """Return what the agent asks for; from 1.19 on also to read the kernel's log."""
    log = ("SYSLOG",) if minor_of(cilium.version) >= SYSLOG_SINCE else ()
    return (*AGENT_CAPABILITIES, *log)
