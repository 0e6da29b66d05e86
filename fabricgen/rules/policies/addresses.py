"""Addresses in Cilium's policies: how they are written, and which of them Cilium knows by another name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any, Final

from fabricgen.addresses import Address, Network
from fabricgen.fabric import Fabric
from fabricgen.fabric.machines import read_network
from fabricgen.repository.substitution import is_open
from fabricgen.rules.policies.reading import (
    CODE,
    REFUSED,
    SERVER_REFUSES,
    VALIDATION,
    Path,
    PolicyRule,
    listed,
    rules_of,
    texts,
)
from fabricgen.rules.rule import Hit, rule

MATCH_DOCS: Final = "https://docs.cilium.io/en/v1.20/security/policy/layer3/#ip-cidr-based"


def cidrs_of(one: PolicyRule) -> Iterator[tuple[Path, str]]:
    """Yield each network that a rule names, as written, with its path; exceptions are left out."""
    key = one.side("CIDR")
    for number, text in texts(one.body, key):
        yield (*one.path, key, number), text
    for path, entry in _entries(one):
        if isinstance(entry.get("cidr"), str) and not is_open(entry["cidr"]):
            yield (*path, "cidr"), entry["cidr"]


def _entries(one: PolicyRule) -> Iterator[tuple[Path, dict[str, Any]]]:
    key = one.side("CIDRSet")
    for number, entry in enumerate(listed(one.body, key)):
        if isinstance(entry, dict):
            yield (*one.path, key, number), entry


@rule(
    "POL020",
    "error",
    "A network in a policy is an address with a length",
    why=f"{SERVER_REFUSES} The CRD wants the form 10.0.0.0/24; a single address is 10.0.0.1/32.",
    source=f"{CODE}/pkg/policy/api/cidr.go",
    fix="Write the length: /32 for one IPv4 address, /128 for one IPv6 address.",
)
def no_network(fabric: Fabric) -> Iterator[Hit]:
    """Yield each text that is no network."""
    for one in rules_of(fabric):
        excepted = (
            ((*path, "except", number), text)
            for path, entry in _entries(one)
            for number, text in texts(entry, "except")
        )
        for path, text in (*cidrs_of(one), *excepted):
            if "/" in text and read_network(text) is not None:
                continue
            whole = _with_length(text)
            edits = one.policy.edit("set", path, whole) if whole else ()
            yield one.policy.hit_at(path, f"{text} is not a network", edits=edits)


def _with_length(text: str) -> str:
    try:
        return f"{text}/{ip_address(text).max_prefixlen}"
    except ValueError:
        return ""


@rule(
    "POL021",
    "error",
    "An exception lies within the network that it is made of",
    why=REFUSED,
    source=VALIDATION,
    fix="Take the exception out, or put it under the network that holds it.",
)
def exception_outside(fabric: Fabric) -> Iterator[Hit]:
    """Yield each exception that its network does not hold."""
    for one in rules_of(fabric):
        for path, entry in _entries(one):
            network = _network(entry.get("cidr"))
            for number, text in texts(entry, "except"):
                inner = _network(text)
                if network and inner and not _holds(network, inner):
                    message = f"{text} is not in {entry['cidr']}"
                    yield one.policy.hit_at((*path, "except", number), message)


@rule(
    "POL022",
    "info",
    "A network in a policy has no host bits",
    why="Cilium takes the whole network: more addresses than someone who reads the policy may think.",
    source=f"{CODE}/pkg/policy/api/cidr.go",
    fix="Write the first address of the network, or /32 (/128) for the one address.",
)
def host_bits(fabric: Fabric) -> Iterator[Hit]:
    """Yield each network that is written with the address of a host."""
    for one in rules_of(fabric):
        for path, text in cidrs_of(one):
            network = _network(text)
            if network is not None and ip_interface(text.strip()).ip != network.network_address:
                yield one.policy.hit_at(path, f"{text} is the whole network {network}")


@rule(
    "POL023",
    "warning",
    "Pods, nodes and Services are not named by address",
    why="Cilium knows what is in the cluster by identity, and matches networks with what is outside only.",
    source=MATCH_DOCS,
    fix="Use fromEndpoints or toEndpoints for pods and for what is behind Services, the entities host, remote-node and "
    "kube-apiserver for nodes; or set policyCIDRMatchMode.",
)
def inside_by_address(fabric: Fabric) -> Iterator[Hit]:
    """Yield each network that holds nothing but addresses of the cluster."""
    inside = known_by_identity(fabric)
    for one in rules_of(fabric):
        if one.policy.is_for_hosts:
            continue
        for path, text in cidrs_of(one):
            what = inside.named(text, egress=not one.is_ingress)
            if what:
                yield one.policy.hit_at(path, f"{text} is {what}, which networks in policies do not match")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What Cilium knows by identity, and does not match by address."""

    pods: tuple[Network, ...]
    services: tuple[Network, ...]
    nodes: Mapping[Address, str]

    def named(self, text: str, *, egress: bool) -> str:
        """Return what a network is part of; nothing if it may hold what is outside, or is no network."""
        network = _network(text)
        if network is None:
            return ""
        for pods in self.pods:
            if _holds(pods, network):
                return f"part of the pods' network {pods}"
        for services in self.services if egress else ():
            if _holds(services, network):
                return f"part of the Services' network {services}"
        node = self.nodes.get(network.network_address) if network.num_addresses == 1 else None
        return f"the address of node {node}" if node else ""


def known_by_identity(fabric: Fabric) -> Inside:
    """Return what networks in policies do not match. Raises UnknownError if Cilium's values are not all known."""
    if fabric.cilium is None:
        return Inside(pods=(), services=(), nodes={})
    modes = fabric.cilium.value("policyCIDRMatchMode", "")
    pods = dict.fromkeys(fact.value for fact in fabric.pod_networks) if "pods" not in modes else ()
    nodes = {one.address.value: one.name for one in fabric.nodes} if "nodes" not in modes else {}
    services = dict.fromkeys(fact.value for fact in fabric.service_networks)
    return Inside(pods=tuple(pods), services=tuple(services), nodes=nodes)


def _network(text: object) -> Network | None:
    if not isinstance(text, str) or "/" not in text or is_open(text):
        return None
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _holds(outer: Network, inner: Network) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type] # of one version
