"""Rules about the pod and the service network: kind, size, families."""

from collections.abc import Iterator
from ipaddress import ip_network

from fabricgen.addresses import AddressRange, Network
from fabricgen.description import Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.owners import IPV4
from fabricgen.resolve.rules.plan import special_kind

DEFAULT_NODE_MASKS = {4: 24, 6: 64}
# kube-controller-manager gives up beyond: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/nodeipam/ipam/cidrset/cidr_set.go
_MOST_SHARE_BITS = 16
# kube-apiserver's limit of 20 bits for IPv4: https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kube-apiserver/app/options/validation.go
_LEAST_SERVICE_PREFIX = {4: 12, 6: 108}
# https://docs.k3s.io/networking/basic-network-options
_LEAST_SERVICE_PREFIX_K3S = {4: 12, 6: 112}
_DNS_ADDRESS = 10
_LEAST_PODS = 16
_PRIVATE = {
    4: tuple(ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")),
    6: (ip_network("fc00::/7"),),
}
# Docker's own bridge on every machine where it runs: https://docs.docker.com/engine/daemon/
_DOCKER_BRIDGE = ip_network("172.17.0.0/16")


def _cluster_networks(description: Description) -> Iterator[tuple[Path, Network]]:
    networks = description.networks
    yield from ((("networks", "pods"), network) for network in networks.pods)
    yield from ((("networks", "services"), network) for network in networks.services)


def rule_cluster_networks_are_private(description: Description) -> Iterator[Problem]:
    """Pods cannot reach whoever really has those addresses."""
    for path, network in _cluster_networks(description):
        private = ", ".join(str(one) for one in _PRIVATE[network.version])
        if kind := special_kind(network):
            message = f"{network} is {kind}, which no pod and no Service can have"
            yield Problem(message=message, path=path, hint=f"private networks lie in {private}")
        elif not _is_private(network):
            kind = "public" if network.is_global else "not private"
            message = f"{network} is {kind}: the cluster could not reach whoever has those addresses"
            yield Problem(message=message, path=path, hint=f"private networks lie in {private}")


def _is_private(network: Network) -> bool:
    mine = AddressRange.of(network)
    return any(mine.within(private) for private in _PRIVATE[network.version])


def rule_cluster_networks_leave_dockers_bridge_alone(description: Description) -> Iterator[Problem]:
    """Where the nodes are containers, the host's own bridge is next door."""
    talos = description.distribution.talos
    if talos is None or talos.docker is None:
        return
    for path, network in (*_cluster_networks(description), *_lan(description)):
        if AddressRange.of(network).overlaps(AddressRange.of(_DOCKER_BRIDGE)):
            yield Problem(
                message=f"{network} overlaps {_DOCKER_BRIDGE}, docker's default bridge",
                path=path,
                hint="take another network, such as 10.244.0.0/16",
            )


def _lan(description: Description) -> Iterator[tuple[Path, Network]]:
    yield from ((("networks", "nodes"), network) for network in description.networks.nodes)


def rule_pods_and_services_have_the_same_families(description: Description) -> Iterator[Problem]:
    """Dual stack is dual for both. Source: https://kubernetes.io/docs/concepts/services-networking/dual-stack/."""
    pods, services = description.networks.pods, description.networks.services
    if _families(pods) != _families(services):
        yield Problem(
            message=f"services are {_families(services)}, but networks.pods is {_families(pods)}",
            path=("networks", "services"),
            hint=f"write networks for {_families(pods)} in both",
        )


def _families(networks: tuple[Network, ...]) -> str:
    return " and ".join(f"IPv{network.version}" for network in networks)


def rule_the_lan_has_the_families_of_the_pods(description: Description) -> Iterator[Problem]:
    """A node needs an address of each family that its pods have. Source as above."""
    lan = {network.version for network in description.networks.nodes}
    for network in description.networks.pods:
        if network.version not in lan:
            yield Problem(
                message=f"{network} is IPv{network.version}, but networks.nodes has no such network",
                path=("networks", "pods"),
                hint="write the LAN as a pair too, or pods and services in its family only",
            )


def rule_nodes_have_the_families_of_the_pods(description: Description) -> Iterator[Problem]:
    """Otherwise pods on that node lack a family that others have."""
    lan = {network.version for network in description.networks.nodes}
    wanted = [network.version for network in description.networks.pods if network.version in lan]
    for index, node in enumerate(description.nodes):
        for version in wanted:
            if version not in {address.version for address in node.address}:
                yield Problem(
                    message=f"{node.name} has no IPv{version} address, but networks.pods is "
                    f"{_families(description.networks.pods)}",
                    path=("nodes", index, "address"),
                    hint="write an IPv4/IPv6 pair: [10.0.0.10, fd00::10]" if len(wanted) > 1 else "",
                )


def node_masks(description: Description) -> tuple[int, ...]:
    """Return the prefix length of a node's share for each pod network, in their order."""
    networks = description.networks
    return networks.node_mask or tuple(DEFAULT_NODE_MASKS[network.version] for network in networks.pods)


def rule_node_mask_is_given_for_each_family(description: Description) -> Iterator[Problem]:
    """One for each pod network, in their order: IPv4 first."""
    masks, pods = description.networks.node_mask, description.networks.pods
    if masks is not None and len(masks) != len(pods):
        wanted = ", ".join(str(DEFAULT_NODE_MASKS[network.version]) for network in pods)
        yield Problem(
            message=f"{len(masks)} given, but networks.pods has {len(pods)} ({_families(pods)})",
            path=("networks", "nodeMask"),
            hint=f"write one for each, such as [{wanted}]",
        )


def rule_pod_network_has_a_share_for_each_node(description: Description) -> Iterator[Problem]:
    """Kubernetes gives every node its own part of the pod network; a node without one gets no pods."""
    masks, count = node_masks(description), len(description.nodes)
    if len(masks) != len(description.networks.pods):
        return
    for network, mask in zip(description.networks.pods, masks, strict=True):
        shares = 2 ** max(mask - network.prefixlen, 0) if mask >= network.prefixlen else 0
        if shares < count:
            yield _too_small(description, network, mask, shares=shares)
        elif mask - network.prefixlen > _MOST_SHARE_BITS:
            yield Problem(
                message=f"{network} in shares of /{mask} is more than kube-controller-manager handles",
                path=("networks", "pods"),
                hint=f"write at most a /{mask - _MOST_SHARE_BITS}, or nodeMask: {network.prefixlen + _MOST_SHARE_BITS}",
            )


def _too_small(description: Description, network: Network, mask: int, *, shares: int) -> Problem:
    count = len(description.nodes)
    bits = (count - 1).bit_length()
    holds = (
        f"holds {shares} share{'s' if shares != 1 else ''} of /{mask}"
        if shares
        else f"is smaller than one /{mask}"
    )
    finest = network.prefixlen + bits
    masks = [
        finest if one == network else of
        for one, of in zip(description.networks.pods, node_masks(description), strict=True)
    ]
    other = (
        f", or nodeMask: {masks}" if network.max_prefixlen - finest >= _LEAST_PODS.bit_length() - 1 else ""
    )
    return Problem(
        message=f"{network} {holds}, and there {'is 1 node' if count == 1 else f'are {count} nodes'}",
        path=("networks", "pods"),
        hint=f"write at least a /{mask - bits}{other}",
    )


def rule_a_nodes_share_holds_its_pods(description: Description) -> Iterator[Problem]:
    """Cilium itself takes two addresses of each share, and every node runs several pods of the system."""
    masks = node_masks(description)
    for network, mask in zip(description.networks.pods, masks, strict=False):
        if mask > network.max_prefixlen or 2 ** (network.max_prefixlen - mask) < _LEAST_PODS:
            longest = network.max_prefixlen - (_LEAST_PODS.bit_length() - 1)
            yield Problem(
                message=f"a /{mask} leaves each node fewer than {_LEAST_PODS} IPv{network.version} addresses for its pods",
                path=("networks", "nodeMask"),
                hint=f"the default is {DEFAULT_NODE_MASKS[network.version]}, the longest that works {longest}",
            )


def rule_service_network_has_a_size_that_kubernetes_takes(description: Description) -> Iterator[Problem]:
    """kube-apiserver refuses larger ones, and cluster DNS is the tenth address."""
    k3s = description.distribution.k3s is not None
    least = _LEAST_SERVICE_PREFIX_K3S if k3s else _LEAST_SERVICE_PREFIX
    for network in description.networks.services:
        most = 28 if network.version == IPV4 else 124
        if network.prefixlen < least[network.version]:
            who = "k3s" if k3s else "kube-apiserver"
            yield Problem(
                message=f"{network} is larger than {who} takes",
                path=("networks", "services"),
                hint=f"the largest is a /{least[network.version]}",
            )
        elif network.num_addresses <= _DNS_ADDRESS:
            yield Problem(
                message=f"{network} has {network.num_addresses} addresses, and cluster DNS is the tenth",
                path=("networks", "services"),
                hint=f"the smallest that works is a /{most}, a /16 is usual",
            )
