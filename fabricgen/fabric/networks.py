"""The networks of pods and Services that are in force, and how many nodes the one of pods has room for.

Fed by the facts of a fabric: Talos and k3s tell what Kubernetes uses, and Cilium may hand out addresses of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.addresses import AddressRange, Network
from fabricgen.fabric.cilium import CiliumRelease
from fabricgen.fabric.fabric import Fabric
from fabricgen.fabric.facts import Fact, UnknownError
from fabricgen.fabric.machines import read_network
from fabricgen.repository import Place

# Cilium hands out addresses itself; in `kubernetes` it takes what kube-controller-manager gives each node.
# Source: <https://docs.cilium.io/en/v1.20/network/concepts/ipam/>.
_OWN_MODES: Final = frozenset({"cluster-pool", "multi-pool"})
# Sources: install/kubernetes/cilium/values.yaml of cilium at v1.16.19 to v1.20.2, ipam.operator; and
# <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/>.
_CLUSTER_POOL: Final = {
    4: ("clusterPoolIPv4", ["10.0.0.0/8"], 24),
    6: ("clusterPoolIPv6", ["fd00::/104"], 120),
}
_NODE_MASKS: Final = {4: 24, 6: 64}
_FEW_NODES: Final = 16
_FAMILIES: Final = ((4, "ipv4"), (6, "ipv6"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PodNetwork:
    """A network of pods.

    Attributes:
        network: the whole of it.
        node_mask: the prefix length of the part that each node gets.
        place: where it is told; where Cilium is installed, if it is the chart's default.
        is_default: whether nobody wrote it.
        owner: who hands it out.
    """

    network: Network
    node_mask: int
    place: Place
    is_default: bool = False
    owner: str = "Kubernetes"

    def reached(self, nodes: int) -> AddressRange:
        """Return what pods get addresses of, with so many nodes known.

        Of a network that somebody chose it is all. Cilium's own default is far larger than any cluster, and nodes
        take their shares from its start on; a cluster that has lost some nodes and got others is further on.
        Source: AllocateNext and nextCandidate in pkg/ipam/cidrset/cidr_set.go of <https://github.com/cilium/cilium> at 18cde1cf.
        """
        whole = AddressRange.of(self.network)
        if not self.is_default:
            return whole
        shares = max(_FEW_NODES, 2 * nodes)
        last = int(whole.first) + shares * 2 ** (self.network.max_prefixlen - self.node_mask) - 1
        return AddressRange(whole.first, type(whole.last)(min(last, int(whole.last))))


def service_networks(fabric: Fabric) -> tuple[Fact[Network], ...]:
    """Return the networks of Services, one for each family. Raises UnknownError if several clusters tell theirs."""
    return _one_each(fabric.service_networks)


def pod_networks(fabric: Fabric) -> tuple[PodNetwork, ...]:
    """Return the networks that pods get addresses of.

    Raises:
        UnknownError: it cannot be told how Cilium hands out addresses, or several clusters tell theirs.
    """
    cilium = fabric.cilium
    if cilium is not None and cilium.value("ipam.mode") in _OWN_MODES:
        if cilium.value("ipam.mode") == "multi-pool":
            raise UnknownError
        return tuple(_of_cilium(cilium))
    masks = _told_masks(fabric)
    return tuple(
        PodNetwork(network=one.value, node_mask=masks[one.value.version], place=one.place)
        for one in _one_each(fabric.pod_networks)
    )


def _one_each(facts: tuple[Fact[Network], ...]) -> tuple[Fact[Network], ...]:
    found: dict[int, Fact[Network]] = {}
    for fact in facts:
        if found.setdefault(fact.value.version, fact).value != fact.value:
            raise UnknownError
    return tuple(found.values())


def _of_cilium(cilium: CiliumRelease) -> Iterator[PodNetwork]:
    for version, family in _FAMILIES:
        if not cilium.is_on(f"{family}.enabled"):
            continue
        prefix, networks, mask = _CLUSTER_POOL[version]
        path = f"ipam.operator.{prefix}PodCIDRList"
        written = cilium.value(path, networks)
        size = cilium.value(f"ipam.operator.{prefix}MaskSize", mask)
        listed = written if isinstance(written, list) else str(written).split()
        for network in (read_network(text) for text in listed):
            if network is not None and isinstance(size, int):
                yield PodNetwork(
                    network=network,
                    node_mask=size,
                    place=cilium.place(path if cilium.is_set(path) else ""),
                    is_default=not cilium.is_set(path),
                    owner="Cilium",
                )


def _told_masks(fabric: Fabric) -> dict[int, int]:
    """Return the prefix lengths of a node's share by family: kube-controller-manager's flags, else its defaults."""
    masks = dict(_NODE_MASKS)
    for key, value in _flags(fabric):
        for version, keys in ((4, ("", "-ipv4")), (6, ("-ipv6",))):
            if key in {f"node-cidr-mask-size{end}" for end in keys} and str(value).isdigit():
                masks[version] = int(str(value))
    return masks


def _flags(fabric: Fabric) -> Iterator[tuple[str, object]]:
    for document in fabric.talos:
        flags = document.get("cluster", "controllerManager", "extraArgs")
        yield from flags.items() if isinstance(flags, dict) else ()
    for config in fabric.k3s:
        for text in config.texts("kube-controller-manager-arg"):
            key, _, value = text.partition("=")
            yield key, value
