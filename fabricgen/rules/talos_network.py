"""Talos beside Cilium on the wire: DNS on the host, pod networks, KubeSpan, the firewall, manifests."""

from collections.abc import Iterator
from typing import Any, Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.fabric.machines import read_network
from fabricgen.fabric.told import Told, told
from fabricgen.rules.rule import Hit, rule

_CILIUM_GUIDE: Final = "https://docs.cilium.io/en/v1.20/installation/k8s-install-talos-linux/"
_KUBESPAN: Final = "https://docs.siderolabs.com/talos/v1.13/networking/kubespan"
_FIREWALL: Final = "https://docs.siderolabs.com/talos/v1.12/networking/ingress-firewall"
_OPTIONS: Final = "https://github.com/cilium/cilium/blob/v1.20.2/pkg/option/config.go"
_PORTS: Final = {"vxlan": 8472, "geneve": 6081}
_IPV6: Final = 6


def _hit(cilium: CiliumRelease, path: str, message: str) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label)


def _hit_at(one: Told, message: str) -> Hit:
    return Hit(place=one.place, message=message, object=one.label)


def _number(value: Any) -> int | None:  # noqa: ANN401 - a value of a chart, or of a document
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and not isinstance(value, bool) else None


@rule(
    "TAL008",
    "error",
    "Cluster DNS is not forwarded to the host where eBPF routes past it",
    why="CoreDNS asks 169.254.116.108 on its node; with eBPF host routing the answer does not come back, and names "
    "outside of the cluster time out.",
    source=_CILIUM_GUIDE,
    fix="Set forwardKubeDNSToHost: false, or bpf.hostLegacyRouting: true.",
)
def dns_past_host(fabric: Fabric) -> Iterator[Hit]:
    """Yield where DNS is forwarded and eBPF host routing is on.

    People run it with netkit, and with a socket LB for hosts alone, and say that it works: nothing is said of these.
    """
    cilium = fabric.cilium
    if cilium is None or not cilium.replaces_kube_proxy() or not cilium.is_on("bpf.masquerade"):
        return
    if cilium.is_on("bpf.hostLegacyRouting") or cilium.is_on("socketLB.hostNamespaceOnly"):
        return
    if cilium.value("bpf.datapathMode") != "veth":
        return
    path = "machine.features.hostDNS.forwardKubeDNSToHost"
    for one in told(fabric.talos, path, kind="ResolverConfig", key="hostDNS.forwardKubeDNSToHost"):
        if one.value is True:
            yield _hit_at(
                one, "cluster DNS is forwarded to the host, and Cilium's bpf.masquerade routes past it"
            )


@rule(
    "TAL009",
    "warning",
    "Pods get addresses out of the network that Talos is told",
    why="With ipam.mode: cluster-pool Cilium ignores the networks that Kubernetes gives to nodes: what reads podSubnets "
    "(KubeSpan, the firewall, routers) speaks of a network that no pod is in.",
    source=_CILIUM_GUIDE,
    fix="Set ipam.mode: kubernetes, or the same network in clusterPoolIPv4PodCIDRList and podSubnets.",
)
def pods_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield pools of Cilium's that Talos' pod network does not hold."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("ipam.mode") != "cluster-pool":
        return
    path = "ipam.operator.clusterPoolIPv4PodCIDRList"
    pools = cilium.value(path, ["10.0.0.0/8"])
    networks = {fact.value for fact in fabric.pod_networks if fact.value.version != _IPV6}
    for text in pools if isinstance(pools, list) else [pools]:
        pool = read_network(text)
        if pool is not None and networks and not any(pool == one or pool.subnet_of(one) for one in networks):  # type: ignore[arg-type]  # both are IPv4
            shown = ", ".join(sorted(map(str, networks)))
            yield _hit(
                cilium, path, f"Cilium takes addresses of pods from {pool}, and Talos' podSubnets are {shown}"
            )


@rule(
    "TAL010",
    "error",
    "Pods have a network of each family that Cilium uses",
    why="The agent waits for the node's network of that family, which nobody gives it: no pod starts.",
    source=_OPTIONS,
    fix="Add a network of the family to podSubnets and serviceSubnets, or turn the family off in Cilium.",
)
def family_without_network(fabric: Fabric) -> Iterator[Hit]:
    """Yield a family that is on in Cilium, and without a network in Kubernetes."""
    cilium = fabric.cilium
    if cilium is None or not fabric.talos or cilium.value("ipam.mode") != "kubernetes":
        return
    versions = {fact.value.version for fact in fabric.pod_networks}
    for key, version in (("ipv4.enabled", 4), ("ipv6.enabled", _IPV6)):
        if versions and version not in versions and cilium.is_on(key):
            yield _hit(cilium, key, f"{key} is true, and podSubnets have no IPv{version} network")


