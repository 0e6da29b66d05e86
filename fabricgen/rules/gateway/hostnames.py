"""Names: those of routes and those of the listeners that they want."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.gateways import is_filled_in
from fabricgen.rules.gateway.reading import CHECKS, UNATTACHED, attachments, hit_at, wanted
from fabricgen.rules.rule import Hit, rule

_NAMED: Final = frozenset({"HTTPRoute", "GRPCRoute", "TLSRoute"})


@rule(
    "GWY023",
    "error",
    "A route has a hostname that its Gateway listens for",
    why=UNATTACHED,
    source=CHECKS,
    fix="Write a hostname that a listener has or holds: *.example.com holds a.example.com, and not example.com.",
)
def names_apart(fabric: Fabric) -> Iterator[Hit]:
    """Yield each route none of whose hostnames a listener that it wants has."""
    for route, parent, gateway in attachments(fabric):
        listeners = wanted(parent, gateway)
        if not route.hostnames or route.kind not in _NAMED or not listeners:
            continue
        names = [one.hostname for one in listeners]
        if any(not name or is_filled_in(name) for name in names):
            continue
        if not any(meet(name, own) for name in names for own in route.hostnames):
            message = f"{' and '.join(route.hostnames)} is not in {', '.join(dict.fromkeys(names))} of {gateway.item.label}"
            yield hit_at(route, (*route.path, "hostnames"), message)


@rule(
    "GWY024",
    "warning",
    "Every hostname of a route is one that its Gateway listens for",
    why="Requests for the name are answered with 404, or by another route; the route's status does not tell.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec",
    fix="Remove the hostname, or add a listener for it.",
)
def name_apart(fabric: Fabric) -> Iterator[Hit]:
    """Yield each hostname that no listener of any Gateway of the route has, where another hostname has one."""
    heard: dict[int, tuple[list[str], bool]] = {}
    for route, parent, gateway in attachments(fabric):
        names, known = heard.get(id(route), ([], True))
        found = [one.hostname for one in wanted(parent, gateway)]
        known = known and bool(found) and not any(not name or is_filled_in(name) for name in found)
        heard[id(route)] = ([*names, *found], known)
    for route in fabric.routes:
        names, known = heard.get(id(route), ([], False))
        whole = known and route.hostnames and len(route.parents) == _count(route.spec.get("parentRefs"))
        outside = [own for own in route.hostnames or () if not any(meet(name, own) for name in names)]
        if whole and len(outside) < len(route.hostnames or ()):
            for own in outside:
                path = (*route.path, "hostnames", (route.hostnames or ()).index(own))
                yield hit_at(route, path, f"{own} is not in {', '.join(dict.fromkeys(names))}")


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def meet(one: str, other: str) -> bool:
    """Tell whether two hostnames have a name in common; a wildcard holds names with any number of labels."""
    first, second = one.lower(), other.lower()
    if first.startswith("*.") and second.startswith("*."):
        return first[1:].endswith(second[1:]) or second[1:].endswith(first[1:])
    if first.startswith("*."):
        return second.endswith(first[1:]) and len(second) > len(first[1:])
    if second.startswith("*."):
        return first.endswith(second[1:]) and len(first) > len(second[1:])
    return first == second
