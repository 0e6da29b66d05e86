"""Firewalls of nodes, Cilium's and Talos': whether they are on, and what they close that the cluster needs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from fabricgen.fabric import CiliumRelease, Fabric, TalosDocument, UnknownError
from fabricgen.rules.policies.reading import Policy, PolicyRule, listed, policies_of
from fabricgen.rules.rule import Hit, rule

_FIREWALL: Final = "https://docs.cilium.io/en/v1.20/security/host-firewall/"
_PORTS: Final = "https://docs.cilium.io/en/v1.20/operations/system_requirements/#firewall-rules"
_OUTSIDE: Final = frozenset({"all", "world"})
NODES: Final = frozenset({"all", "cluster", "cluster-mesh", "kube-apiserver", "remote-node"})
_TUNNEL_PORTS: Final = {"vxlan": 8472, "geneve": 6081}


class Port(NamedTuple):
    """A port of nodes, and who listens there."""

    number: int
    protocol: str
    what: str

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol} ({self.what})"


@rule(
    "POL042",
    "warning",
    "Policies of hosts need the host firewall",
    why="Without it no agent enforces policies of nodes: every port of every node stays open.",
    source=_FIREWALL,
    fix="Set hostFirewall.enabled: true in the Cilium chart.",
)
def without_firewall(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy of nodes that nothing enforces."""
    if fabric.cilium is None or fabric.cilium.is_on("hostFirewall.enabled"):
        return
    for policy in policies_of(fabric):
        if policy.is_for_hosts and policy.is_clusterwide:
            yield policy.hit("the policy selects nodes, and hostFirewall.enabled is off", "nodeSelector")


@rule(
    "POL043",
    "error",
    "Policies of hosts leave open what nodes need of each other",
    why="Nodes drop each other's tunnel, health checks or calls of the API server to the kubelet: the cluster falls apart.",
    source=_PORTS,
    fix="Allow ingress from the entities remote-node and kube-apiserver, or from cluster.",
)
def closed_to_nodes(fabric: Fabric) -> Iterator[Hit]:
    """Yield what no policy of hosts lets in from other nodes, at the first that denies by default."""
    policies = enforced_on_hosts(fabric)
    if not policies or fabric.cilium is None or len(fabric.nodes) == 1:
        return
    needed = [*_ports_of_cilium(fabric.cilium), Port(10250, "TCP", "kubelet")]
    closed = closed_to(policies, needed, entities=NODES)
    if closed:
        message = f"no policy of hosts lets in {', '.join(map(str, closed))}"
        yield policies[0].hit(message, "nodeSelector")


@rule(
    "POL044",
    "warning",
    "Policies of hosts leave open what their owner needs",
    why="The policy locks its owner out: who cannot reach the API cannot take the policy back.",
    source=_FIREWALL,
    fix="Allow ingress to the port from where you work, or set enableDefaultDeny.ingress: false until it is.",
)
def closed_to_owner(fabric: Fabric) -> Iterator[Hit]:
    """Yield the ports of management that no policy of hosts lets in."""
    policies = enforced_on_hosts(fabric)
    if not policies:
        return
    needed = [Port(6443, "TCP", "Kubernetes API")]
    if fabric.distribution == "talos":
        needed.append(Port(50000, "TCP", "Talos API"))
    else:
        needed.append(Port(22, "TCP", "SSH"))
    closed = closed_to(policies, needed, entities=_OUTSIDE)
    if closed:
        message = f"no policy of hosts lets in {', '.join(map(str, closed))} from outside"
        yield policies[0].hit(message, "nodeSelector")


def enforced_on_hosts(fabric: Fabric) -> list[Policy]:
    """Return the policies of hosts if they are enforced and one of them denies by default; that one first."""
    policies = [one for one in policies_of(fabric) if one.is_for_hosts and one.is_clusterwide]
    if not policies or fabric.cilium is None or not fabric.cilium.is_on("hostFirewall.enabled"):
        return []
    if fabric.cilium.value("policyAuditMode", default=False) in {True, "true"}:
        return []
    if not all(one.item.exact for one in policies):
        raise UnknownError
    policies.sort(key=lambda one: not one.denies_by_default("ingress"))
    return policies if policies[0].denies_by_default("ingress") else []


