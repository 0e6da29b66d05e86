"""Load balancing: whether Services get the addresses that they ask for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from fabricgen.addresses import Address
from fabricgen.fabric import Claim, Fabric, Pool
from fabricgen.fabric.selectors import keys_of, labels_of_service, matches
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.load_balancing import CLASSES, Holdings, pools_of
from fabricgen.rules.rule import Edit, Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_LB_IPAM: Final = f"{_CODE}/operator/pkg/lbipam/lbipam.go"
_SHARING: Final = f"{_CODE}/operator/pkg/lbipam/service_store.go"
_METALLB: Final = "https://github.com/metallb/metallb/blob/v0.16.1/controller/service.go"
_OLD_KEYS: Final[Mapping[str, str]] = {
    "metallb.universe.tf/address-pool": "metallb.io/address-pool",
    "metallb.universe.tf/loadBalancerIPs": "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/allow-shared-ip": "metallb.io/allow-shared-ip",
}
Path = tuple[str | int, ...]


def _hit(item: Item, path: Path, message: str, *edits: Edit) -> Hit:
    return Hit(place=item.place(*path), message=message, object=item.label, edits=edits)


def _asked(fabric: Fabric) -> Iterator[tuple[Claim, Address, Holdings]]:
    """Yield every address that is asked for, with the pools whose owner is asked; all of them can be read."""
    known: dict[str, Holdings] = {}
    for claim in fabric.claims:
        if claim.item.get("spec", "loadBalancerClass") not in (None, *CLASSES):
            continue
        if claim.asked not in known:
            pools = pools_of(fabric, claim.asked)
            known[claim.asked] = Holdings([] if any(one.unreadable for one in pools) else pools)
        if known[claim.asked].pools:
            yield from ((claim, address, known[claim.asked]) for address in claim.addresses)


@rule(
    "LBS019",
    "error",
    "A Service asks for an address of a pool",
    why="There is nobody to give it the address: the Service, and all that is reached by it, stays in <pending>.",
    source=_LB_IPAM,
    fix="Ask for an address of a pool, or add the address to one.",
)
def address_of_no_pool(fabric: Fabric) -> Iterator[Hit]:
    """Yield each address that no pool holds."""
    for claim, address, holdings in _asked(fabric):
        if not holdings.of(address) and not _is_spare(claim, address, holdings):
            listed = ", ".join(block.text for pool in holdings.pools for block in pool.blocks)
            message = f"{address} is in no pool: there is {listed}"
            yield Hit(place=claim.place, message=message, object=claim.item.label)


def _is_spare(claim: Claim, address: Address, holdings: Holdings) -> bool:
    """Tell whether a Service gets its other address, and no pool has any of this one's family."""
    versions = {block.range.version for pool in holdings.pools for block in pool.blocks}
    return address.version not in versions and any(holdings.of(one) for one in claim.addresses)


@rule(
    "LBS020",
    "error",
    "A pool gives the address to the Service that asks for it",
    why="The pool that holds the address does not select the Service, which stays in <pending>.",
    source=_LB_IPAM,
    fix="Give the Service the labels that the pool's serviceSelector asks for, or widen the selector.",
)
def address_of_a_closed_pool(fabric: Fabric) -> Iterator[Hit]:
    """Yield each address whose pools are all for others; only where the Service's labels are told."""
    for claim, address, holdings in _asked(fabric):
        holders = [one for one in holdings.of(address) if one.owner == "cilium"]
        if not holders or not claim.is_service or is_open(str([one.selector for one in holders])):
            continue
        item = claim.item
        labels = labels_of_service(item.name, item.namespace, item.mapping("metadata", "labels"))
        known = item.exact and (item.namespace or not any(_by_namespace(one) for one in holders))
        if known and not any(matches(one.selector, labels) for one in holders):
            message = f"{address} is of pool {holders[0].name}, whose selector does not take this Service"
            yield Hit(place=claim.place, message=message, object=item.label)


def _by_namespace(pool: Pool) -> bool:
    return "io.kubernetes.service.namespace" in keys_of(pool.selector)


