"""The form of Cilium's policies: fields that are another kind's or gone, rules that say nothing, ports."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.rules.policies.reading import (
    ALLOWING,
    CODE,
    CRD,
    DIRECTIONS,
    REFUSED,
    SERVER_REFUSES,
    VALIDATION,
    Policy,
    PolicyRule,
    listed,
    policies_of,
    rules_of,
)
from fabricgen.rules.rule import Hit, rule

_MOST: Final = 40
_OF_SPEC: Final = {
    "podSelector": "endpointSelector",
    "policyTypes": "nothing: the lists ingress and egress tell the directions",
}
_OF_RULE: Final = {"from": "{side}Endpoints", "to": "{side}Endpoints", "ports": "toPorts"}
_OF_PEER: Final = {
    "podSelector": "the labels themselves, in {side}Endpoints",
    "namespaceSelector": "{side}Endpoints with the label k8s:io.kubernetes.pod.namespace",
    "ipBlock": "{side}CIDRSet",
}


@rule(
    "POL001",
    "error",
    "A CiliumNetworkPolicy has no fields of a NetworkPolicy",
    why=f"{SERVER_REFUSES} Where unknown fields are dropped instead, the policy says something else than is meant.",
    source=CRD,
    fix="Write the field that Cilium has for it, or make the object a NetworkPolicy of networking.k8s.io/v1.",
)
def foreign_fields(fabric: Fabric) -> Iterator[Hit]:
    """Yield each field that only Kubernetes' own kind has."""
    for policy in policies_of(fabric):
        for key, instead in _OF_SPEC.items():
            if key in policy.spec:
                renamed = key == "podSelector" and "endpointSelector" not in policy.spec
                path = (*policy.path, key)
                edits = policy.edit("rename", path, instead) if renamed else ()
                yield policy.hit_at(
                    path, f"{key} is not a field of {policy.item.kind}: {instead}", edits=edits
                )
        for one in policy.rules():
            yield from _foreign_in_rule(one)


def _foreign_in_rule(one: PolicyRule) -> Iterator[Hit]:
    side = one.side("")
    for key, instead in _OF_RULE.items():
        if key in one.body:
            message = f"{key} is not a field of a rule of {one.policy.item.kind}: {instead.format(side=side)}"
            yield one.policy.hit_at((*one.path, key), message)
    for number, peer in enumerate(listed(one.body, one.side("Endpoints"))):
        for key, instead in _OF_PEER.items():
            if isinstance(peer, dict) and key in peer:
                path = (*one.path, one.side("Endpoints"), number, key)
                yield one.policy.hit_at(
                    path, f"{key} is not a selector of labels: {instead.format(side=side)}"
                )


@rule(
    "POL002",
    "error",
    "fromRequires and toRequires are gone since Cilium 1.19",
    why=f"{SERVER_REFUSES} A list that is not empty is not valid any more.",
    source="https://docs.cilium.io/en/v1.19/operations/upgrade/",
    fix="Deny what lacks the labels, by ingressDeny or egressDeny.",
    since="1.19",
)
def requirements(fabric: Fabric) -> Iterator[Hit]:
    """Yield each list of requirements that is not empty."""
    if fabric.cilium is None or not fabric.cilium.is_at_least((1, 19)):
        return
    for one in rules_of(fabric):
        key = one.side("Requires")
        if listed(one.body, key):
            message = f"{key} does not exist in Cilium {fabric.cilium.version}"
            yield one.policy.hit_at((*one.path, key), message)


@rule(
    "POL003",
    "error",
    "Rules for Kafka and l7proto are gone since Cilium 1.20",
    why=f"{SERVER_REFUSES} Without the rule the port would be open to every request.",
    source=f"{CODE}/pkg/policy/api/l4.go",
    fix="Remove the rule; what is allowed at the port is then decided by peers alone.",
    since="1.20",
)
def kafka(fabric: Fabric) -> Iterator[Hit]:
    """Yield rules of protocols that are gone."""
    if fabric.cilium is None or not fabric.cilium.is_at_least((1, 20)):
        return
    for one in rules_of(fabric, *ALLOWING):
        for path, protocol, _ in one.layer7():
            if protocol in {"kafka", "l7", "l7proto"}:
                message = f"rules.{protocol} does not exist in Cilium {fabric.cilium.version}"
                yield one.policy.hit_at(path, message)


