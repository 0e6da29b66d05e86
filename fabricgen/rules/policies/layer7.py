"""L7 rules and ICMP: where they may stand, and with which ports."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.rules.policies.reading import (
    ALLOWING,
    CODE,
    DENYING,
    REFUSED,
    SERVER_REFUSES,
    VALIDATION,
    Path,
    PolicyRule,
    listed,
    rules_of,
)
from fabricgen.rules.rule import Hit, rule

_BOTH: Final = {"DestinationUnreachable", "TimeExceeded", "ParameterProblem", "EchoReply", "EchoRequest"}
_BOTH_ALSO: Final = {"RouterAdvertisement", "ExtendedEchoRequest", "ExtendedEchoReply"}
_SHARED: Final = frozenset(_BOTH | _BOTH_ALSO)
_IPV4: Final = _SHARED | {"Redirect", "Echo", "RouterSelection", "Timestamp", "TimestampReply", "Photuris"}
_IPV6: Final = _SHARED | {
    "PacketTooBig",
    "MulticastListenerQuery",
    "MulticastListenerReport",
    "MulticastListenerDone",
    "RouterSolicitation",
    "NeighborSolicitation",
    "NeighborAdvertisement",
    "RedirectMessage",
    "RouterRenumbering",
    "ICMPNodeInformationQuery",
    "ICMPNodeInformationResponse",
    "InverseNeighborDiscoverySolicitation",
    "InverseNeighborDiscoveryAdvertisement",
    "HomeAgentAddressDiscoveryRequest",
    "HomeAgentAddressDiscoveryReply",
    "MobilePrefixSolicitation",
    "MobilePrefixAdvertisement",
    "DuplicateAddressRequestCodeSuffix",
    "DuplicateAddressConfirmationCodeSuffix",
}
_HIGHEST: Final = 255


@rule(
    "POL024",
    "error",
    "L7 rules need l7Proxy",
    why=REFUSED,
    source=VALIDATION,
    fix="Set l7Proxy: true in the Cilium chart, or remove the L7 rules.",
)
def without_proxy(fabric: Fabric) -> Iterator[Hit]:
    """Yield each L7 rule, those for DNS among them, where there is no proxy."""
    if fabric.cilium is None or fabric.cilium.is_on("l7Proxy"):
        return
    for one in rules_of(fabric, *ALLOWING):
        for path, protocol, _ in one.layer7():
            yield one.policy.hit_at(path, f"there are rules for {protocol}, and l7Proxy is off")


@rule(
    "POL025",
    "error",
    "L7 rules stand at ports that are told to be TCP",
    why=f"{REFUSED} A port without a protocol is any protocol.",
    source=VALIDATION,
    fix="Write protocol: TCP at each port of the entry; rules for DNS may stand at UDP.",
)
def http_without_tcp(fabric: Fabric) -> Iterator[Hit]:
    """Yield each port beside rules for HTTP that is not TCP."""
    for one in rules_of(fabric, *ALLOWING):
        for path, protocol, entry in one.layer7():
            if protocol == "dns":
                continue
            for number, port in enumerate(listed(entry, "ports")):
                written = port.get("protocol", "") if isinstance(port, dict) else "TCP"
                if not str(written).startswith("$") and str(written).upper() != "TCP":
                    where = (*path[:-2], "ports", number)
                    edits = one.policy.edit("set", (*where, "protocol"), "TCP")
                    message = (
                        f"the port {port.get('port')} of rules for {protocol} is {written or 'any protocol'}"
                    )
                    yield one.policy.hit_at(where, message, edits=edits)


@rule(
    "POL026",
    "error",
    "Rules for DNS stand in egress, with their ports",
    why=f"{REFUSED} The proxy for DNS looks at what pods ask, at single ports.",
    source=VALIDATION,
    fix="Move the rules into egress, with the port 53.",
)
def misplaced_dns(fabric: Fabric) -> Iterator[Hit]:
    """Yield each rule for DNS of ingress, without ports, or with a range of ports."""
    for one in rules_of(fabric, *ALLOWING):
        for path, protocol, entry in one.layer7():
            if protocol != "dns":
                continue
            ports = [port for port in listed(entry, "ports") if isinstance(port, dict)]
            if one.is_ingress:
                yield one.policy.hit_at(path, "there are rules for DNS in ingress")
            elif not ports and one.policy.item.exact:
                yield one.policy.hit_at(path, "the rules for DNS have no ports")
            elif any("endPort" in port for port in ports):
                yield one.policy.hit_at(path, "the rules for DNS stand at a range of ports")


@rule(
    "POL027",
    "error",
    "A policy of hosts has no L7 rules but those for DNS",
    why=REFUSED,
    source="https://docs.cilium.io/en/v1.20/security/policy/host/",
    fix="Remove the L7 rules; peers and ports are what a policy of hosts can tell.",
)
def layer7_of_hosts(fabric: Fabric) -> Iterator[Hit]:
    """Yield each L7 rule of a policy of hosts that is not for DNS."""
    for one in rules_of(fabric, *ALLOWING):
        for path, protocol, _ in one.layer7():
            if one.policy.is_for_hosts and protocol != "dns":
                yield one.policy.hit_at(path, f"the policy selects nodes, and has rules for {protocol}")


@rule(
    "POL028",
    "error",
    "What denies has no L7 rules and no names",
    why=f"{SERVER_REFUSES} Cilium denies peers and ports only, not requests or names.",
    source="https://docs.cilium.io/en/v1.20/security/policy/deny/",
    fix="Allow what is wanted by L7 rules or toFQDNs instead: what is not allowed is denied.",
)
def denied_layer7(fabric: Fabric) -> Iterator[Hit]:
    """Yield each rule that denies requests or names."""
    for one in rules_of(fabric, *DENYING):
        if one.body.get("toFQDNs"):
            yield one.policy.hit_at((*one.path, "toFQDNs"), f"toFQDNs stands in {one.direction}")
        for path, protocol, _ in one.layer7():
            yield one.policy.hit_at(path, f"rules for {protocol} stand in {one.direction}")


@rule(
    "POL029",
    "error",
    "ICMP and ports stand in rules of their own",
    why=REFUSED,
    source=VALIDATION,
    fix="Make two rules of it, one with icmps and one with toPorts.",
)
def icmp_beside_ports(fabric: Fabric) -> Iterator[Hit]:
    """Yield each rule with ICMP and ports."""
    for one in rules_of(fabric):
        if listed(one.body, "icmps") and listed(one.body, "toPorts"):
            yield one.policy.hit_at((*one.path, "icmps"), "icmps stands beside toPorts")


@rule(
    "POL030",
    "error",
    "An ICMP type is one of its family",
    why="No agent can read the policy, so nothing in it is enforced. Without a family, IPv4 is meant.",
    source=f"{CODE}/pkg/policy/api/icmp.go",
    fix="Write a number from 0 to 255 or a name of that family, and family: IPv6 for types of ICMPv6.",
)
def icmp_types(fabric: Fabric) -> Iterator[Hit]:
    """Yield each type that its family does not have."""
    for one in rules_of(fabric):
        for path, family, written in _icmp_types(one):
            known = _IPV6 if family == "IPv6" else _IPV4
            text = str(written)
            if text.isdigit() and int(text) <= _HIGHEST:
                continue
            if text not in known and not text.startswith("$"):
                yield one.policy.hit_at(path, f"{text} is not a type of ICMP for {family}")


def _icmp_types(one: PolicyRule) -> Iterator[tuple[Path, str, object]]:
    for outer, icmp in enumerate(listed(one.body, "icmps")):
        for inner, field in enumerate(listed(icmp, "fields") if isinstance(icmp, dict) else ()):
            if isinstance(field, dict) and "type" in field:
                path = (*one.path, "icmps", outer, "fields", inner, "type")
                yield path, str(field.get("family") or "IPv4"), field["type"]