def closed_to(
    policies: list[Policy], needed: list[Port], *, entities: frozenset[str], pods: bool = False
) -> list[Port]:
    """Return the ports that no rule lets in from these entities, or from networks, which may hold them.

    With `pods`, rules that let in any pods count as well.
    """
    rules = [
        one
        for policy in policies
        for one in policy.rules("ingress")
        if _is_from(one, entities) or (pods and listed(one.body, "fromEndpoints"))
    ]
    return [port for port in needed if not any(_lets_in(one, port) for one in rules)]


def _is_from(one: PolicyRule, entities: frozenset[str]) -> bool:
    if any(listed(one.body, key) for key in ("fromCIDR", "fromCIDRSet", "fromGroups", "fromNodes")):
        return True
    named = {str(entity) for entity in listed(one.body, "fromEntities")}
    return bool(named & entities) or (bool(one.body) and not named and "fromEndpoints" not in one.body)


def _lets_in(one: PolicyRule, port: Port) -> bool:
    """Tell whether a rule may let a port in, whoever asks."""
    if listed(one.body, "icmps"):
        return False
    entries = [entry for _, entry in one.port_rules()]
    if not entries:
        return True
    return any(
        _is_port(entry, port)
        for outer in entries
        for entry in listed(outer, "ports")
        if isinstance(entry, Mapping)
    )


def _is_port(entry: Mapping[str, Any], port: Port) -> bool:
    written, last = str(entry.get("port", "")), entry.get("endPort")
    protocol = str(entry.get("protocol") or "ANY").upper()
    if protocol not in {"ANY", port.protocol}:
        return False
    if not written.isdigit():
        return True
    end = last if isinstance(last, int) else int(written)
    return int(written) == 0 or int(written) <= port.number <= end


def _ports_of_cilium(cilium: CiliumRelease) -> Iterator[Port]:
    """Yield what agents need of each other. Raises UnknownError as `value` does."""
    if cilium.value("routingMode") == "tunnel":
        protocol = str(cilium.value("tunnelProtocol"))
        number = cilium.value("tunnelPort", 0) or _TUNNEL_PORTS.get(protocol)
        if isinstance(number, int):
            yield Port(number, "UDP", protocol)
    if cilium.is_on("encryption.enabled") and cilium.value("encryption.type") == "wireguard":
        yield Port(51871, "UDP", "WireGuard")
    if cilium.value("healthChecking", default=True) is True:
        yield Port(4240, "TCP", "health checks")


@rule(
    "POL045",
    "error",
    "Talos' firewall leaves open what Cilium needs between nodes",
    why="Pods of different nodes do not reach each other: Talos opens nothing for a CNI by itself.",
    source="https://docs.siderolabs.com/talos/v1.12/networking/ingress-firewall",
    fix="Add a NetworkRuleConfig for the port, with the subnet of the nodes as ingress.",
)
def closed_by_talos(fabric: Fabric) -> Iterator[Hit]:
    """Yield the ports that no rule of Talos' firewall opens where it blocks by default."""
    blocking = [one for one in fabric.talos if one.kind == "NetworkDefaultActionConfig"]
    blocking = [one for one in blocking if one.get("ingress") == "block"]
    if not blocking or fabric.cilium is None or len(fabric.nodes) == 1 or _has_kubespan(fabric):
        return
    needed = list(_ports_of_cilium(fabric.cilium))
    if fabric.cilium.is_on("hubble.enabled") and fabric.cilium.is_on("hubble.relay.enabled"):
        needed.append(Port(4244, "TCP", "Hubble"))
    rules = [one for one in fabric.talos if one.kind == "NetworkRuleConfig"]
    closed = [port for port in needed if not any(_opens(one, port) for one in rules)]
    if closed:
        message = f"ingress is blocked, and no NetworkRuleConfig opens {', '.join(map(str, closed))}"
        first = blocking[0]
        place = first.item.place(*first.prefix, "ingress")
        yield Hit(place=place, message=message, object="NetworkDefaultActionConfig")


def _has_kubespan(fabric: Fabric) -> bool:
    return any(
        one.get("machine", "network", "kubespan", "enabled") is True or one.kind == "KubeSpanConfig"
        for one in fabric.talos
    )


def _opens(document: TalosDocument, port: Port) -> bool:
    if str(document.get("portSelector", "protocol")).upper() != port.protocol:
        return False
    ports = document.get("portSelector", "ports")
    return isinstance(ports, list) and any(_spans(str(one), port.number) for one in ports)


def _spans(written: str, number: int) -> bool:
    first, _, last = written.partition("-")
    if not first.strip().isdigit():
        return True
    return int(first) <= number <= int(last or first)
