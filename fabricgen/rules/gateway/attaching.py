"""Routes and the Gateways that they want: whether there is one, and whether it lets them in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import Fabric, Listener, Route
from fabricgen.fabric.gateways import is_filled_in
from fabricgen.rules.gateway.reading import (
    CHECKS,
    DOCS,
    UNATTACHED,
    attachments,
    gateways_of_cilium,
    hit_at,
    wanted,
)
from fabricgen.rules.gateway.values import uses_host_network
from fabricgen.rules.rule import Edit, Hit, rule

_PROTOCOLS: Final = {
    "HTTPRoute": frozenset({"HTTP", "HTTPS"}),
    "GRPCRoute": frozenset({"HTTP", "HTTPS"}),
    "TLSRoute": frozenset({"TLS"}),
    "TCPRoute": frozenset({"TCP", "TLS"}),
    "UDPRoute": frozenset({"UDP"}),
}
_NAME_OF_NAMESPACE: Final = "kubernetes.io/metadata.name"


@rule(
    "GWY017",
    "error",
    "A route names the namespace of its Gateway",
    why=f"{UNATTACHED} Without a namespace, the route's own is meant.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
    fix="Write the Gateway's namespace in parentRefs.",
)
def gateway_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a Gateway that is in another namespace only."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for gateway in fabric.gateways:
        places[gateway.item.name].append(gateway.item.namespace)
    for route in fabric.routes:
        for parent in route.parents:
            found = places.get(parent.name, [])
            if not parent.is_told or not found or "" in found or parent.namespace in found:
                continue
            message = f"Gateway {parent.name} is in namespace {found[0]}, not in {parent.namespace}"
            edits = _move(route, (*parent.path, "namespace"), found[0]) if len(found) == 1 else ()
            hit = hit_at(route, parent.path, message)
            yield Hit(place=hit.place, message=message, object=hit.object, edits=edits)


def _move(route: Route, path: tuple[str | int, ...], namespace: str) -> tuple[Edit, ...]:
    item = route.item
    written = type(item)(origin=item.origin, body=item.origin.body).get(*path[:-1])
    if written is None or written != item.get(*path[:-1]):
        return ()
    return (Edit(item.place(*path), item.origin.index, "set", path, namespace),)


@rule(
    "GWY018",
    "warning",
    "The Gateway that a route names is there",
    why=UNATTACHED,
    source="https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
    fix="Write the name of a Gateway that is there.",
)
def no_gateway(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a Gateway that a repository with Gateways and nothing elsewhere does not have."""
    names = {gateway.item.name for gateway in fabric.gateways}
    if not (names or fabric.complete) or not fabric.is_closed or any(map(is_filled_in, names)):
        return
    for route in fabric.routes:
        for parent in route.parents:
            if parent.name not in names:
                message = f"there is no Gateway {parent.name}; there is {', '.join(sorted(names))}"
                yield hit_at(route, parent.path, message)


@rule(
    "GWY019",
    "error",
    "The listener that a route names is there",
    why=UNATTACHED,
    source=CHECKS,
    fix="Write the name, or the port, of a listener of the Gateway, or leave it out for all of them.",
)
def no_listener(fabric: Fabric) -> Iterator[Hit]:
    """Yield each name or port that no listener has."""
    for route, parent, gateway in attachments(fabric):
        if wanted(parent, gateway) or any(is_filled_in(one.name) for one in gateway.listeners):
            continue
        asked = [f"sectionName {parent.section}"] if parent.section else []
        asked += [f"port {parent.port}"] if parent.port is not None else []
        there = ", ".join(f"{one.name} ({one.port})" for one in gateway.listeners)
        if asked:
            message = f"{gateway.item.label} has no listener with {' and '.join(asked)}; it has {there}"
            yield hit_at(route, parent.path, message)


@rule(
    "GWY020",
    "error",
    "A Gateway lets routes of the namespace in",
    why=f"{UNATTACHED} A listener takes routes of its own namespace only, unless allowedRoutes says otherwise.",
    source=CHECKS,
    fix="Set allowedRoutes.namespaces.from of the listener to All, or to Selector with labels of the namespace.",
)
def namespace_not_allowed(fabric: Fabric) -> Iterator[Hit]:
    """Yield each route whose namespace no listener that it wants takes."""
    for route, parent, gateway in attachments(fabric):
        listeners = wanted(parent, gateway)
        if not listeners or not route.namespace or not gateway.item.namespace:
            continue
        if not any(_takes(fabric, one, route.namespace, gateway.item.namespace) for one in listeners):
            names = ", ".join(one.name for one in listeners)
            message = f"{gateway.item.label} takes no routes of namespace {route.namespace} at {names}"
            yield hit_at(route, parent.path, message)


