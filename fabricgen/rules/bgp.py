"""BGP: the objects of Cilium's control plane, and how they refer to each other.

A reference to nothing is no error anywhere: the session comes up or not, and routes are missing at the router.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric, UnknownError
from fabricgen.fabric.labels import takes_no_node
from fabricgen.fabric.selectors import matches
from fabricgen.fabric.usage import is_used, words_of
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Edit, Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_DOC: Final = "https://docs.cilium.io/en/v1.20/network/bgp-control-plane/bgp-control-plane-configuration/"
_ADVERTS: Final = f"{_CODE}/pkg/bgp/manager/reconciler/peer_advertisements.go"
_CRD: Final = f"{_CODE}/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumbgpclusterconfigs.yaml"
_SWITCH: Final = "bgpControlPlane.enabled"
_V1_GONE: Final = (1, 19)
_V2: Final = (1, 18)
_KINDS: Final = (
    "CiliumBGPClusterConfig",
    "CiliumBGPPeerConfig",
    "CiliumBGPAdvertisement",
    "CiliumBGPNodeConfigOverride",
)
Path = tuple[str | int, ...]


def hit_at(item: Item, path: Path, message: str, *edits: Edit) -> Hit:
    """Return a hit at a path of an object."""
    return Hit(place=item.place(*path), message=message, object=item.label, edits=edits)


def objects_of(fabric: Fabric, kind: str) -> dict[str, Item]:
    """Return Cilium's applied objects of a kind, by name. Raises UnknownError if they are of several clusters."""
    items = [one for one in fabric.of("cilium.io", kind) if one.layer is not None or not fabric.layers]
    found = {one.name: one for one in items}
    if len(found) < len(items):
        raise UnknownError
    return found


def mappings(item: Item, *path: str | int) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the mappings in a list of an object, with their paths."""
    for number, one in enumerate(item.items(*path)):
        if isinstance(one, Mapping):
            yield (*path, number), one


def instances(fabric: Fabric) -> Iterator[tuple[Item, Path, Mapping[str, Any]]]:
    """Yield every instance of every cluster config, with its path."""
    for item in objects_of(fabric, "CiliumBGPClusterConfig").values():
        yield from ((item, path, one) for path, one in mappings(item, "spec", "bgpInstances"))


def peers(fabric: Fabric) -> Iterator[tuple[Item, Path, Mapping[str, Any]]]:
    """Yield every peer of every instance, with its path."""
    for item, path, _ in instances(fabric):
        yield from ((item, where, one) for where, one in mappings(item, *path, "peers"))


@rule(
    "BGP001",
    "error",
    "CiliumBGPPeeringPolicy is gone from Cilium 1.19 on",
    why="No agent reads it: all sessions end with the upgrade, and with them the routes to Services.",
    source="https://docs.cilium.io/en/v1.19/operations/upgrade/",
    fix="Write CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPAdvertisement instead.",
    since="1.19",
)
def old_control_plane(fabric: Fabric) -> Iterator[Hit]:
    """Yield each policy beside a Cilium that has it no more."""
    if fabric.cilium is None or not (found := objects_of(fabric, "CiliumBGPPeeringPolicy")):
        return
    if fabric.cilium.is_at_least(_V1_GONE):
        for item in found.values():
            yield hit_at(item, (), f"{item.label} is there, and Cilium is {fabric.cilium.version}")


@rule(
    "BGP002",
    "error",
    "BGP objects have their control plane",
    why="No agent reads them: there is no session, and no router learns of Services.",
    source=_DOC,
    fix="Set bgpControlPlane.enabled: true, or remove the objects.",
)
def objects_without_feature(fabric: Fabric) -> Iterator[Hit]:
    """Yield each cluster config where the control plane is off; where L2 announces, it is only a leftover."""
    cilium = fabric.cilium
    policies = [one for one in fabric.announcements if (one.owner, one.how) == ("cilium", "l2")]
    if cilium is None or not (found := objects_of(fabric, "CiliumBGPClusterConfig")) or cilium.is_on(_SWITCH):
        return
    if not policies or not cilium.is_on("l2announcements.enabled"):
        for item in found.values():
            yield hit_at(item, (), f"{item.label} is there, and {_SWITCH} is off")


@rule(
    "BGP003",
    "error",
    "The peer config that a peer refers to is there",
    why="The peer is passed over, and there is no session.",
    source=f"{_CODE}/pkg/bgp/manager/reconciler/neighbor.go",
    fix="Write the name of a CiliumBGPPeerConfig, or add it.",
)
def missing_peer_config(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to nothing, where peer configs stand."""
    configs = objects_of(fabric, "CiliumBGPPeerConfig")
    for item, path, peer in peers(fabric) if configs or fabric.complete else ():
        name = item.get(*path, "peerConfigRef", "name")
        if isinstance(name, str) and not is_open(name) and name not in configs:
            there = ", ".join(sorted(configs)) or "none"
            message = f"peer {peer.get('name')} has peer config {name}; there is {there}"
            yield hit_at(item, (*path, "peerConfigRef", "name"), message)


