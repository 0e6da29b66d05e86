"""Kubernetes' NetworkPolicies as Cilium takes them."""

from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.rules.policies.addresses import known_by_identity
from fabricgen.rules.policies.reading import Path, listed
from fabricgen.rules.rule import Hit, rule

_GROUP: Final = "networking.k8s.io"
_OF_SPEC: Final = ("endpointSelector", "nodeSelector", "ingressDeny", "egressDeny", "enableDefaultDeny")
_OF_RULE: Final = (
    "fromEndpoints",
    "fromEntities",
    "fromCIDR",
    "fromCIDRSet",
    "toEndpoints",
    "toEntities",
    "toCIDR",
    "toCIDRSet",
    "toFQDNs",
    "toServices",
    "toPorts",
    "icmps",
)


@rule(
    "POL040",
    "warning",
    "An ipBlock names addresses outside of the cluster",
    why="Cilium knows pods and nodes by identity: an ipBlock does not match them, so what it allows is dropped.",
    source="https://docs.cilium.io/en/v1.20/network/kubernetes/policy/#networkpolicy",
    fix="Select pods by podSelector and namespaceSelector; for nodes, set policyCIDRMatchMode: nodes in the Cilium chart "
    "or write a CiliumNetworkPolicy with entities.",
)
def blocks_inside(fabric: Fabric) -> Iterator[Hit]:
    """Yield each block that holds nothing but addresses of the cluster."""
    inside = known_by_identity(fabric)
    for item in fabric.in_force(_GROUP, "NetworkPolicy"):
        for path, block, egress in _blocks(item):
            what = inside.named(block, egress=egress)
            if what:
                message = f"{block} is {what}, which an ipBlock does not match"
                yield Hit(place=item.place(*path), message=message, object=item.label)


def _blocks(item: Item) -> Iterator[tuple[Path, str, bool]]:
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for number, one in enumerate(item.items("spec", direction)):
            for place, peer in enumerate(listed(one, side) if isinstance(one, Mapping) else ()):
                block = peer.get("ipBlock") if isinstance(peer, Mapping) else None
                if isinstance(block, Mapping) and isinstance(block.get("cidr"), str):
                    path = ("spec", direction, number, side, place, "ipBlock", "cidr")
                    yield path, block["cidr"], direction == "egress"


@rule(
    "POL041",
    "error",
    "A NetworkPolicy has no fields of Cilium's policies",
    why="The API server refuses the object, so what Flux applies with it stays as it was.",
    source="https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
    fix="Make the object a CiliumNetworkPolicy of cilium.io/v2, or write the fields of Kubernetes.",
)
def foreign_fields(fabric: Fabric) -> Iterator[Hit]:
    """Yield each field that only Cilium's kinds have."""
    for item in fabric.in_force(_GROUP, "NetworkPolicy"):
        paths: list[Path] = [("spec", key) for key in _OF_SPEC if key in item.mapping("spec")]
        for direction in ("ingress", "egress"):
            for number, one in enumerate(item.items("spec", direction)):
                found = (key for key in _OF_RULE if isinstance(one, Mapping) and key in one)
                paths.extend(("spec", direction, number, key) for key in found)
        for path in paths:
            message = f"{path[-1]} is not a field of NetworkPolicy"
            yield Hit(place=item.place(*path), message=message, object=item.label)
