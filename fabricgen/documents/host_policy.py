"""The hosts' own policy: what nodes must receive to stay a cluster and to stay manageable.

Fed by `Cluster.cilium.host_firewall`. Sources: https://docs.cilium.io/en/stable/security/host-firewall/ ,
https://docs.siderolabs.com/talos/v1.12/networking/ingress-firewall/ , https://docs.k3s.io/installation/requirements .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.document import Part, Setting, setting
from fabricgen.versions.cilium import api_version

DOCS = "https://docs.cilium.io/en/stable/security/host-firewall"
PORTS = "https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def parts(cluster: Cluster, cilium: Cilium) -> Iterator[Part]:
    """Yield the policy of all nodes and that of the control planes, unless the description wants none."""
    firewall = cilium.host_firewall
    if firewall is None or firewall.policy == "none":
        return
    observe = firewall.policy == "observe"
    yield _part(cilium, "host-all", tuple(_all_nodes(cluster, cilium)), observe=observe, selector={})
    selector = {"matchExpressions": [{"key": CONTROL_PLANE, "operator": "Exists"}]}
    yield _part(
        cilium, "host-control-plane", tuple(_control_planes(cluster)), observe=observe, selector=selector
    )


def _part(
    cilium: Cilium, name: str, rules: tuple[dict[str, Any], ...], *, observe: bool, selector: dict[str, Any]
) -> Part:
    kind = "CiliumClusterwideNetworkPolicy"
    base = {"apiVersion": api_version(kind, cilium.version), "kind": kind, "metadata": {"name": name}}
    settings = tuple(one.under("spec") for one in _settings(name, rules, observe=observe, selector=selector))
    return Part(base=base, settings=settings)


def _settings(
    name: str, rules: tuple[dict[str, Any], ...], *, observe: bool, selector: dict[str, Any]
) -> Iterator[Setting]:
    whom = "control planes" if selector else "all nodes"
    yield setting(
        "description", f"What {whom} may receive", why="what Hubble shows for a verdict", source=DOCS
    )
    yield setting("nodeSelector", selector, why=f"{whom}, not their pods", source=DOCS)
    why = (
        "nothing is dropped yet: watch the verdicts in Hubble first, then set hostFirewall.policy to enforce"
    )
    if not observe:
        why = "what no rule of these policies allows is dropped"
    deny = {"ingress": not observe, "egress": False}
    yield setting("enableDefaultDeny", deny, why=f"{why}; what nodes send stays free", source=DOCS)
    yield setting("ingress", list(rules), why=_RULES_WHY[name], source=PORTS)


_RULES_WHY = {
    "host-all": "the cluster itself (nodes, pods, health checks), ping, the node's API or SSH, Services' ports, and encryption",
    "host-control-plane": "the Kubernetes API from anywhere on the LAN; etcd among control planes comes with the cluster's own rule",
}


def _all_nodes(cluster: Cluster, cilium: Cilium) -> Iterator[dict[str, Any]]:
    yield {"fromEntities": ["cluster", "health", "kube-apiserver", "remote-node", "host"]}
    yield {"icmps": [{"fields": [{"family": "IPv4", "type": 8}]}]}
    if 6 in cluster.networks.families:  # noqa: PLR2004 - IPv6
        # Neighbour discovery is ICMPv6: without it IPv6 stops.
        fields = [{"family": "IPv6", "type": kind} for kind in (128, 133, 134, 135, 136)]
        yield {"icmps": [{"fields": fields}]}
    yield from _from_lan(cluster, _managing(cluster))
    yield from _from_lan(cluster, tuple(_between_nodes(cilium)))


def _managing(cluster: Cluster) -> tuple[str, ...]:
    """Return how people reach a node: Talos' API and its trust service, or SSH."""
    return ("50000/TCP", "50001/TCP") if cluster.talos else ("22/TCP",)


def _between_nodes(cilium: Cilium) -> Iterator[str]:
    """Yield what nodes that have no identity yet (they just joined) send each other."""
    yield "4240/TCP"
    yield "10250/TCP"
    if cilium.routing.mode.value == "tunnel":
        yield f"{cilium.routing.port or (8472 if cilium.routing.protocol == 'vxlan' else 6081)}/UDP"
    if cilium.encryption is not None:
        yield "51871/UDP"
    if cilium.bgp is not None:
        yield "179/TCP"


def _control_planes(cluster: Cluster) -> Iterator[dict[str, Any]]:
    yield {"fromEntities": ["cluster", "remote-node", "host"]}
    ports = (f"{cluster.endpoint.port}/TCP", "6443/TCP", "2379-2380/TCP")
    yield from _from_lan(cluster, tuple(dict.fromkeys(ports)))


def _from_lan(cluster: Cluster, ports: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    sources = [{"cidr": str(network)} for network in cluster.networks.nodes]
    yield {"fromCIDRSet": sources, "toPorts": [{"ports": [_port(port) for port in ports]}]}


def _port(port: str) -> dict[str, Any]:
    number, _, protocol = port.partition("/")
    first, dash, last = number.partition("-")
    return (
        {"port": first, "endPort": int(last), "protocol": protocol}
        if dash
        else {"port": first, "protocol": protocol}
    )