def _takes(fabric: Fabric, listener: Listener, namespace: str, own: str) -> bool:
    """Tell whether a listener may take routes of a namespace; where that is not known, it does."""
    allowed = listener.body.get("allowedRoutes")
    namespaces = allowed.get("namespaces") if isinstance(allowed, Mapping) else None
    told = namespaces if isinstance(namespaces, Mapping) else {}
    match told.get("from") or "Same":
        case "Same":
            return namespace == own
        case "Selector":
            return _selects(fabric, told.get("selector"), namespace)
        case _:
            return True


def _selects(fabric: Fabric, selector: object, namespace: str) -> bool:
    labels = {_NAME_OF_NAMESPACE: namespace}
    wanted_labels = selector.get("matchLabels") if isinstance(selector, Mapping) else None
    if (
        not isinstance(selector, Mapping)
        or selector.get("matchExpressions")
        or not isinstance(wanted_labels, Mapping)
    ):
        return True
    named = wanted_labels.get(_NAME_OF_NAMESPACE)
    if named is not None and not is_filled_in(named) and named != namespace:
        return False
    objects = [one for one in fabric.of("", "Namespace") if one.name == namespace]
    if len(objects) != 1 or not objects[0].exact:
        return True
    labels |= {str(key): str(value) for key, value in objects[0].mapping("metadata", "labels").items()}
    return all(
        labels.get(str(key)) == str(value) or is_filled_in(value) for key, value in wanted_labels.items()
    )


@rule(
    "GWY021",
    "error",
    "A route is of a kind that the listener takes",
    why=UNATTACHED,
    source=CHECKS,
    fix="Name a listener of the right protocol, or use the kind of route for it: TLSRoute at TLS, HTTPRoute at HTTPS.",
)
def kind_not_allowed(fabric: Fabric) -> Iterator[Hit]:
    """Yield each route that no listener that it wants takes, by its protocol or its allowed kinds."""
    for route, parent, gateway in attachments(fabric):
        listeners = wanted(parent, gateway)
        protocols = _PROTOCOLS.get(route.kind)
        if not listeners or protocols is None or any(is_filled_in(one.protocol) for one in listeners):
            continue
        if not any(one.protocol in protocols and _takes_kind(one, route.kind) for one in listeners):
            there = ", ".join(f"{one.name} ({one.protocol})" for one in listeners)
            message = f"{gateway.item.label} takes no {route.kind} at {there}"
            yield hit_at(route, parent.path, message)


def _takes_kind(listener: Listener, kind: str) -> bool:
    allowed = listener.body.get("allowedRoutes")
    kinds = allowed.get("kinds") if isinstance(allowed, Mapping) else None
    if not isinstance(kinds, list) or not kinds:
        return True
    return any(isinstance(one, Mapping) and one.get("kind") == kind for one in kinds)


@rule(
    "GWY022",
    "error",
    "Cilium knows TCPRoute and UDPRoute since 1.20, and not on the host network",
    why="Nothing reads the route, or its listener is not accepted: connections are refused.",
    source=f"{DOCS}/host-network-mode/",
    fix="Use a Service of type LoadBalancer.",
)
def unsupported_routes(fabric: Fabric) -> Iterator[Hit]:
    """Yield each route that Cilium of this version does not serve."""
    cilium = fabric.cilium
    if cilium is None:
        return
    ours = {(one.item.namespace, one.item.name) for one in gateways_of_cilium(fabric)}
    for route in fabric.routes:
        if route.kind not in {"TCPRoute", "UDPRoute"}:
            continue
        mine = [one for one in route.parents if (one.namespace, one.name) in ours]
        if mine and not cilium.is_at_least((1, 20)):
            message = f"Cilium {cilium.version} does not serve {route.kind}"
            yield hit_at(route, mine[0].path, message)
        elif mine and uses_host_network(fabric) is not None:
            yield hit_at(
                route, mine[0].path, f"gatewayAPI.hostNetwork is on, which does not serve {route.kind}"
            )
