"""Where a packet can be refused: the firewall of the nodes, the policies of the pods. Used by `stations`."""

from collections.abc import Iterator
from typing import Final

from fabricgen.cluster import Cilium, Cluster, Policies
from fabricgen.pictures.station import HAS, TAKES, Station, docs

_KINDS: Final = {
    "none": "no rule is written",
    "observe": "its rules are watched and drop nothing yet",
    "enforce": "what no rule allows is dropped",
}
_FLANNEL: Final = "https://github.com/flannel-io/flannel#networking-details"
_K3S: Final = "https://docs.k3s.io/networking/networking-services#network-policy-controller"


def host_firewall(cluster: Cluster) -> Iterator[Station]:
    """Yield the firewall of the nodes, where there is one.

    Host policies say nothing about what goes between pods and the outside of the cluster, unless a pod is in the node's
    own network. Source: Documentation/security/host-firewall.rst of https://github.com/cilium/cilium .
    """
    cilium = cluster.cilium
    if cilium is None or cilium.host_firewall is None:
        return
    told = f"judges what is for the node itself, not what goes on to a pod; {_KINDS[cilium.host_firewall.policy]}"
    source = docs(cilium, "security/host-firewall/")
    yield Station(zone=TAKES, title="Host firewall", told=told, source=source, look="policy")


def pod_policies(cluster: Cluster) -> Iterator[Station]:
    """Yield what the policies of this tree say about packets to pods."""
    cilium = cluster.cilium
    if cilium is None:
        yield _flannel(cluster)
        return
    if cilium.policies is None:
        told = "this tree has none, so it refuses nothing"
        source = docs(cilium, "security/policy/intro/")
        yield Station(zone=HAS, title="Network policies", told=told, source=source)
        return
    yield _policies(cilium, cilium.policies)
    yield from _http(cilium, cilium.policies)


def _flannel(cluster: Cluster) -> Station:
    if cluster.k3s is not None:
        told = "this tree has none; k3s' own controller would enforce those of Kubernetes"
        return Station(zone=HAS, title="Network policies", told=told, source=_K3S)
    told = "Flannel enforces none, so nothing is refused"
    return Station(zone=HAS, title="Network policies", told=told, source=_FLANNEL)


def _policies(cilium: Cilium, policies: Policies) -> Station:
    inward = sum(1 for one in policies.allow if one.ingress)
    rules = f"{inward} {'policy allows' if inward == 1 else 'policies allow'} packets in"
    denied = (
        f"in {', '.join(policies.default_deny)} only what a policy allows gets in; "
        if policies.default_deny
        else ""
    )
    source = docs(cilium, "security/policy/intro/")
    return Station(zone=HAS, title="Network policies", told=f"{denied}{rules}", source=source, look="policy")


def _http(cilium: Cilium, policies: Policies) -> Iterator[Station]:
    """Yield the node's Envoy where a policy judges requests."""
    names = [one.name for one in policies.allow if any(peer.http for peer in one.ingress)]
    if names and cilium.l7_proxy:
        told = f"reads each HTTP request for {', '.join(names)}, and answers 403 to what is not allowed"
        source = docs(cilium, "security/policy/language/#layer-7-examples")
        yield Station(zone=HAS, title="Envoy (L7)", told=told, source=source, look="policy")