def _service_of(claim: Claim) -> tuple[Item, Path]:
    """Return what tells apart the Services that one object makes: the path above the annotations."""
    return claim.item, claim.path[
        : claim.path.index("annotations")
    ] if "annotations" in claim.path else claim.path[:-1]


def _is_open_in(first: Claim, second: Claim) -> bool:
    """Tell whether only the chart knows if both are LoadBalancer Services, or what key they share."""
    types = {item.get(*path, "type") for item, path in map(_service_of, (first, second))}
    told = bool(first.sharing_key or second.sharing_key)
    return len(types) > 1 or (not told and "sharing-key:" in first.item.origin.text)


@rule(
    "LBS021",
    "error",
    "Services that ask for one address share it by a key",
    why="The first gets the address; the others stay in <pending> until it goes.",
    source=_LB_IPAM,
    fix="Give both the same lbipam.cilium.io/sharing-key (MetalLB: metallb.io/allow-shared-ip), or another address to one.",
)
def address_asked_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service that asks for what another one asks for, without the same key."""
    seen: dict[Address, Claim] = {}
    for claim, address, _ in _asked(fabric):
        first = seen.setdefault(address, claim)
        if _service_of(first) == _service_of(claim) or "EnvoyProxy" in (first.item.kind, claim.item.kind):
            continue
        if first.item is claim.item and _is_open_in(first, claim):
            continue
        if not claim.sharing_key or claim.sharing_key != first.sharing_key:
            message = f"{address} is asked for by {first.item.label} too, and they have no key in common"
            yield Hit(place=claim.place, message=message, object=claim.item.label)


@rule(
    "LBS022",
    "error",
    "Services that share an address can",
    why="One address has each port once, one externalTrafficPolicy, and with Cilium one namespace unless both allow more: "
    "the second Service stays in <pending>.",
    source=_SHARING,
    fix="Give each its own ports and the same externalTrafficPolicy; allow namespaces by lbipam.cilium.io/sharing-cross-namespace.",
)
def sharing_collides(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service that cannot share the address that it asks for with the one before."""
    groups: defaultdict[tuple[Address, str], dict[int, Claim]] = defaultdict(dict)
    for claim, address, _ in _asked(fabric):
        if claim.is_service and claim.sharing_key and claim.item.exact:
            groups[address, claim.sharing_key][id(claim.item)] = claim
    for (address, _), claims in groups.items():
        for first, second in pairwise(claims.values()):
            if why := _cannot_share(first, second):
                message = f"{address} cannot be shared with {first.item.label}: {why}"
                yield Hit(place=second.place, message=message, object=second.item.label)


def _cannot_share(first: Claim, second: Claim) -> str:
    one, other = first.item, second.item
    if common := _ports(one) & _ports(other):
        protocol, port = min(common)
        return f"both have port {port}/{protocol}"
    policies = [item.get("spec", "externalTrafficPolicy") or "Cluster" for item in (one, other)]
    if policies[0] != policies[1]:
        return f"externalTrafficPolicy is {policies[0]} there and {policies[1]} here"
    if policies[0] == "Local" and one.get("spec", "selector") != other.get("spec", "selector"):
        return "with externalTrafficPolicy: Local both must select the same pods"
    if first.asked != "cilium" or one.namespace == other.namespace or not (one.namespace and other.namespace):
        return ""
    if not _allows(first, other.namespace) or not _allows(second, one.namespace):
        return f"it is in namespace {one.namespace}, and not both allow the other's"
    return ""


def _ports(item: Item) -> set[tuple[str, int]]:
    ports = [one for one in item.items("spec", "ports") if isinstance(one, Mapping)]
    return {
        (str(one.get("protocol", "TCP")), one["port"]) for one in ports if isinstance(one.get("port"), int)
    }


def _allows(claim: Claim, namespace: str) -> bool:
    return bool({"*", namespace} & claim.across)


