"""Which Gateways are Cilium's, which listeners a route wants, and what a ReferenceGrant allows.

Fed by the fabric; used by the modules beside it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric, Gateway, Listener, Parent, Route
from fabricgen.fabric.gateways import GATEWAY_API, Path, is_filled_in
from fabricgen.rules.rule import Hit

CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
DOCS: Final = "https://docs.cilium.io/en/v1.20/network/servicemesh/gateway-api"
SPEC: Final = "https://gateway-api.sigs.k8s.io/reference/spec"
CHECKS: Final = f"{CODE}/operator/pkg/gateway-api/routechecks/gateway_checks.go"
UNATTACHED: Final = (
    "The route is attached to nothing: requests for it are answered with 404, and only its status tells."
)
_CONTROLLER: Final = "io.cilium/gateway-controller"


def hit_of(cilium: CiliumRelease, path: str, message: str) -> Hit:
    """Return a hit at a value of the Cilium chart."""
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label)


def hit_at(where: Gateway | Route, path: Path, message: str) -> Hit:
    """Return a hit in a Gateway or a route."""
    label = where.label if isinstance(where, Route) else where.item.label
    return Hit(place=where.item.place(*path), message=message, object=label)


def classes_of_cilium(fabric: Fabric) -> frozenset[str]:
    """Return the classes whose Gateways Cilium runs: its own, and those that name its controller."""
    classes = {
        item.name: item.get("spec", "controllerName") for item in fabric.of(GATEWAY_API, "GatewayClass")
    }
    ours = {name for name, controller in classes.items() if controller == _CONTROLLER}
    return frozenset(ours if "cilium" in classes else ours | {"cilium"})


def gateways_of_cilium(fabric: Fabric) -> Iterator[Gateway]:
    """Yield the Gateways that Cilium runs."""
    classes = classes_of_cilium(fabric)
    return (one for one in fabric.gateways if one.class_name in classes)


def attachments(fabric: Fabric) -> Iterator[tuple[Route, Parent, Gateway]]:
    """Yield each route with each Gateway that it wants and that is there, whole and in full."""
    gateways = {(one.item.namespace, one.item.name): one for one in fabric.gateways}
    for route in fabric.routes:
        for parent in route.parents:
            gateway = gateways.get((parent.namespace, parent.name))
            if gateway is not None and gateway.item.exact:
                yield route, parent, gateway


def wanted(parent: Parent, gateway: Gateway) -> list[Listener]:
    """Return the listeners that a route wants: those of the name and port that it gives, or all."""
    return [
        one
        for one in gateway.listeners
        if parent.section in {"", one.name} and (parent.port is None or parent.port == one.port)
    ]


def is_granted(fabric: Fabric, source: tuple[str, str, str], target: tuple[str, str, str, str]) -> bool:
    """Tell whether a ReferenceGrant allows a reference.

    Args:
        fabric: that holds the grants.
        source: group, kind and namespace of what refers.
        target: group, kind, namespace and name of what is referred to.
    """
    group, kind, namespace, name = target
    for grant in fabric.of(GATEWAY_API, "ReferenceGrant"):
        if grant.namespace != namespace:
            continue
        if not grant.exact or any(map(is_filled_in, _values(grant.mapping("spec")))):
            return True
        comes = any(
            (one.get("group"), one.get("kind"), one.get("namespace")) == source
            for one in grant.items("spec", "from")
            if isinstance(one, Mapping)
        )
        goes = any(
            (one.get("group") or "", one.get("kind")) == (group, kind) and one.get("name") in {None, name}
            for one in grant.items("spec", "to")
            if isinstance(one, Mapping)
        )
        if comes and goes:
            return True
    return False


def _values(spec: Mapping[str, object]) -> Iterator[object]:
    for entries in spec.values():
        for one in entries if isinstance(entries, list) else ():
            yield from one.values() if isinstance(one, Mapping) else ()
