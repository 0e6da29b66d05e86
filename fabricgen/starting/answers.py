"""What somebody told of a new cluster, and what follows from it: defaults that are computed, never in the way.

Fed by `commands.init`; used by `text`, and by the questions, whose defaults these are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice
from typing import Final, Literal

from fabricgen.addresses import Address, AddressRange, Network, parse_address, parse_network, subtract

Distribution = Literal["talos", "k3s", "docker"]

LAN: Final = "192.168.1.0/24"
BRIDGE: Final = "10.5.0.0/24"
"""The bridge of talosctl's docker provisioner.

Source: NetworkCIDR in cmd/talosctl/cmd/mgmt/cluster/create/clusterops/options.go of https://github.com/siderolabs/talos.
"""
STAND_IN: Final = "https://git.example.org/you"
"""In the place of a repository that nobody named."""
_FIRST_NODE: Final = 11  # as in 192.168.1.11: home routers seldom hand out the lowest addresses
_PODS: Final = ("10.244.0.0/16", "10.42.0.0/16", "172.20.0.0/16")
_SERVICES: Final = ("10.96.0.0/12", "10.43.0.0/16", "172.21.0.0/16")
_PODS_IPV6: Final = ("fd42:42::/56", "fd42:44::/56")
_SERVICES_IPV6: Final = ("fd42:43::/112", "fd42:45::/112")
_POOL: Final = 16
_IPV6: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstNode:
    """A machine, as told: `disk` is empty where it is not known; `place` is where it was told."""

    name: str
    address: str
    role: str = "worker"
    arch: str = "amd64"
    disk: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told so far, as it was written; None is what was not."""

    name: str | None = None
    distribution: Distribution | None = None
    nodes_network: str | None = None
    router: str | None = None
    pods: str | None = None
    services: str | None = None
    nodes: tuple[FirstNode, ...] | None = None
    endpoint: str | None = None
    load_balancers: str | None = None
    git: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything that a description needs. `load_balancers` is a network, `first-last`, or empty for no pool."""

    name: str
    distribution: Distribution
    nodes_network: str
    router: str
    pods: str
    services: str
    nodes: tuple[FirstNode, ...]
    endpoint: str
    load_balancers: str
    git: str


def complete(told: Told) -> Answers:
    """Return all answers: what was told, and for the rest what follows from it. What is told may be wrong."""
    name = "home" if told.name is None else told.name
    distribution = told.distribution or "talos"
    network_text = told.nodes_network or (BRIDGE if distribution == "docker" else LAN)
    network = _network(network_text)
    router = str(next(network.hosts())) if told.router is None else told.router
    nodes = (_first_node(name, distribution, network),) if told.nodes is None else told.nodes
    endpoint = _endpoint(distribution, network, nodes, router) if told.endpoint is None else told.endpoint
    taken = [router, endpoint, *(one.address for one in nodes)]
    return Answers(
        name=name,
        distribution=distribution,
        nodes_network=network_text,
        router=router,
        pods=told.pods or _apart(network, _PODS_IPV6 if network.version == _IPV6 else _PODS),
        services=told.services or _apart(network, _SERVICES_IPV6 if network.version == _IPV6 else _SERVICES),
        nodes=nodes,
        endpoint=endpoint,
        load_balancers=_pool(network, taken) if told.load_balancers is None else told.load_balancers,
        git=git_url(told.git or f"{STAND_IN}/{name}"),
    )


def usual_name(folder: str) -> str:
    """Return the name of a cluster in a folder of this name: the same, where that can be one."""
    return folder if re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?", folder) else "home"


def git_url(text: str) -> str:
    """Return the address of a repository as Flux takes it: git@host:path becomes ssh://git@host/path.

    Source: the pattern of `url` in api/v1/gitrepository_types.go of https://github.com/fluxcd/source-controller.
    """
    host, colon, path = text.partition(":")
    is_short = colon and "@" in host and "/" not in host and not path.startswith("//")
    return f"ssh://{host}/{path.lstrip('/')}" if is_short else text


def _network(text: str) -> Network:
    """Return the network of the nodes, or one in its place while it is not right: the rules say what is wrong."""
    try:
        network = parse_network(text)
    except ValueError:
        return parse_network(LAN)
    return network if network.num_addresses > 1 else parse_network(LAN)


def _first_node(name: str, distribution: Distribution, network: Network) -> FirstNode:
    """Return a control plane; talosctl names its first one so, and gives it the second address of the bridge."""
    if distribution == "docker":
        address = next(islice(network.hosts(), 1, None), network.network_address)
        return FirstNode(name=f"{name}-controlplane-1", role="control-plane", address=str(address))
    address = next(islice(network.hosts(), _FIRST_NODE - 1, None), network.broadcast_address - 1)
    disk = "/dev/sda" if distribution == "talos" else ""
    first = "cp-1" if distribution == "talos" else "server-1"
    return FirstNode(name=first, role="control-plane", address=str(address), disk=disk)


def next_node(nodes: tuple[FirstNode, ...]) -> FirstNode | None:
    """Return a node after those that are there, with the next address; None where no address follows."""
    last = nodes[-1]
    try:
        address = parse_address(last.address) + 1
    except ValueError:
        return None
    return FirstNode(name=f"worker-{len(nodes)}", address=str(address), arch=last.arch, disk=last.disk)


def _endpoint(distribution: Distribution, network: Network, nodes: tuple[FirstNode, ...], router: str) -> str:
    """Return where the API answers: with Talos a free address that control planes share, else the first one's own."""
    first = next((one for one in nodes if one.role == "control-plane"), nodes[0] if nodes else None)
    if first is None or distribution != "talos":
        return first.address if first else ""
    free = _free(network, [router, *(one.address for one in nodes)])
    below = [one for one in free if _is_below(one, first.address)]
    return str(below[-1].last if below else free[0].first) if free else first.address


def _is_below(free: AddressRange, address: str) -> bool:
    found = _address(address)
    return found is not None and found.version == free.version and int(free.last) < int(found)


def _address(text: str) -> Address | None:
    try:
        return parse_address(text)
    except ValueError:
        return None


def _free(network: Network, taken: list[str]) -> tuple[AddressRange, ...]:
    """Return what nobody has, lowest first; neither the first nor the last address of an IPv4 network."""
    whole = AddressRange.of(network)
    ends = [whole.first, whole.last] if isinstance(network, IPv4Network) else [whole.first]
    found = [one for text in taken if (one := _address(text)) is not None]
    return subtract([whole], (AddressRange.of(one) for one in (*ends, *found)))


def _pool(network: Network, taken: list[str]) -> str:
    """Return the highest network of sixteen addresses, or of fewer, that nobody has; empty where there is no room."""
    size = _POOL
    while size > 1:
        if blocks := list(_aligned(_free(network, taken), size)):
            return str(blocks[-1])
        size //= 2
    return ""


def _aligned(free: tuple[AddressRange, ...], size: int) -> Iterator[AddressRange]:
    """Yield the highest network of this size in each free range."""
    for one in free:
        first = (int(one.last) + 1) // size * size - size
        if first >= int(one.first):
            make = type(one.first)
            yield AddressRange(make(first), make(first + size - 1))


def _apart(network: Network, choices: tuple[str, ...]) -> str:
    """Return the first of the usual networks that does not overlap that of the nodes."""
    nodes = AddressRange.of(network)
    apart = (one for one in choices if not AddressRange.of(parse_network(one)).overlaps(nodes))
    return next(apart, choices[0])