@rule(
    "LBS023",
    "error",
    "A Service asks MetalLB for its address in one way",
    why="MetalLB refuses a Service with both spec.loadBalancerIP and its annotation, which stays in <pending>.",
    source=_METALLB,
    fix="Keep the annotation, and remove spec.loadBalancerIP.",
)
def asked_twice_of_metallb(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service with both."""
    for claim in fabric.claims:
        if claim.is_service and claim.asked == "metallb" and (ip := claim.item.get("spec", "loadBalancerIP")):
            path = ("spec", "loadBalancerIP")
            edit = Edit(claim.item.place(*path), claim.item.origin.index, "remove", path)
            key = claim.path[-1]
            yield _hit(
                claim.item, path, f"loadBalancerIP is {ip}, and there is the annotation {key} too", edit
            )


@rule(
    "LBS024",
    "error",
    "The pool that a Service asks MetalLB for is there",
    why="MetalLB gives it no address at all, and it stays in <pending>.",
    source=_METALLB,
    fix="Write the name of a pool.",
)
def pool_is_missing(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service that names an unknown pool."""
    names = {one.name for one in pools_of(fabric, "metallb")}
    for item in fabric.load_balancer_services if names else ():
        for prefix in ("metallb.io", "metallb.universe.tf"):
            path = ("metadata", "annotations", f"{prefix}/address-pool")
            written = item.get(*path)
            if isinstance(written, str) and not is_open(written) and written not in names:
                yield _hit(item, path, f"there is no pool {written}; there is {', '.join(sorted(names))}")


@rule(
    "LBS025",
    "error",
    "A Service asks whoever hands out addresses",
    why="The annotation is another load balancer's: nobody here reads it, and the Service gets any address instead.",
    source="https://docs.cilium.io/en/v1.20/network/lb-ipam/#requesting-ips",
    fix="Write lbipam.cilium.io/ips for Cilium, metallb.io/loadBalancerIPs for MetalLB.",
)
def asked_of_somebody_else(fabric: Fabric) -> Iterator[Hit]:
    """Yield each annotation for an owner that has no pools here, where the other one has."""
    owners = {one.owner for one in fabric.pools}
    for claim in fabric.claims:
        both = (
            {one.asked for one in fabric.claims if one.item is claim.item} if claim.asked != "any" else set()
        )
        if claim.asked == "any" or not owners or claim.asked in owners or owners & both or "any" in both:
            continue
        names = {"cilium": "Cilium", "metallb": "MetalLB"}
        has = names[next(iter(owners))]
        message = f"{claim.path[-1]} is for {names[claim.asked]}, and the pools are {has}'s"
        yield Hit(place=claim.place, message=message, object=claim.item.label)


@rule(
    "LBS026",
    "info",
    "Annotations have the names that MetalLB prefers",
    why="metallb.universe.tf/ is the deprecated prefix of metallb.io/ and goes with a later release.",
    source=_METALLB,
    fix="Write metallb.io/ instead.",
)
def old_annotations(fabric: Fabric) -> Iterator[Hit]:
    """Yield each annotation of the old prefix."""
    for item in fabric.load_balancer_services if pools_of(fabric, "metallb") else ():
        for key, new in _OLD_KEYS.items():
            path = ("metadata", "annotations", key)
            if item.get(*path) is not None:
                edit = Edit(item.place(*path), item.origin.index, "rename", path, new)
                yield _hit(item, path, f"{key} is {new} now", edit)


@rule(
    "LBS027",
    "info",
    "A Service asks for its address by annotation, not by spec.loadBalancerIP",
    why="Kubernetes deprecated the field with 1.24: what it means differs between load balancers, and it takes one family only.",
    source="https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/",
    fix="Write lbipam.cilium.io/ips (Cilium) or metallb.io/loadBalancerIPs (MetalLB).",
)
def deprecated_field(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service with the field."""
    for item in fabric.load_balancer_services:
        written: Any = item.get("spec", "loadBalancerIP")
        if isinstance(written, str) and written:
            yield _hit(item, ("spec", "loadBalancerIP"), f"loadBalancerIP is {written}")
