"""What machine configs say of every node and of control planes, whatever the dialect: value, why, source.

Fed by the cluster; the three dialects only decide at which path of which document a fact stands. What is said
of a single node is in `nodes` and `links`.
"""

from dataclasses import dataclass
from typing import Any

from fabricgen.cluster import Cluster, Talos
from fabricgen.documents.document import Setting
from fabricgen.versions.version import format_minor

TALOS_DOCS = "https://docs.siderolabs.com/talos"
GUIDES = "https://docs.siderolabs.com/kubernetes-guides"
DESCRIPTION = "the description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value with its reason and its source, before it has a place."""

    value: Any
    why: str
    source: str

    def at(self, *path: str) -> Setting:
        """Return the setting that puts this fact at a path of a document."""
        return Setting(path=path, value=self.value, why=self.why, source=self.source)


def talos_of(cluster: Cluster) -> Talos:
    """Return the Talos part of a cluster that runs Talos; this family writes nothing for others."""
    assert cluster.talos is not None  # noqa: S101 - drafts() ends early without Talos
    return cluster.talos


def in_docker(cluster: Cluster) -> bool:
    """Tell whether the nodes are containers, which have no disk, no link and no clock of their own."""
    return talos_of(cluster).docker is not None


def reference(cluster: Cluster, page: str) -> str:
    """Return the address of a page of Talos' configuration reference, for the contract of this cluster."""
    contract = format_minor(talos_of(cluster).contract)
    return f"{TALOS_DOCS}/v{contract}/reference/configuration/{page}"


def pod_networks(cluster: Cluster) -> Fact:
    """Return the pod networks, IPv4 first."""
    masks = " and ".join(f"/{mask}" for mask in cluster.networks.node_masks)
    also = "; Cilium takes the node's share from Kubernetes" if cluster.cilium else ""
    return Fact(
        value=[str(network) for network in cluster.networks.pods],
        why=f"addresses of pods, a {masks} for each node ({len(cluster.nodes)} now){also}",
        source=f"{GUIDES}/cni/deploying-cilium",
    )


def service_networks(cluster: Cluster) -> Fact:
    """Return the Service networks, IPv4 first."""
    dns = " and ".join(str(address) for address in cluster.networks.dns_service)
    return Fact(
        value=[str(network) for network in cluster.networks.services],
        why=f"addresses of Services inside the cluster; its DNS answers at {dns}",
        source="https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",
    )


