"""A node's share of the pod network, where it is another than Kubernetes would pick. Read by `talos` and `k3s`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fabricgen.addresses import Network
from fabricgen.cluster import Networks

SOURCE = "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/"
# Defaults of --node-cidr-mask-size-ipv4 and --node-cidr-mask-size-ipv6, from SOURCE.
_DEFAULTS: Mapping[int, int] = {4: 24, 6: 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMask:
    """The prefix length of each node's share of one pod network, and why it is said at all."""

    prefix_length: int
    pods: Network

    @property
    def family(self) -> int:
        """4 or 6."""
        return self.pods.version

    @property
    def flag(self) -> str:
        """The flag of kube-controller-manager that sets it; it holds for single and for dual stack."""
        return f"node-cidr-mask-size-ipv{self.family}"

    @property
    def why(self) -> str:
        """How many nodes the pod network then has room for."""
        nodes = 2 ** (self.prefix_length - self.pods.prefixlen)
        return (
            f"a /{self.prefix_length} of {self.pods} for each node leaves room for {nodes} nodes; "
            f"the default is /{_DEFAULTS[self.family]}"
        )


def unusual_masks(networks: Networks) -> Iterator[NodeMask]:
    """Yield what differs from the default, IPv4 first."""
    for pods, prefix_length in zip(networks.pods, networks.node_masks, strict=True):
        if prefix_length != _DEFAULTS[pods.version]:
            yield NodeMask(prefix_length=prefix_length, pods=pods)
