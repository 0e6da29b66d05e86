"""What the description asks for that Flannel does not do: a table of features, each with what it asks of the cluster.

Fed by the cluster and the Cilium that it has or considers; gives reasons for the verdict. The weights are explained in
`reason`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.advise.reason import Reason
from fabricgen.cluster import Cilium, Cluster, Peer

DOCS: Final = "https://docs.cilium.io/en/v1.20"
FLANNEL: Final = "https://github.com/flannel-io/flannel#networking-details"
_K3S_NETWORK: Final = "https://docs.k3s.io/networking/networking-services#network-policy-controller"
_K3S_FLANNEL: Final = "https://docs.k3s.io/networking/basic-network-options"
_TALOS_FIREWALL: Final = "https://docs.siderolabs.com/talos/v1.12/networking/ingress-firewall"
_KUBESPAN: Final = "https://docs.siderolabs.com/talos/v1.12/networking/kubespan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A feature: `asked` returns what is asked for in words, empty where nothing is; the rest may depend on the system."""

    name: str
    about: str
    asked: Callable[[Cluster, Cilium], str]
    weight: Callable[[Cluster, Cilium], int]
    flannel: Callable[[Cluster], str]
    asks: str
    source: Callable[[Cluster], str]


def wants(cluster: Cluster, cilium: Cilium) -> Iterator[Reason]:
    """Yield a reason for each feature that is asked for, in the order of the table."""
    for want in WANTS:
        if asked := want.asked(cluster, cilium):
            yield Reason(
                name=want.name,
                side="for",
                weight=want.weight(cluster, cilium),
                about=want.about,
                text=f"{asked}; {want.flannel(cluster)}",
                asks=want.asks,
                source=want.source(cluster),
            )


def _peers(cilium: Cilium) -> list[Peer]:
    allowed = cilium.policies.allow if cilium.policies else ()
    return [peer for one in allowed for peer in (*one.ingress, *one.egress)]


def looks_into_http(cilium: Cilium) -> bool:
    """Tell whether a policy looks into HTTP."""
    return any(peer.http for peer in _peers(cilium))


def names_hosts(cilium: Cilium) -> bool:
    """Tell whether a policy names hosts instead of addresses."""
    return any(peer.fqdns for peer in _peers(cilium))


def _policies(_cluster: Cluster, cilium: Cilium) -> str:
    if cilium.policies is None:
        return ""
    kinds = [
        *(
            [f"default deny in {', '.join(cilium.policies.default_deny)}"]
            if cilium.policies.default_deny
            else []
        ),
        *([_count(len(cilium.policies.allow), "policy", "policies")] if cilium.policies.allow else []),
        *(["rules that look into HTTP"] if looks_into_http(cilium) else []),
        *(["rules that name hosts"] if names_hosts(cilium) else []),
    ]
    return ", ".join(kinds)


def _policy_weight(cluster: Cluster, cilium: Cilium) -> int:
    """Return 3; with k3s, whose own controller enforces Kubernetes' policies, only where those cannot say it."""
    return 3 if cluster.k3s is None or looks_into_http(cilium) or names_hosts(cilium) else 1


def policies_today(cluster: Cluster) -> str:
    """Return what becomes of a NetworkPolicy without Cilium."""
    if cluster.k3s is not None:
        return (
            "k3s' own controller enforces Kubernetes' NetworkPolicy; none that looks into HTTP or names hosts"
        )
    return "Flannel enforces none: a NetworkPolicy is accepted and has no effect"


def policies_source(cluster: Cluster) -> str:
    """Return who says so."""
    return _K3S_NETWORK if cluster.k3s is not None else FLANNEL


def _firewall(_cluster: Cluster, cilium: Cilium) -> str:
    firewall = cilium.host_firewall
    if firewall is None:
        return ""
    return {"none": "without rules yet", "observe": "watched, not enforced", "enforce": "enforced"}[
        firewall.policy
    ]


def _firewall_today(cluster: Cluster) -> str:
    if cluster.k3s is not None:
        return "Flannel has none; the host's own firewall could"
    return "Flannel has none; Talos' own ingress firewall could"


def _encryption(_cluster: Cluster, cilium: Cilium) -> str:
    if cilium.encryption is None:
        return ""
    return (
        "WireGuard between nodes"
        if cilium.encryption.node_encryption
        else "WireGuard between pods of two nodes"
    )


def _encryption_today(cluster: Cluster) -> str:
    if cluster.k3s is not None:
        return "k3s' Flannel could, with the backend wireguard-native"
    return "Talos' Flannel does not; KubeSpan, another part of Talos, could"


def _hubble(_cluster: Cluster, cilium: Cilium) -> str:
    if not cilium.hubble.enabled:
        return ""
    has = [
        *(["with relay"] if cilium.hubble.relay else []),
        *(["an interface"] if cilium.hubble.ui else []),
        *([f"{len(cilium.hubble.metrics)} metrics"] if cilium.hubble.metrics else []),
    ]
    return f"flows are seen, {', '.join(has)}" if has else "flows are seen, node by node"


def _gateways(_cluster: Cluster, cilium: Cilium) -> str:
    if cilium.gateway_api is None:
        return ""
    return _count(len(cilium.gateway_api.gateways), "Gateway", "Gateways") + " of Cilium's class"