def _selects_something(selector: object, adverts: Mapping[str, Item]) -> bool:
    if not isinstance(selector, Mapping):
        return False
    labels = [one.mapping("metadata", "labels") for one in adverts.values()]
    return any(matches(selector, {key: str(value) for key, value in one.items()}) for one in labels)


@rule(
    "BGP004",
    "error",
    "A peer config selects an advertisement",
    why="The session is up, and nothing is advertised by it: Services are reached by nobody.",
    source=_ADVERTS,
    fix="Give the CiliumBGPAdvertisement the labels that the family asks for.",
)
def no_advertisement_selected(fabric: Fabric) -> Iterator[Hit]:
    """Yield each family whose selector selects none; a family without a selector selects none either."""
    adverts = objects_of(fabric, "CiliumBGPAdvertisement")
    if not adverts and fabric.layers and not fabric.is_closed:
        return  # another source may bring them
    if any(not one.exact or is_open(str(one.mapping("metadata", "labels"))) for one in adverts.values()):
        return
    for item in objects_of(fabric, "CiliumBGPPeerConfig").values():
        for path, family in mappings(item, "spec", "families"):
            selector = family.get("advertisements")
            if item.exact and not is_open(str(selector)) and not _selects_something(selector, adverts):
                kind = f"{family.get('afi')}/{family.get('safi')}"
                where = (*path, "advertisements") if selector else path
                yield hit_at(item, where, f"{kind} of {item.name} selects no CiliumBGPAdvertisement")


@rule(
    "BGP005",
    "error",
    "A peer has families to advertise",
    why="Without a peer config, or with one that lists no families, the session is up and nothing is advertised by it.",
    source=_ADVERTS,
    fix="Refer to a CiliumBGPPeerConfig whose families select advertisements.",
)
def nothing_to_advertise(fabric: Fabric) -> Iterator[Hit]:
    """Yield each peer without a config, and each config without families."""
    for item, path, peer in peers(fabric):
        if item.exact and not item.get(*path, "peerConfigRef", "name"):
            yield hit_at(item, path, f"peer {peer.get('name')} has no peerConfigRef")
    for item in objects_of(fabric, "CiliumBGPPeerConfig").values():
        if item.exact and not item.get("spec", "families"):
            yield hit_at(item, ("spec",), f"peer config {item.name} has no families")


def _services(fabric: Fabric) -> Iterator[tuple[Item, Path, Mapping[str, Any]]]:
    """Yield what advertises Services."""
    for item in objects_of(fabric, "CiliumBGPAdvertisement").values():
        for path, one in mappings(item, "spec", "advertisements"):
            if one.get("advertisementType") == "Service" and item.exact:
                yield item, path, one


@rule(
    "BGP006",
    "error",
    "An advertisement of Services has a selector",
    why="Without a selector it selects no Service, not all of them: nothing is advertised.",
    source=f"{_CODE}/pkg/bgp/manager/reconciler/service.go",
    fix="Write a selector; one that takes all Services is {matchExpressions: [{key: somekey, operator: NotIn, values: [never-used]}]}.",
)
def services_without_selector(fabric: Fabric) -> Iterator[Hit]:
    """Yield each advertisement of no Service."""
    for item, path, one in _services(fabric):
        if one.get("selector") is None:
            yield hit_at(item, path, f"{item.name} advertises Services, and has no selector")