@rule(
    "POL004",
    "error",
    "A policy has a rule of at least one direction",
    why=f"{REFUSED} Cilium up to 1.16 took it, and it did nothing.",
    source=VALIDATION,
    fix="Write ingress or egress; a list with one empty rule, [{}], denies all that nothing else allows.",
)
def no_direction(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy without rules."""
    for policy in policies_of(fabric):
        if not policy.item.exact or any(policy.spec.get(key) for key in DIRECTIONS):
            continue
        empty = [key for key in DIRECTIONS if key in policy.spec]
        if empty:
            message = (
                f"{' and '.join(empty)} {'are' if len(empty) > 1 else 'is'} empty, and there is no other rule"
            )
            yield policy.hit(message, empty[0])
        else:
            yield policy.hit("the policy has no ingress, ingressDeny, egress or egressDeny")


@rule(
    "POL005",
    "warning",
    "An empty list of rules denies nothing",
    why="Only a list with a rule in it switches default deny on: the direction stays as open as without the policy.",
    source=VALIDATION,
    fix="Write a list with one empty rule, [{}], or set the direction in enableDefaultDeny; or remove the empty list.",
)
def empty_direction(fabric: Fabric) -> Iterator[Hit]:
    """Yield each empty list of rules beside one that is not empty."""
    for policy in policies_of(fabric):
        if not policy.item.exact or not any(policy.spec.get(key) for key in DIRECTIONS):
            continue
        for key in ALLOWING:
            if policy.spec.get(key) == [] and not policy.spec.get(f"{key}Deny") and not _is_told(policy, key):
                edits = policy.edit("set", (*policy.path, key), [{}])
                yield policy.hit(f"{key} is empty, so it denies nothing", key, edits=edits)


def _is_told(policy: Policy, direction: str) -> bool:
    told = policy.spec.get("enableDefaultDeny")
    return isinstance(told, dict) and direction in told


@rule(
    "POL006",
    "error",
    "A port is a text",
    why=SERVER_REFUSES,
    source=CRD,
    fix='Put the number in quotes, "443".',
)
def port_as_number(fabric: Fabric) -> Iterator[Hit]:
    """Yield each port that is a number."""
    for one in rules_of(fabric):
        for path, port in one.ports():
            written = port.get("port")
            if isinstance(written, int) and not isinstance(written, bool):
                where = (*path, "port")
                edits = one.policy.edit("set", where, str(written))
                yield one.policy.hit_at(where, f"the port {written} is a number", edits=edits)


@rule(
    "POL007",
    "error",
    "An entry of toPorts has at most 40 ports, an entry of icmps 40 types",
    why=SERVER_REFUSES,
    source=VALIDATION,
    fix="Make two entries of it, or use endPort for a range.",
)
def too_many_ports(fabric: Fabric) -> Iterator[Hit]:
    """Yield each list that is too long."""
    for one in rules_of(fabric):
        for path, entry in one.port_rules():
            if len(listed(entry, "ports")) > _MOST:
                message = f"{len(listed(entry, 'ports'))} ports in one entry"
                yield one.policy.hit_at((*path, "ports"), message)
        for number, icmp in enumerate(listed(one.body, "icmps")):
            if isinstance(icmp, dict) and len(listed(icmp, "fields")) > _MOST:
                path = (*one.path, "icmps", number, "fields")
                yield one.policy.hit_at(path, f"{len(listed(icmp, 'fields'))} ICMP types in one entry")


@rule(
    "POL008",
    "error",
    "A policy has an endpointSelector or a nodeSelector, not both",
    why=REFUSED,
    source=VALIDATION,
    fix="Write endpointSelector: {} for every pod, or nodeSelector for nodes, in a policy of its own each.",
)
def selectors(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy with none or both."""
    for policy in policies_of(fabric):
        found = [key for key in ("endpointSelector", "nodeSelector") if key in policy.spec]
        if len(found) > 1:
            yield policy.hit("the policy has an endpointSelector and a nodeSelector", "nodeSelector")
        elif not found and policy.item.exact and "podSelector" not in policy.spec:
            yield policy.hit("the policy has neither an endpointSelector nor a nodeSelector")


@rule(
    "POL009",
    "error",
    "A nodeSelector stands in a CiliumClusterwideNetworkPolicy",
    why=f"{REFUSED} Nodes stand in no namespace.",
    source=f"{CODE}/pkg/k8s/apis/cilium.io/v2/cnp_types.go",
    fix="Make the policy a CiliumClusterwideNetworkPolicy.",
)
def namespaced_host_policy(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy of a namespace that selects nodes."""
    for policy in policies_of(fabric):
        if policy.is_for_hosts and not policy.is_clusterwide:
            yield _kind_hit(policy)


def _kind_hit(policy: Policy) -> Hit:
    return policy.hit("nodeSelector stands in a CiliumNetworkPolicy", "nodeSelector")
