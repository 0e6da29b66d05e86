"""What routes lead to: Services, their ports, and grants between namespaces."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric, Route
from fabricgen.fabric.gateways import GATEWAY_API, Path, is_filled_in
from fabricgen.repository import Item
from fabricgen.rules.gateway.reading import CODE, SPEC, hit_at, is_granted
from fabricgen.rules.rule import Hit, rule

_LOST: Final = "The reference is not resolved: requests are answered with 500."
_BACKENDS: Final = f"{CODE}/operator/pkg/gateway-api/routechecks/route_checks.go"


@rule(
    "GWY025",
    "error",
    "A Service in another namespace needs a ReferenceGrant there",
    why=_LOST,
    source=f"{SPEC}/#referencegrant",
    fix="Add a ReferenceGrant to the Service's namespace, or keep the route beside the Service.",
)
def without_grant(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service of another namespace that is of this repository, and that nothing there grants."""
    ours = {namespace for namespace, _ in _services(fabric)} | {one.namespace for one in fabric.helm_releases}
    for route, path, backend in _backends(fabric):
        there, name = backend.get("namespace"), backend.get("name")
        if not route.namespace or not there or there == route.namespace:
            continue
        if str(there) not in ours or any(map(is_filled_in, (there, name))):
            continue
        source = (GATEWAY_API, route.kind, route.namespace)
        if not is_granted(fabric, source, ("", "Service", str(there), str(name))):
            message = f"Service {name} is in namespace {there}, and no ReferenceGrant there allows {route.namespace}"
            yield hit_at(route, path, message)


@rule(
    "GWY026",
    "error",
    "A route names a port that the Service has",
    why=_LOST,
    source=_BACKENDS,
    fix="Write a port of the Service (its port, not its targetPort).",
)
def port_not_there(fabric: Fabric) -> Iterator[Hit]:
    """Yield each port that the Service does not have."""
    services = _services(fabric)
    for route, path, backend in _backends(fabric):
        service = services.get((str(backend.get("namespace") or route.namespace), str(backend.get("name"))))
        port = backend.get("port")
        if service is None or not service.exact or not isinstance(port, int):
            continue
        ports = [one.get("port") for one in service.items("spec", "ports") if isinstance(one, Mapping)]
        if ports and port not in ports and all(isinstance(one, int) for one in ports):
            message = f"{service.label} has the ports {', '.join(map(str, ports))}, not {port}"
            yield hit_at(route, (*path, "port"), message)


@rule(
    "GWY027",
    "warning",
    "A route names a Service of its namespace",
    why=f"{_LOST} Without a namespace, the route's own is meant.",
    source=f"{SPEC}/#backendobjectreference",
    fix="Write the Service's namespace and add a ReferenceGrant there, or move the route.",
)
def service_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service that is in another namespace only, where no chart makes Services in the route's."""
    services = _services(fabric)
    places: dict[str, str] = {name: namespace for namespace, name in services}
    made = {release.namespace for release in fabric.helm_releases}
    for route, path, backend in _backends(fabric) if fabric.is_closed else ():
        name = str(backend.get("name"))
        if backend.get("namespace") or not route.is_object or route.namespace in made or not route.namespace:
            continue
        if name in places and (route.namespace, name) not in services:
            message = f"Service {name} is in namespace {places[name]}, not in {route.namespace}"
            yield hit_at(route, path, message)


def _services(fabric: Fabric) -> Mapping[tuple[str, str], Item]:
    return {
        (one.namespace, one.name): one
        for one in fabric.applied
        if (one.api_version, one.kind) == ("v1", "Service")
    }


def _backends(fabric: Fabric) -> Iterator[tuple[Route, Path, Mapping[str, Any]]]:
    """Yield each Service that a route of its own object leads to, with its path."""
    for route in fabric.routes:
        rules = route.spec.get("rules") if route.is_object else None
        for number, one in enumerate(rules if isinstance(rules, list) else ()):
            references = one.get("backendRefs") if isinstance(one, Mapping) else None
            for place, backend in enumerate(references if isinstance(references, list) else ()):
                if isinstance(backend, Mapping) and _is_service(backend):
                    yield route, (*route.path, "rules", number, "backendRefs", place), backend


def _is_service(backend: Mapping[str, Any]) -> bool:
    return (
        not backend.get("group")
        and (backend.get("kind") or "Service") == "Service"
        and bool(backend.get("name"))
    )
