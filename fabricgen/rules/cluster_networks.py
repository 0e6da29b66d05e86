"""The address plan: the networks of pods, Services and nodes, and the addresses of nodes and the API."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from fabricgen.addresses import Address, AddressRange, Network, find_overlaps
from fabricgen.fabric import Fabric, UnknownError
from fabricgen.fabric.networks import pod_networks, service_networks
from fabricgen.repository import Place
from fabricgen.rules.rule import Hit, rule

_IPAM: Final = "https://docs.cilium.io/en/v1.20/network/concepts/ipam/cluster-pool/"
_VIP: Final = "https://docs.siderolabs.com/talos/v1.12/networking/advanced/vip"
_MANAGER: Final = "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/"
_API_SERVER: Final = (
    "https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kube-apiserver/app/options/validation.go"
)
_IPV4: Final = 4
# kube-apiserver takes a network of Services with at most so many bits for hosts.
_SERVICE_BITS: Final = 20


@rule(
    "ADR008",
    "error",
    "The networks of pods and Services do not overlap",
    why="A ClusterIP may be a pod's address: traffic to one reaches the other.",
    source="https://kubernetes.io/docs/concepts/cluster-administration/networking/#kubernetes-ip-address-ranges",
    fix="Give pods and Services networks of their own. Both can only be changed by building the cluster anew.",
)
def pods_overlap_services(fabric: Fabric) -> Iterator[Hit]:
    """Yield a network of pods that shares addresses with one of Services."""
    services = service_networks(fabric)
    for pods in pod_networks(fabric):
        for fact in services:
            if pods.reached(len(fabric.nodes)).overlaps(AddressRange.of(fact.value)):
                message = f"pods have {pods.network}, and Services have {fact.value}"
                yield Hit(place=pods.place, message=message)


def _in_use(fabric: Fabric) -> dict[Address, str]:
    found = {one.address.value: f"node {one.name}" for one in fabric.nodes}
    return {one.address.value: f"the {one.use}" for one in fabric.reserved} | found


def _holding(fabric: Fabric, network: Network | AddressRange) -> str:
    """Return what of the nodes' side lies in a network, or a part of one, in words; empty if nothing does."""
    inside = [(address, owner) for address, owner in _in_use(fabric).items() if address in network]
    if not inside:
        return ""
    address, owner = inside[0]
    return f"{address} of {owner}" + (f" and {len(inside) - 1} more" if len(inside) > 1 else "")


@rule(
    "ADR009",
    "error",
    "The network of pods holds no node, router or API address",
    why="Nodes route the network of pods into the cluster, so whatever else has an address in it cannot be reached from there.",
    source=_IPAM,
    fix="Give pods a network that nothing else uses; with Cilium's cluster-pool set ipam.operator.clusterPoolIPv4PodCIDRList.",
)
def pods_hold_nodes(fabric: Fabric) -> Iterator[Hit]:
    """Yield a network of pods in which others live."""
    for pods in pod_networks(fabric):
        if found := _holding(fabric, pods.reached(len(fabric.nodes))):
            default = " by default" if pods.is_default else ""
            message = f"{pods.owner} gives pods addresses of {pods.network}{default}, which holds {found}"
            yield Hit(place=pods.place, message=message)


@rule(
    "ADR010",
    "error",
    "The network of Services holds no node, router or API address",
    why="Every node translates the network of Services, so whatever else has an address in it cannot be reached from there.",
    source="https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",
    fix="Give Services a network that nothing else uses. It can only be changed by building the cluster anew.",
)
def services_hold_nodes(fabric: Fabric) -> Iterator[Hit]:
    """Yield a network of Services in which others live."""
    for fact in service_networks(fabric):
        if found := _holding(fabric, fact.value):
            yield Hit(place=fact.place, message=f"Services have {fact.value}, which holds {found}")


@rule(
    "ADR011",
    "error",
    "The network of pods has a share for every node",
    why="A node that gets no share runs no pods: it stays NotReady, or its pods stay in ContainerCreating.",
    source=_MANAGER,
    fix="Use a larger network, or a longer prefix for each node's share (node-cidr-mask-size, clusterPoolIPv4MaskSize).",
)
def too_few_shares(fabric: Fabric) -> Iterator[Hit]:
    """Yield a network of pods with fewer shares than there are nodes."""
    nodes = len({one.name for one in fabric.nodes})
    shares: defaultdict[int, int] = defaultdict(int)
    networks = pod_networks(fabric)
    for pods in networks:
        if pods.node_mask >= pods.network.prefixlen:
            shares[pods.network.version] += 2 ** (pods.node_mask - pods.network.prefixlen)
    for pods in networks:
        count = shares[pods.network.version]
        if count < max(nodes, 1):
            message = f"{pods.network} makes {count} of the shares of /{pods.node_mask} that {max(nodes, 1)} nodes need"
            yield Hit(place=pods.place, message=message)


@rule(
    "ADR012",
    "warning",
    "A node's share of the network of pods holds as many addresses as kubelet runs pods",
    why="Pods that the scheduler sends beyond that stay in ContainerCreating, for want of an address.",
    source="https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/",
    fix="Lower maxPods, or give each node a larger share.",
)
def more_pods_than_addresses(fabric: Fabric) -> Iterator[Hit]:
    """Yield each setting of maxPods that no share satisfies."""
    room = [2 ** (pods.network.max_prefixlen - pods.node_mask) - 2 for pods in pod_networks(fabric)]
    for written, place in _max_pods(fabric):
        if room and written.isdigit() and int(written) > min(room):
            message = f"kubelet runs up to {written} pods, and a node's share holds {min(room)} addresses"
            yield Hit(place=place, message=message)