@rule(
    "TAL011",
    "error",
    "KubeSpan and native routing need Talos and Cilium to work together",
    why="Packets take the tunnel one way and eBPF's route the other, so connections between pods of two nodes hang.",
    source=_KUBESPAN,
    fix="Set advertiseKubernetesNetworks: true in KubeSpan and bpf.hostLegacyRouting: true in Cilium, or use a tunnel.",
)
def kubespan_and_native_routing(fabric: Fabric) -> Iterator[Hit]:
    """Yield what is missing where both are on."""
    cilium = fabric.cilium
    on = [
        one
        for one in told(
            fabric.talos, "machine.network.kubespan.enabled", kind="KubeSpanConfig", key="enabled"
        )
        if one.value is True
    ]
    if cilium is None or not on or cilium.value("routingMode") != "native":
        return
    path = "advertiseKubernetesNetworks"
    advertised = told(fabric.talos, f"machine.network.kubespan.{path}", kind="KubeSpanConfig", key=path)
    if not any(one.value is True for one in advertised):
        yield _hit_at(on[0], "KubeSpan is on with native routing, and advertiseKubernetesNetworks is not")
    elif not cilium.is_on("bpf.hostLegacyRouting"):
        yield _hit(
            cilium,
            "bpf.hostLegacyRouting",
            "KubeSpan is on with native routing, and bpf.hostLegacyRouting is not",
        )


@rule(
    "TAL012",
    "error",
    "A firewall that blocks lets Cilium's tunnel through",
    why="Talos drops the packets that carry pods' traffic from node to node: pods reach those on their own node only.",
    source=_FIREWALL,
    fix="Add a NetworkRuleConfig for the tunnel's UDP port with the nodes' network as ingress.",
)
def firewall_blocks_tunnel(fabric: Fabric) -> Iterator[Hit]:
    """Yield the default that blocks where no rule has the tunnel's port."""
    cilium = fabric.cilium
    if cilium is None or cilium.value("routingMode") != "tunnel":
        return
    port = _number(cilium.value("tunnelPort", 0)) or _PORTS.get(str(cilium.value("tunnelProtocol")), 0)
    rules = [one.value for one in told(fabric.talos, "", kind="NetworkRuleConfig")]
    if not port or any(_opens(one, port) for one in rules):
        return
    for one in told(fabric.talos, "", kind="NetworkDefaultActionConfig", key="ingress"):
        if one.value == "block":
            yield _hit_at(one, f"what comes in is blocked, and no rule opens UDP port {port} for the tunnel")


def _opens(body: Any, port: int) -> bool:  # noqa: ANN401 - a document
    selector = body.get("portSelector") if isinstance(body, dict) else None
    if not isinstance(selector, dict) or selector.get("protocol") != "udp":
        return False
    for one in selector.get("ports") or ():
        first, _, last = str(one).partition("-")
        if (start := _number(first)) is None or start <= port <= (_number(last) or start):
            return True
    return False


@rule(
    "TAL013",
    "info",
    "Cilium comes from Flux or from Talos' manifests, not from both",
    why="At each start of a control plane Talos makes anew what Flux has deleted, and when Kubernetes is upgraded it puts "
    "back what Flux has changed.",
    source="https://docs.siderolabs.com/kubernetes-guides/advanced-guides/inlinemanifests",
    fix="Bring Cilium up once by other means, and take it out of inlineManifests once Flux has it.",
)
def cilium_in_manifests(fabric: Fabric) -> Iterator[Hit]:
    """Yield manifests of Talos' that bring Cilium where Flux does."""
    if fabric.cilium is None or fabric.cilium.role != "flux":
        return
    for one in told(fabric.talos, "cluster.inlineManifests", kind="KubeInlineManifestConfig", key="name"):
        names = (
            [one.value]
            if isinstance(one.value, str)
            else [item.get("name") for item in one.value if isinstance(item, dict)]
            if isinstance(one.value, list)
            else []
        )
        if any("cilium" in str(name).lower() for name in names):
            yield _hit_at(one, f"Talos brings Cilium as a manifest, and Flux as {fabric.cilium.item.label}")