@rule(
    "BGP007",
    "warning",
    "An advertisement's selector selects a Service",
    why="No Service is advertised by it.",
    source=f"{_CODE}/pkg/bgp/manager/reconciler/service.go",
    fix="Write labels, or the namespace, that the Services have.",
)
def advertisement_of_no_service(fabric: Fabric) -> Iterator[Hit]:
    """Yield each selector whose labels stand nowhere else."""
    found = [(item, path, one.get("selector")) for item, path, one in _services(fabric)]
    words = words_of(fabric) if found else frozenset()
    for item, path, selector in found if words else ():
        if isinstance(selector, Mapping) and not is_open(str(selector)) and not is_used(words, selector):
            message = f"nothing here has what the selector of {item.name} asks for"
            yield hit_at(item, (*path, "selector"), message)


@rule(
    "BGP008",
    "warning",
    "A cluster config takes a node",
    why="No node speaks BGP, and no router learns of Services.",
    source=f"{_CODE}/operator/pkg/bgp/cluster.go",
    fix="Write labels that a node has, or leave nodeSelector out for all nodes.",
)
def config_for_no_node(fabric: Fabric) -> Iterator[Hit]:
    """Yield each cluster config that no node is taken by."""
    for item in objects_of(fabric, "CiliumBGPClusterConfig").values():
        if takes_no_node(fabric, item.mapping("spec", "nodeSelector")):
            yield hit_at(
                item, ("spec", "nodeSelector"), f"the nodeSelector of {item.name} takes none of the nodes"
            )


@rule(
    "BGP009",
    "error",
    "A node is taken by one cluster config",
    why="The first that takes the node keeps it; the other has no effect there, and its peers get no session.",
    source=f"{_CODE}/operator/pkg/bgp/cluster.go",
    fix="Put the instances into one CiliumBGPClusterConfig, or give each nodes of its own.",
)
def two_configs_for_a_node(fabric: Fabric) -> Iterator[Hit]:
    """Yield each cluster config that takes the same nodes as one before it."""
    seen: dict[str, str] = {}
    for item in objects_of(fabric, "CiliumBGPClusterConfig").values():
        selector = item.get("spec", "nodeSelector")
        if not item.exact or is_open(str(selector)):
            continue
        first = seen.setdefault("" if not selector else str(selector), item.name)
        if first != item.name or ("" in seen and len(seen) > 1):
            other = first if first != item.name else seen[""]
            yield hit_at(item, ("spec",), f"{item.name} takes nodes that {other} takes")


@rule(
    "BGP010",
    "warning",
    "BGP objects have the API version that their Cilium prefers",
    why="cilium.io/v2alpha1 of BGP is deprecated since 1.18 and goes with a later release; then Flux cannot apply the objects.",
    source=_CRD,
    fix="Write apiVersion: cilium.io/v2.",
    since="1.18",
)
def old_api_version(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of v2alpha1 beside a Cilium that deprecates it."""
    cilium = fabric.cilium
    for item in (one for kind in _KINDS for one in objects_of(fabric, kind).values()):
        if item.api_version == "cilium.io/v2alpha1" and cilium is not None and cilium.is_at_least(_V2):
            edit = Edit(item.place("apiVersion"), item.origin.index, "set", ("apiVersion",), "cilium.io/v2")
            message = f"{item.label} is cilium.io/v2alpha1, and Cilium is {cilium.version}"
            yield hit_at(item, ("apiVersion",), message, edit)


@rule(
    "BGP011",
    "error",
    "BGP objects have an API version that their Cilium knows",
    why="cilium.io/v2 has BGP since 1.18; before, the API server knows no such kind and Flux fails.",
    source="https://github.com/cilium/cilium/tree/v1.17.16/pkg/k8s/apis/cilium.io/client/crds/v2alpha1",
    fix="Write apiVersion: cilium.io/v2alpha1, or upgrade Cilium.",
    until="1.18",
)
def new_api_version(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object of v2 beside a Cilium before it."""
    cilium = fabric.cilium
    for item in (one for kind in _KINDS for one in objects_of(fabric, kind).values()):
        if item.api_version == "cilium.io/v2" and cilium is not None and not cilium.is_at_least(_V2):
            edit = Edit(
                item.place("apiVersion"), item.origin.index, "set", ("apiVersion",), "cilium.io/v2alpha1"
            )
            message = f"{item.label} is cilium.io/v2, and Cilium is {cilium.version}"
            yield hit_at(item, ("apiVersion",), message, edit)
