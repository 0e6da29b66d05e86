"""Rules about Gateway API and Hubble: what they need, and that their parts fit together."""

from collections.abc import Iterator
from itertools import combinations

from fabricgen.description import Cilium, Description
from fabricgen.description.cilium import Gateway, Listener
from fabricgen.errors import Path, Problem, format_path
from fabricgen.resolve.rules.features import ciliums

# Hubble's interface and its route live here.
_HUBBLE_NAMESPACE = "kube-system"
_MOST_SERVICE_NAME = 63


def _gateways(path: Path, cilium: Cilium) -> Iterator[tuple[Path, Gateway]]:
    for index, gateway in enumerate(cilium.gateway_api.gateways if cilium.gateway_api else ()):
        yield (*path, "gatewayAPI", "gateways", index), gateway


def rule_gateways_have_their_proxy(description: Description) -> Iterator[Problem]:
    """Envoy is what speaks HTTP. The chart refuses it too.

    Source: https://github.com/cilium/cilium/blob/v1.20.1/install/kubernetes/cilium/templates/validate.yaml
    """
    for path, cilium in ciliums(description):
        if cilium.gateway_api is not None and cilium.gateway_api.enabled and not cilium.l7_proxy:
            message = "Gateway API needs the L7 proxy, and l7Proxy is false"
            yield Problem(message=message, path=(*path, "gatewayAPI"), hint="remove l7Proxy: false")


def rule_gateways_are_on_if_they_are_described(description: Description) -> Iterator[Problem]:
    """A Gateway without a controller never gets an address."""
    for path, cilium in ciliums(description):
        api = cilium.gateway_api
        if api is not None and api.gateways and not api.enabled:
            message = "Gateways are described, but enabled is false"
            yield Problem(
                message=message, path=(*path, "gatewayAPI", "gateways"), hint="remove one of the two"
            )


def rule_gateways_differ(description: Description) -> Iterator[Problem]:
    """Kubernetes knows a Gateway by namespace and name."""
    for path, cilium in ciliums(description):
        for (one_path, one), (other_path, other) in combinations(_gateways(path, cilium), 2):
            if (one.namespace, one.name) == (other.namespace, other.name):
                message = f"{other.namespace}/{other.name} is also {format_path(one_path)}"
                yield Problem(
                    message=message,
                    path=(*other_path, "name"),
                    hint="give one of them another name or namespace",
                )


def rule_gateway_names_leave_room_for_the_service(description: Description) -> Iterator[Problem]:
    """Cilium makes a Service called cilium-gateway-<name>, and Services have at most 63 characters.

    Source: https://docs.cilium.io/en/v1.20/network/servicemesh/gateway-api/gateway-api/
    """
    most = _MOST_SERVICE_NAME - len("cilium-gateway-")
    for path, cilium in ciliums(description):
        for place, gateway in _gateways(path, cilium):
            if len(gateway.name) > most:
                message = f"its Service, cilium-gateway-{gateway.name}, would have more than {_MOST_SERVICE_NAME} characters"
                yield Problem(message=message, path=(*place, "name"), hint=f"at most {most} characters")


def rule_listeners_differ(description: Description) -> Iterator[Problem]:
    """Two listeners of one Gateway need different names, and different ports or host names.

    Source: https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec (distinct listeners).
    """
    for path, cilium in ciliums(description):
        for place, gateway in _gateways(path, cilium):
            for (index, one), (other_index, other) in combinations(enumerate(gateway.listeners), 2):
                here: Path = (*place, "listeners", other_index)
                if one.name == other.name:
                    message = f"two listeners are called {one.name}"
                    yield Problem(
                        message=message, path=(*here, "name"), hint="give each listener a name of its own"
                    )
                elif message := _clash(one, other):
                    yield Problem(
                        message=f"{message} listeners[{index}] ({one.name})",
                        path=(*here, "port"),
                        hint="give them different hostnames or ports",
                    )


def _clash(one: Listener, other: Listener) -> str:
    if one.port != other.port:
        return ""
    if (one.protocol == "HTTP") != (other.protocol == "HTTP"):
        return f"port {other.port} is {other.protocol} here, and {one.protocol} in"
    if one.hostname == other.hostname:
        return f"port {other.port} for {other.hostname or 'every name'} already belongs to"
    return ""


