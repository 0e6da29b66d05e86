"""Gateways and the routes to them, those that values of Helm charts make among them.

Fed by items. Source of what is meant where nothing is written: <https://gateway-api.sigs.k8s.io/reference/spec/>.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.fabric.helm import HelmRelease
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open

GATEWAY_API: Final = "gateway.networking.k8s.io"
ROUTES: Final = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_DEEPEST: Final = 4
# Charts whose route is on unless values say otherwise.
_ON_BY_DEFAULT: Final = frozenset({"app-template"})
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A listener of a Gateway; `hostname` is empty for every name."""

    path: Path
    name: str
    port: int | None
    protocol: str
    hostname: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A Gateway with its listeners."""

    item: Item
    listeners: tuple[Listener, ...]

    @property
    def class_name(self) -> str:
        """The class that it is of."""
        return str(self.item.get("spec", "gatewayClassName") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A Gateway that a route wants to be attached to; `section` and `port` narrow it to listeners.

    Attributes:
        path: where it is named, in the route's item.
        is_told: whether the namespace is written, or follows from the route's own.
    """

    path: Path
    name: str
    namespace: str
    section: str
    port: int | None
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route, an object of its own or one that a chart makes of values.

    Attributes:
        item: where it is written; `path` leads to its spec there.
        kind: empty where a chart decides it, and values do not tell.
        is_object: whether it is an object of its own.
        hostnames: the names that it is for; None where one of them is filled in elsewhere.
        parents: the Gateways that it wants, where they are told in full.
    """

    item: Item
    path: Path
    kind: str
    namespace: str
    is_object: bool
    hostnames: tuple[str, ...] | None
    parents: tuple[Parent, ...]
    spec: Mapping[str, Any]

    @property
    def label(self) -> str:
        """How people name it."""
        return self.item.label if self.is_object else f"{self.kind or 'route'} of {self.item.label}"


def find_gateways(items: Sequence[Item]) -> Iterator[Gateway]:
    """Yield every Gateway, in the order of the items."""
    for item in items:
        if (item.group, item.kind) == (GATEWAY_API, "Gateway"):
            listeners = item.items("spec", "listeners")
            yield Gateway(
                item=item,
                listeners=tuple(
                    _listener(one, number) for number, one in enumerate(listeners) if isinstance(one, Mapping)
                ),
            )


def _listener(body: Mapping[str, Any], number: int) -> Listener:
    port = body.get("port")
    return Listener(
        path=("spec", "listeners", number),
        name=str(body.get("name") or ""),
        port=port if isinstance(port, int) else None,
        protocol=str(body.get("protocol") or ""),
        hostname=str(body.get("hostname") or ""),
        body=body,
    )


def find_routes(items: Sequence[Item], releases: Sequence[HelmRelease]) -> Iterator[Route]:
    """Yield every route: objects in the order of the items, then what charts make of values."""
    for item in items:
        if item.group == GATEWAY_API and item.kind in ROUTES:
            yield _route(item, ("spec",), item.mapping("spec"), kind=item.kind, namespace=item.namespace)
    known = set(map(id, items))
    for release in releases:
        if id(release.item) not in known:
            continue
        on = release.chart in _ON_BY_DEFAULT
        for path, spec in _inner(release.item.get("spec", "values"), ("spec", "values")):
            if spec.get("enabled", on) is True:
                kind = str(spec.get("kind") or _kind_of(path, is_common=on))
                yield _route(release.item, path, spec, kind=kind, namespace=release.namespace)


def _kind_of(path: Path, *, is_common: bool) -> str:
    """Return the kind that the name of a value tells, such as `tcpRoute`; empty where it is not known."""
    named = {one.lower(): one for one in ROUTES}
    return named.get(str(path[-1]).lower(), "HTTPRoute" if is_common else "")


def _inner(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401 - values hold anything
    """Yield each mapping of values that has parents and names like a route."""
    if not isinstance(value, Mapping) or len(path) > _DEEPEST + 1:
        return
    if isinstance(value.get("parentRefs"), list) and isinstance(value.get("hostnames", []), list):
        yield path, value
        return
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _inner(inner, (*path, str(key)))


def _route(item: Item, path: Path, spec: Mapping[str, Any], *, kind: str, namespace: str) -> Route:
    is_object = path == ("spec",)
    names = spec.get("hostnames")
    hostnames = [str(one) for one in names] if isinstance(names, list) else []
    parents = spec.get("parentRefs")
    return Route(
        item=item,
        path=path,
        kind=kind,
        namespace=namespace,
        is_object=is_object,
        hostnames=None if any(map(is_filled_in, hostnames)) else tuple(hostnames),
        parents=tuple(_parents(parents, path, namespace if is_object else ""))
        if isinstance(parents, list)
        else (),
        spec=spec,
    )


def _parents(parents: Sequence[Any], path: Path, namespace: str) -> Iterator[Parent]:
    for number, one in enumerate(parents):
        if not isinstance(one, Mapping) or (one.get("kind") or "Gateway") != "Gateway":
            continue
        if (one.get("group") or GATEWAY_API) != GATEWAY_API or any(map(is_filled_in, one.values())):
            continue
        port = one.get("port")
        yield Parent(
            path=(*path, "parentRefs", number),
            name=str(one.get("name") or ""),
            namespace=str(one.get("namespace") or namespace),
            section=str(one.get("sectionName") or ""),
            port=port if isinstance(port, int) else None,
            is_told=bool(one.get("namespace") or namespace),
        )


def is_filled_in(value: object) -> bool:
    """Tell whether a text has a substitution of Flux or of Helm in it."""
    return is_open(value) or (isinstance(value, str) and "{{" in value)