def _l2(cluster: Cluster, cilium: Cilium) -> str:
    return "" if cilium.l2 is None else f"ARP for {_count(len(cluster.pools), 'pool', 'pools')}"


def _bgp(_cluster: Cluster, cilium: Cilium) -> str:
    return "" if cilium.bgp is None else f"routes for {_count(len(cilium.bgp.peers), 'router', 'routers')}"


def _balancing(_cluster: Cluster, cilium: Cilium) -> str:
    found = [
        *(["clients' addresses are kept (DSR)"] if cilium.load_balancing.mode.value != "snat" else []),
        *(["Maglev hashing"] if cilium.load_balancing.algorithm.value == "maglev" else []),
    ]
    return ", ".join(found)


def _bandwidth(_cluster: Cluster, cilium: Cilium) -> str:
    if cilium.bandwidth_manager is None:
        return ""
    return "pods' traffic is paced" + (", with BBR" if cilium.bandwidth_manager.bbr else "")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _always(weight: int) -> Callable[[Cluster, Cilium], int]:
    return lambda cluster, cilium: weight  # noqa: ARG005 - the same for every cluster


def _says(text: str) -> Callable[[Cluster], str]:
    return lambda cluster: text  # noqa: ARG005 - the same for every cluster


WANTS: Final = (
    Want(
        name="policies",
        about="Who may talk to whom",
        asked=_policies,
        weight=_policy_weight,
        flannel=policies_today,
        asks="Envoy on each node for rules that look into HTTP; the agent's DNS proxy for names",
        source=lambda cluster: f"{policies_source(cluster)}, {DOCS}/security/policy/",
    ),
    Want(
        name="hubble",
        about="Seeing flows (Hubble)",
        asked=_hubble,
        weight=_always(2),
        flannel=_says("Flannel knows of no flows; another program could watch them"),
        asks="1 to 15 % of the network's performance, and memory for relay and interface",
        source=_says("https://docs.cilium.io/en/stable/operations/performance/tuning/#hubble"),
    ),
    Want(
        name="encryption",
        about="Encryption between nodes",
        asked=_encryption,
        weight=lambda cluster, cilium: 1 if cluster.k3s is not None else 2,  # noqa: ARG005 - k3s has it built in
        flannel=_encryption_today,
        asks="a kernel of 5.6, UDP 51871 between nodes, and processor time on each of them",
        source=lambda cluster: (
            f"{DOCS}/security/network/encryption-wireguard/, {_K3S_FLANNEL if cluster.k3s else _KUBESPAN}"
        ),
    ),
    Want(
        name="host-firewall",
        about="A firewall for the nodes",
        asked=_firewall,
        weight=_always(2),
        flannel=_firewall_today,
        asks="rules that are watched before they drop: a wrong one locks its owner out",
        source=lambda cluster: (
            f"{DOCS}/security/host-firewall/" + ("" if cluster.k3s else f", {_TALOS_FIREWALL}")
        ),
    ),
    Want(
        name="gateway-api",
        about="Gateway API",
        asked=_gateways,
        weight=_always(2),
        flannel=_says("Flannel has no Gateways; another controller beside it could serve them"),
        asks="kube-proxy replacement, Envoy on each node, the CRDs before Cilium, and an address that clients reach",
        source=_says(f"{DOCS}/network/servicemesh/gateway-api/gateway-api/#prerequisites"),
    ),
    Want(
        name="l2",
        about="LoadBalancer addresses by ARP",
        asked=_l2,
        weight=_always(2),
        flannel=_says("Flannel gives none; MetalLB beside it could"),
        asks="kube-proxy replacement, and a lease for each Service, renewed through the API",
        source=_says(f"{DOCS}/network/l2-announcements/"),
    ),
    Want(
        name="bgp",
        about="LoadBalancer addresses by BGP",
        asked=_bgp,
        weight=_always(2),
        flannel=_says("Flannel gives none; MetalLB beside it could"),
        asks="a router that speaks BGP",
        source=_says(f"{DOCS}/network/bgp-control-plane/bgp-control-plane-configuration/"),
    ),
    Want(
        name="load-balancing",
        about="How Services are balanced",
        asked=_balancing,
        weight=_always(1),
        flannel=_says("kube-proxy beside Flannel balances too, in its own way"),
        asks="kube-proxy replacement; Maglev a table in memory for each Service, DSR native routing or Geneve",
        source=_says("https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/"),
    ),
    Want(
        name="bandwidth-manager",
        about="Pacing",
        asked=_bandwidth,
        weight=_always(1),
        flannel=_says("without it the kernel's own queues decide"),
        asks="eBPF host routing, and a kernel of 5.18 for BBR in pods",
        source=_says("https://docs.cilium.io/en/stable/network/kubernetes/bandwidth-manager/"),
    ),
    Want(
        name="kube-proxy-replacement",
        about="Services without kube-proxy",
        asked=lambda cluster, cilium: "Cilium balances them" if cilium.kube_proxy_replacement else "",  # noqa: ARG005 - of every cluster
        weight=_always(1),
        flannel=_says("beside Flannel kube-proxy does, with iptables or nftables"),
        asks="that kube-proxy is off everywhere, and a way to the API that needs no Service",
        source=_says("https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/"),
    ),
)
"""Each feature that Flannel lacks. Native routing is not here: Flannel's host-gw routes as well."""