def _max_pods(fabric: Fabric) -> Iterator[tuple[str, Place]]:
    """Yield what is written; where Cilium takes Kubernetes' shares, TAL025 looks at Talos' kubelet config itself."""
    cilium = fabric.cilium
    told = cilium is not None and cilium.value("ipam.mode") == "kubernetes"
    for document in fabric.talos:
        for path in (("extraArgs", "max-pods"), *(() if told else (("extraConfig", "maxPods"),))):
            written = document.get("machine", "kubelet", *path)
            if written is not None:
                yield str(written), document.item.place(*document.prefix, "machine", "kubelet", *path)
    for config in fabric.k3s:
        for text in config.texts("kubelet-arg"):
            if text.startswith("max-pods="):
                yield text.partition("=")[2], config.item.place("kubelet-arg")


@rule(
    "ADR013",
    "error",
    "The network of Services has a size that kube-apiserver takes",
    why="kube-apiserver ends at once if it is larger than a /12 (IPv4) or /108 (IPv6), and there is no cluster.",
    source=_API_SERVER,
    fix="Use a network of at most 20 bits for hosts, such as a /16, or a /112 for IPv6.",
)
def services_too_large(fabric: Fabric) -> Iterator[Hit]:
    """Yield a network of Services that is too large."""
    for fact in service_networks(fabric):
        limit = fact.value.max_prefixlen - _SERVICE_BITS
        if fact.value.prefixlen < limit:
            yield Hit(
                place=fact.place, message=f"Services have {fact.value}, and the largest network is a /{limit}"
            )


@rule(
    "ADR014",
    "error",
    "The API's shared address lies in a network of the nodes",
    why="Talos announces it by ARP or NDP, which only machines of that network hear; nothing else finds the API.",
    source=_VIP,
    fix="Choose a free address of the control planes' own network.",
)
def vip_outside(fabric: Fabric) -> Iterator[Hit]:
    """Yield a shared address that is in no network of a node whose networks are told."""
    networks = {network for link in fabric.node_links for network in link.networks}
    if not networks or len(fabric.node_links) < len({one.name for one in fabric.nodes}):
        return
    for one in fabric.reserved:
        address = one.address.value
        if one.use == "API VIP" and not any(address in network for network in networks):
            told = ", ".join(sorted(map(str, networks)))
            yield Hit(place=one.address.place, message=f"the API VIP {address} is in none of {told}")


@rule(
    "ADR015",
    "error",
    "The API's shared address is no node's own",
    why="The node keeps it and another takes it over as well: two answer for one address, and etcd or kubelet of that node is lost.",
    source=_VIP,
    fix="Choose an address that no machine has.",
)
def vip_is_a_node(fabric: Fabric) -> Iterator[Hit]:
    """Yield a shared address that a node has."""
    owners = {one.address.value: one.name for one in fabric.nodes}
    for one in fabric.reserved:
        if one.use == "API VIP" and (name := owners.get(one.address.value)):
            yield Hit(
                place=one.address.place, message=f"the API VIP {one.address.value} is node {name}'s address"
            )


@rule(
    "ADR016",
    "error",
    "Every node has an address of its own",
    why="Two machines with one address lose each other's traffic; which one answers changes with every ARP reply.",
    source="https://www.rfc-editor.org/rfc/rfc5227#section-1",
    fix="Give each machine its own address.",
)
def nodes_share_address(fabric: Fabric) -> Iterator[Hit]:
    """Yield each node that has the address of another one in the same file."""
    seen: dict[tuple[str, Address], str] = {}
    for node in fabric.nodes:
        fact = node.address
        first = seen.setdefault((fact.item.origin.file, fact.value), node.name)
        if first != node.name:
            yield Hit(place=fact.place, message=f"node {node.name} has {fact.value}, which is node {first}'s")


@rule(
    "ADR017",
    "error",
    "Networks of different machines do not overlap unless they are the same",
    why="A machine sends what is in its own network straight out of its link: neighbours in the overlapping part, behind a router, "
    "are never reached.",
    source="https://www.rfc-editor.org/rfc/rfc1122#page-48",
    fix="Write the same prefix length for every address of one network.",
)
def networks_differ(fabric: Fabric) -> Iterator[Hit]:
    """Yield where nodes disagree about the size of a network that they share."""
    links = fabric.node_links
    owner = {network: link.name for link in reversed(links) for network in link.networks}
    told = {node.name: node.address for node in fabric.nodes}
    networks = sorted(owner, key=lambda one: (one.version, int(one.network_address), one.prefixlen))
    for earlier, later in find_overlaps(AddressRange.of(one) for one in networks):
        one, other = networks[earlier], networks[later]
        if owner[one] == owner[other] or owner[other] not in told:
            raise UnknownError
        message = f"node {owner[one]} is in {one}, and node {owner[other]} in {other}"
        yield Hit(place=told[owner[other]].place, message=message)


@rule(
    "ADR018",
    "warning",
    "A node's router lies in a network of that node",
    why="Linux refuses a default route by a router that it cannot reach directly, and the machine has no way out.",
    source="https://docs.siderolabs.com/talos/v1.12/networking/configuration/overview",
    fix="Write the router of the network that the node's address is in, or mend the prefix length.",
)
def router_outside(fabric: Fabric) -> Iterator[Hit]:
    """Yield a router that is in no network of any node."""
    networks = {network for link in fabric.node_links for network in link.networks}
    known = {network.version for network in networks}
    if len(fabric.node_links) < len(fabric.links):
        return
    for one in fabric.reserved:
        address = one.address.value
        if one.use != "router" or address.version not in known or address.is_link_local:
            continue
        if not any(address in network for network in networks):
            told = ", ".join(sorted(map(str, networks)))
            yield Hit(place=one.address.place, message=f"the router {address} is in none of {told}")