def dns_domain(cluster: Cluster) -> Fact:
    """Return the DNS domain of the cluster."""
    return Fact(
        value=cluster.networks.domain,
        why="names of Services end in it; it cannot change without making the cluster anew",
        source="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    )


def kube_prism_port(cluster: Cluster) -> Fact:
    """Return the port of the API load balancer that Talos runs on each node."""
    port = talos_of(cluster).kube_prism_port
    replaced = cluster.cilium is not None and cluster.cilium.kube_proxy_replacement
    why = (
        f"the API on each node's own localhost:{port}, where Cilium finds it without kube-proxy and without a VIP"
        if replaced
        else f"the API on each node's own localhost:{port}, whichever control plane is up"
    )
    return Fact(value=port, why=why, source=f"{GUIDES}/advanced-guides/kubeprism")


def kube_prism_enabled() -> Fact:
    """Return that the API load balancer runs."""
    return Fact(
        value=True,
        why="nodes reach the API even while the endpoint is away",
        source=f"{GUIDES}/advanced-guides/kubeprism",
    )


def node_ip_subnets(cluster: Cluster) -> Fact:
    """Return the networks from which the kubelet takes the node's address."""
    return Fact(
        value=[str(network) for network in cluster.networks.nodes],
        why="the node's address in Kubernetes is the one in the LAN, never a VIP, a pod's or another link's",
        source=f"{TALOS_DOCS}/v1.12/networking/multihoming",
    )


def etcd_subnets(cluster: Cluster) -> Fact:
    """Return the networks in which etcd tells its members to look for it."""
    return Fact(
        value=[str(network) for network in cluster.networks.nodes],
        why="etcd's members reach each other over the LAN, never over a VIP or a pod network",
        source=f"{TALOS_DOCS}/v1.12/networking/multihoming",
    )


def host_dns_enabled() -> Fact:
    """Return that the node's caching resolver runs."""
    return Fact(
        value=True,
        why="each node caches names, so that it resolves them while an upstream server is away",
        source=f"{TALOS_DOCS}/v1.12/networking/host-dns",
    )


def forward_dns(cluster: Cluster) -> Fact:
    """Return whether cluster DNS asks the node's caching resolver."""
    choice = talos_of(cluster).forward_dns_to_host
    return Fact(value=choice.value, why=choice.why, source=choice.source)


def name_servers(cluster: Cluster) -> Fact | None:
    """Return the addresses of the nodes' resolvers; None where DHCP brings them, or in containers."""
    networks = cluster.networks
    from_dhcp = not networks.static and networks.dns_servers == networks.routers
    if not networks.dns_servers or from_dhcp or in_docker(cluster):
        return None
    who = "the router" if networks.dns_servers == networks.routers else "as the description says"
    return Fact(
        value=[str(server) for server in networks.dns_servers],
        why=f"the nodes' resolvers ({who}); without them Talos would ask 1.1.1.1 and 8.8.8.8",
        source=f"{TALOS_DOCS}/v1.12/networking/configuration/resolvers",
    )


def time_servers(cluster: Cluster) -> Fact | None:
    """Return the NTP servers; None where Talos' own stays, or in containers, which share the host's clock."""
    if not cluster.networks.time_servers or in_docker(cluster):
        return None
    return Fact(
        value=list(cluster.networks.time_servers),
        why="the nodes' clocks follow these servers; certificates and etcd need them to agree",
        source=f"{TALOS_DOCS}/v1.12/networking/configuration/time",
    )


def sysctls(cluster: Cluster) -> dict[str, Fact]:
    """Return the kernel parameters that the description asks for, by name."""
    asked = talos_of(cluster).sysctls
    why = "kernel parameter that the description asks for"
    return {key: Fact(value=value, why=why, source=DESCRIPTION) for key, value in asked.items()}


def kernel_modules(cluster: Cluster) -> tuple[Fact, ...]:
    """Return the names of the kernel modules to load; none in containers, where the kernel is the host's."""
    names = () if in_docker(cluster) else talos_of(cluster).kernel_modules
    why = "kernel module that the description asks for"
    return tuple(Fact(value=name, why=why, source=DESCRIPTION) for name in names)


def machine_cert_sans(cluster: Cluster) -> Fact | None:
    """Return names and addresses that go into the certificate of Talos' API beside the node's own."""
    shared = [cluster.endpoint.host] if cluster.endpoint.node is None else []
    names = _unique(*shared, *_vip(cluster), *talos_of(cluster).cert_sans)
    if not names:
        return None
    return Fact(
        value=names,
        why="talosctl trusts a node under these names and addresses too, not only under its own",
        source=reference(cluster, "v1alpha1/config"),
    )


def api_cert_sans(cluster: Cluster) -> Fact | None:
    """Return what goes into the API server's certificate beside the endpoint, which is in it anyway."""
    names = [
        name
        for name in _unique(*_vip(cluster), *talos_of(cluster).cert_sans)
        if name != cluster.endpoint.host
    ]
    if not names:
        return None
    return Fact(
        value=names,
        why=f"kubectl trusts the API under these too; {cluster.endpoint.host} and the nodes are in it anyway",
        source=reference(cluster, "v1alpha1/config"),
    )


def _vip(cluster: Cluster) -> list[str]:
    return [str(cluster.endpoint.vip)] if cluster.endpoint.vip else []


def _unique(*names: str) -> list[str]:
    return list(dict.fromkeys(names))


def no_cni() -> Fact:
    """Return the reason why Talos deploys no CNI; each dialect says it in its own way."""
    return Fact(
        value="none",
        why="Cilium is the pod network; Talos would deploy Flannel beside it",
        source=f"{GUIDES}/cni/deploying-cilium",
    )


def flannel(cluster: Cluster) -> Fact:
    """Return that Talos deploys Flannel."""
    return Fact(
        value="flannel",
        why=cluster.flannel_because or "the pod network that comes with Talos",
        source=f"{GUIDES}/cni/flannel",
    )


def replaces_kube_proxy(cluster: Cluster) -> bool:
    """Tell whether Cilium does kube-proxy's work, so that there must be none."""
    return cluster.cilium is not None and cluster.cilium.kube_proxy_replacement


KUBE_PROXY_OFF_WHY = (
    "Cilium does its work; with both, each would translate Service addresses behind the other's back"
)
KUBE_PROXY_OFF_SOURCE = "https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/"
