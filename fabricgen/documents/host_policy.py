"""The hosts' own policy: what nodes must receive to stay a cluster, and to stay manageable.

Fed by `Cluster.cilium.host_firewall`. What Cilium lets through by itself is not repeated: answers to what a node
asked, ARP, neighbour discovery and the other ICMPv6 that IPv6 cannot do without (bpf/lib/icmp6.h), and traffic of
Services whose backends are pods, Gateways included (bpf/bpf_host.c balances it before it asks the host's policy).
Sources: https://docs.cilium.io/en/v1.20/security/host-firewall/ ,
https://docs.siderolabs.com/talos/v1.12/networking/ingress-firewall , https://docs.k3s.io/installation/requirements .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen.addresses import AddressRange
from fabricgen.cluster import Cilium, Cluster
from fabricgen.documents.cilium.reasons import docs
from fabricgen.documents.document import Part, Setting, setting
from fabricgen.documents.peers import ports_rule
from fabricgen.versions.cilium import api_version
from fabricgen.versions.version import format_minor, minor_of

KIND = "CiliumClusterwideNetworkPolicy"
CONTROL_PLANES = {
    "matchExpressions": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]
}
FIREWALL = "security/host-firewall/"
K3S_PORTS = "https://docs.k3s.io/installation/requirements#inbound-rules-for-k3s-nodes"
API_PORT = 6443
TALOS_API = "50000/TCP"
SSH = "22/TCP"
ECHO_REQUEST = {4: 8, 6: 128}
# --service-node-port-range of kube-apiserver.
NODE_PORTS = ("30000-32767/TCP", "30000-32767/UDP")
LINK_LOCAL = "fe80::/10"
_IPV6 = 6


def parts(cluster: Cluster, cilium: Cilium) -> Iterator[Part]:
    """Yield the policy of all nodes and that of the control planes, unless the description wants none."""
    firewall = cilium.host_firewall
    if firewall is None or firewall.policy == "none":
        return
    enforced = firewall.policy == "enforce"
    everyone = _all_nodes(cluster, cilium, enforced=enforced)
    yield _part(cilium, "host-all", tuple(everyone))
    control_planes = _control_planes(cluster, cilium, enforced=enforced)
    yield _part(cilium, "host-control-plane", tuple(control_planes))


def _part(cilium: Cilium, name: str, settings: tuple[Setting, ...]) -> Part:
    base = {"apiVersion": api_version(KIND, cilium.version), "kind": KIND, "metadata": {"name": name}}
    return Part(base=base, settings=tuple(one.under("spec") for one in settings))


def _all_nodes(cluster: Cluster, cilium: Cilium, *, enforced: bool) -> Iterator[Setting]:
    source = docs(cilium, FIREWALL)
    why = "for whoever reads the policy in the cluster; Cilium only keeps it"
    yield setting("description", "What every node may receive", why=why, source=source)
    yield setting("nodeSelector", {}, why="all nodes, and not their pods", source=source)
    yield _default(cilium, enforced=enforced)
    needed = list(_needed(cluster, cilium))
    yield setting("ingress", needed, why=_needed_why(cluster, cilium), source=_ports_source(cluster))


def _control_planes(cluster: Cluster, cilium: Cilium, *, enforced: bool) -> Iterator[Setting]:
    source = docs(cilium, FIREWALL)
    why = "for whoever reads the policy in the cluster; Cilium only keeps it"
    yield setting("description", "What control planes may receive besides", why=why, source=source)
    why = "control planes, by the label that Kubernetes gives them"
    yield setting("nodeSelector", CONTROL_PLANES, why=why, source=source)
    yield _default(cilium, enforced=enforced)
    ports = dict.fromkeys((f"{cluster.endpoint.port}/TCP", f"{API_PORT}/TCP", *_talos_api(cluster)))
    rule = {"fromEntities": ["all"], **ports_rule(ports)}
    what = "the Kubernetes API and Talos' own" if cluster.talos else "the Kubernetes API"
    why = (
        f"{what} from anywhere, for its owner's tools and for nodes that join: each asks for a certificate or token, and "
        "who is locked out cannot put a policy right"
    )
    yield setting("ingress", [rule], why=why, source=_ports_source(cluster))


def _talos_api(cluster: Cluster) -> tuple[str, ...]:
    """Return the port of Talos' API; on workers it is asked by way of a control plane, as talosctl does."""
    return (TALOS_API,) if cluster.talos else ()


def _ports_source(cluster: Cluster) -> str:
    if cluster.talos is None:
        return K3S_PORTS
    minor = format_minor(minor_of(cluster.talos.version))
    return f"https://docs.siderolabs.com/talos/v{minor}/networking/ingress-firewall"


def _default(cilium: Cilium, *, enforced: bool) -> Setting:
    watch = (
        "`hubble observe --type policy-verdict`"
        if cilium.hubble.enabled
        else "`cilium-dbg monitor --type policy-verdict` in an agent"
    )
    why = (
        "what no rule of the host policies allows is dropped, whatever else listens on a node; what nodes send stays free"
        if enforced
        else f"nothing is dropped yet: what enforce would drop matches `all` and nothing narrower in {watch}; when only "
        "what you can spare is left there, set hostFirewall.policy to enforce"
    )
    value = {"ingress": enforced, "egress": False}
    source = docs(cilium, "security/policy/intro/#policy-enforcement-modes")
    return setting("enableDefaultDeny", value, why=why, source=source)


def _needed(cluster: Cluster, cilium: Cilium) -> Iterator[dict[str, Any]]:
    yield {"fromEntities": ["cluster"]}
    addresses = sorted(
        (address for node in cluster.nodes for address in node.addresses), key=lambda one: (one.version, one)
    )
    networks = (AddressRange.of(address).networks()[0] for address in addresses)
    yield {"fromCIDRSet": [{"cidr": str(network)} for network in networks]}
    if cluster.talos is None:
        yield {"fromEntities": ["all"], **ports_rule([SSH])}
    yield {"icmps": [{"fields": list(_pings(cluster))}]}
    yield from _dhcp(cluster)
    if not cilium.kube_proxy_replacement:
        # kube-proxy balances behind the firewall, which then sees the Service's port:
        # https://docs.cilium.io/en/v1.20/security/policy/host/#host-policies-known-issues
        yield {"fromEntities": ["all"], **ports_rule(NODE_PORTS)}


def _pings(cluster: Cluster) -> Iterator[dict[str, Any]]:
    for family in cluster.networks.families:
        yield {"family": f"IPv{family}", "type": ECHO_REQUEST[family]}


def _dhcp(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """Yield the answers that a node may not have asked from the address they come from."""
    if cluster.networks.static:
        return
    for network in cluster.networks.nodes:
        if network.version == _IPV6:
            yield {"fromCIDRSet": [{"cidr": LINK_LOCAL}], **ports_rule(["546/UDP"])}
        else:
            yield {"fromCIDRSet": [{"cidr": str(network)}], **ports_rule(["68/UDP"])}


def _needed_why(cluster: Cluster, cilium: Cilium) -> str:
    nodes = "the node" if len(cluster.nodes) == 1 else f"the {len(cluster.nodes)} nodes"
    listed = [
        "all that belongs to the cluster",
        f"{nodes} by address, since one that just joined is not known as such yet",
    ]
    if cluster.talos is None:
        listed.append("SSH from anywhere")
    listed.append("ping")
    if not cluster.networks.static:
        listed.append("answers of DHCP")
    if not cilium.kube_proxy_replacement:
        listed.append("node ports, which kube-proxy serves")
    return "; ".join(listed)