def rule_hubble_is_on_for_its_parts(description: Description) -> Iterator[Problem]:
    """The chart refuses relay and interface without it. Source: validate.yaml, as above."""
    for path, cilium in ciliums(description):
        hubble, here = cilium.hubble, (*path, "hubble")
        parts: tuple[tuple[object, str], ...] = (
            (hubble.relay, "relay"),
            (hubble.ui, "ui"),
            (hubble.metrics, "metrics"),
        )
        for wanted, key in parts:
            if wanted and not hubble.enabled:
                message = f"{key} needs hubble, and enabled is false"
                yield Problem(message=message, path=(*here, key), hint="remove one of the two")
        if hubble.enabled and hubble.ui is not None and hubble.relay is False:
            message = "the interface needs the relay, and relay is false"
            yield Problem(message=message, path=(*here, "ui"), hint="remove relay: false")


def rule_hubbles_gateway_exists(description: Description) -> Iterator[Problem]:
    """Its HTTPRoute needs a Gateway to attach to, and must say which."""
    for path, cilium in ciliums(description):
        ui, here = cilium.hubble.ui, (*path, "hubble", "ui")
        if ui is None or ui.expose != "gateway":
            continue
        names = [gateway.name for _, gateway in _gateways(path, cilium)]
        if cilium.gateway_api is None or not cilium.gateway_api.enabled or not names:
            message = "expose: gateway needs a Gateway, and gatewayAPI describes none"
            yield Problem(message=message, path=(*here, "expose"), hint="describe one in gatewayAPI.gateways")
        elif ui.gateway is not None and ui.gateway not in names:
            message = f"there is no Gateway {ui.gateway}"
            yield Problem(message=message, path=(*here, "gateway"), hint=f"known: {', '.join(names)}")
        elif ui.gateway is None and len(names) > 1:
            message = f"there are several Gateways: {', '.join(names)}"
            yield Problem(message=message, path=here, hint=f"write gateway: {names[0]}")
        elif names.count(ui.gateway or names[0]) > 1:
            message = (
                f"there are {names.count(ui.gateway or names[0])} Gateways called {ui.gateway or names[0]}"
            )
            yield Problem(message=message, path=here, hint="give each a name of its own")


def rule_hubbles_route_is_let_in(description: Description) -> Iterator[Problem]:
    """A Gateway takes routes from the namespaces it allows, for the names it listens to."""
    for path, cilium in ciliums(description):
        ui, here = cilium.hubble.ui, (*path, "hubble", "ui")
        gateway = _hubbles_gateway(path, cilium)
        if ui is None or gateway is None:
            continue
        if gateway.routes_from == "Same" and gateway.namespace != _HUBBLE_NAMESPACE:
            message = (
                f"Gateway {gateway.name} takes routes from its own namespace only ({gateway.namespace}), "
                f"and Hubble's route is in {_HUBBLE_NAMESPACE}"
            )
            yield Problem(message=message, path=here, hint="write routesFrom: All there")
        serves = [
            one
            for one in gateway.listeners
            if one.protocol != "TLS" and _covers(one.hostname, ui.hostname or "")
        ]
        if not serves:
            message = f"no listener of Gateway {gateway.name} serves {ui.hostname}"
            yield Problem(message=message, path=(*here, "hostname"), hint=_served(gateway))


def _hubbles_gateway(path: Path, cilium: Cilium) -> Gateway | None:
    ui = cilium.hubble.ui
    if ui is None or ui.expose != "gateway":
        return None
    gateways = [gateway for _, gateway in _gateways(path, cilium) if ui.gateway in {None, gateway.name}]
    return gateways[0] if len(gateways) == 1 else None


def _covers(pattern: str | None, name: str) -> bool:
    """Tell whether a listener's host name admits `name`; `*.` stands for one label or more."""
    if pattern is None:
        return True
    return name.endswith(pattern[1:]) and name != pattern[2:] if pattern.startswith("*.") else name == pattern


def _served(gateway: Gateway) -> str:
    names = ", ".join(one.hostname or "every name" for one in gateway.listeners if one.protocol != "TLS")
    return f"it serves {names}" if names else "add a listener with protocol HTTP or HTTPS"


def rule_hubble_on_a_load_balancer_has_an_address(description: Description) -> Iterator[Problem]:
    """A Service of type LoadBalancer waits for ever where there is no pool."""
    for path, cilium in ciliums(description):
        ui = cilium.hubble.ui
        if ui is not None and ui.expose == "load-balancer" and not description.networks.load_balancers:
            message = "expose: load-balancer needs an address, and networks.loadBalancers has none"
            yield Problem(message=message, path=(*path, "hubble", "ui", "expose"), hint="describe a pool")
