"""What waits for what: dependsOn of Kustomizations and HelmReleases, and the waiting of layers for what they apply."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.helm import Name
from fabricgen.repository import Item, Layer
from fabricgen.rules.rule import Edit, Hit, rule

_DEPENDENCIES: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies"
_WAIT: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#wait"
_NETWORK: Final = frozenset({"cilium", "metallb"})


def _running(fabric: Fabric) -> list[Item]:
    """Return every Kustomization and HelmRelease that Flux runs."""
    found = [layer.item for layer in fabric.layers if layer.item.kind == "Kustomization"]
    return found + [one.item for one in fabric.helm_releases if one.item.layer is not None]


def _nodes(fabric: Fabric) -> dict[Name, Item]:
    """Return those of which everything is known, by their names."""
    return {_name(item): item for item in _running(fabric) if item.exact}


def _name(item: Item) -> Name:
    return Name(item.kind, item.namespace, item.name)


def _dependencies(item: Item) -> Iterator[tuple[int, Name]]:
    for number, one in enumerate(item.items("spec", "dependsOn")):
        if isinstance(one, Mapping) and isinstance(one.get("name"), str):
            yield number, Name(item.kind, str(one.get("namespace") or item.namespace), one["name"])


def _synced(fabric: Fabric) -> Iterator[Name]:
    """Yield the Kustomizations that flux-operator makes of what FluxInstances sync.

    Source: internal/controller/fluxinstance_controller.go in <https://github.com/controlplaneio-fluxcd/flux-operator>.
    """
    for item in (layer.item for layer in fabric.layers if layer.item.kind == "FluxInstance"):
        yield Name("Kustomization", item.namespace, str(item.get("spec", "sync", "name") or item.namespace))


@rule(
    "FLX004",
    "warning",
    "dependsOn names an object of the same kind that is there",
    why="It is never applied: Flux answers `dependency not found` for ever.",
    source=_DEPENDENCIES,
    fix="Correct name and namespace; a Kustomization can wait for Kustomizations only, a HelmRelease for HelmReleases.",
)
def depends_on_nothing(fabric: Fabric) -> Iterator[Hit]:
    """Yield each dependency without a target, where everything that could be one is known."""
    running = {_name(item): item for item in _running(fabric)}
    if any(not layer.item.exact for layer in fabric.layers):
        return
    synced = set(_synced(fabric))
    by_name: dict[str, list[Name]] = {}
    for name in running:
        by_name.setdefault(name.name, []).append(name)
    for item in running.values():
        for number, target in _dependencies(item) if item.exact and item.namespace else ():
            if target in running or target in synced or "$" in target.name:
                continue
            others = by_name.get(target.name, [])
            if others or fabric.is_closed:
                place = item.place("spec", "dependsOn", number)
                yield Hit(place=place, message=_missing(target, others), object=item.label)


def _missing(target: Name, others: Sequence[Name]) -> str:
    wanted = f"{target.kind} {target.namespace}/{target.name}"
    for other in (one for one in others if one.kind == target.kind):
        return f"there is no {wanted}; there is one in the namespace {other.namespace}"
    for other in others:
        return f"there is no {wanted}; there is a {other.kind} {other.namespace}/{other.name}"
    return f"there is no {wanted}"


@rule(
    "FLX006",
    "error",
    "dependsOn makes no circle",
    why="Each waits for the next, so none of them is ever applied.",
    source=_DEPENDENCIES,
    fix="Take one of the dependencies out; what both need goes into a Kustomization of its own.",
)
def circle(fabric: Fabric) -> Iterator[Hit]:
    """Yield each circle once, at the first of its members."""
    nodes = _nodes(fabric)
    edges = {
        name: [target for _, target in _dependencies(item) if target in nodes] for name, item in nodes.items()
    }
    for members in _circles(edges):
        yield _circle_hit(nodes, edges, members, "each waits for the next: ")


@rule(
    "FLX010",
    "error",
    "Nothing waits for the Kustomization that waits for it",
    why="A Kustomization with wait: true is ready when all that it applies is; what it applies, and what that needs, "
    "cannot wait for it in turn. Neither becomes ready, and each revision stalls until the timeout.",
    source=_WAIT,
    fix="Set wait: false on the outer Kustomization, or take the dependency on it out.",
)
def deadlock(fabric: Fabric) -> Iterator[Hit]:
    """Yield each circle that closes only through a layer that waits for what it applies."""
    nodes = _nodes(fabric)
    plain = {
        name: [target for _, target in _dependencies(item) if target in nodes] for name, item in nodes.items()
    }
    edges = {name: list(targets) for name, targets in plain.items()}
    yield from _late(fabric, nodes)
    for layer in fabric.layers:
        own, made = _name(layer.item), {_name(item) for item in layer.items}
        for item in layer.items:
            inner = _name(item)
            if own not in nodes or inner not in nodes or inner == own:
                continue
            edges[inner] += [target for target in plain[own] if target not in made]
            if layer.item.get("spec", "wait") is True and item.get("spec", "suspend") is not True:
                edges[own].append(inner)
    for members in _circles(edges):
        if not any(True for _ in _circles({name: plain[name] for name in members})):
            yield _circle_hit(nodes, edges, members, "each is ready only after the next: ")


def _late(fabric: Fabric, nodes: Mapping[Name, Item]) -> Iterator[Hit]:
    """Yield each layer that waits for what only it applies."""
    for layer in fabric.layers:
        own = {_name(item) for item in layer.items}
        if _name(layer.item) not in nodes or _name(layer.item) in own:
            continue  # who applied the first of a layer that applies itself applied more
        for number, target in _dependencies(layer.item):
            if target in own and target in nodes:
                message = (
                    f"it waits for {target.kind} {target.name}, which is there only once it is applied itself"
                )
                yield Hit.at(layer.item, ("spec", "dependsOn", number), message)


def _circle_hit(
    nodes: Mapping[Name, Item], edges: Mapping[Name, Sequence[Name]], members: Sequence[Name], start: str
) -> Hit:
    """Return the hit at a member that names the next one in dependsOn."""
    path = _round(edges, members)
    inside = set(path)
    for name in path:
        for number, target in _dependencies(nodes[name]):
            if target in inside:
                shown = " → ".join(f"{one.kind} {one.name}" for one in (*path, path[0]))
                place = nodes[name].place("spec", "dependsOn", number)
                return Hit(place=place, message=f"{start}{shown}", object=nodes[name].label)
    return Hit(
        place=nodes[path[0]].place("spec"), message=f"{start}{path[0].name}", object=nodes[path[0]].label
    )


def _round(edges: Mapping[Name, Sequence[Name]], members: Sequence[Name]) -> list[Name]:
    """Return one shortest way through the members from the first back to itself."""
    inside, start = set(members), members[0]
    before: dict[Name, Name] = {}
    ahead = [start]
    for name in ahead:
        for target in edges[name]:
            if target == start:
                way = [name]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if target in inside and target not in before:
                before[target] = name
                ahead.append(target)
    return [start]


def _circles(edges: Mapping[Name, Sequence[Name]]) -> Iterator[list[Name]]:
    """Yield the strongly connected parts that hold a circle, each sorted; two walks, both linear."""
    order: list[Name] = []
    seen: set[Name] = set()
    for name in edges:
        _walk(name, edges, seen, order)
    back: dict[Name, list[Name]] = {name: [] for name in edges}
    for name, targets in edges.items():
        for target in targets:
            if target in back:
                back[target].append(name)
    seen = set()
    for name in reversed(order):
        part: list[Name] = []
        _walk(name, back, seen, part)
        if len(part) > 1 or (part and part[0] in edges[part[0]]):
            yield sorted(part)


def _walk(start: Name, edges: Mapping[Name, Sequence[Name]], seen: set[Name], done: list[Name]) -> None:
    """Add to `done` what can be reached from `start`, each after all that it reaches."""
    if start in seen:
        return
    seen.add(start)
    open_names = [(start, iter(edges[start]))]
    while open_names:
        targets = open_names[-1][1]
        following = next((one for one in targets if one not in seen and one in edges), None)
        if following is None:
            done.append(open_names.pop()[0])
        else:
            seen.add(following)
            open_names.append((following, iter(edges[following])))


@rule(
    "FLX013",
    "info",
    "The Kustomization of the network waits for what it applies",
    why="Without wait or healthChecks a Kustomization is ready as soon as its objects are applied: what depends on it "
    "starts when the HelmRelease is there, and not when the chart is installed.",
    source=_DEPENDENCIES,
    fix="Set wait: true, or list the HelmRelease under healthChecks.",
)
def ready_when_applied(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Kustomization with Cilium or MetalLB that is depended on and waits for nothing."""
    layers = {_name(layer.item): layer for layer in fabric.layers if layer.item.exact}
    wanted = {
        target
        for layer in layers.values()
        for number, target in _dependencies(layer.item)
        if not _has_expression(layer.item, number)
    }
    charts: dict[int, list[str]] = {}
    for one in fabric.helm_releases:
        if one.chart in _NETWORK and one.item.layer is not None:
            charts.setdefault(id(one.item.layer), []).append(one.item.name)
    for name in sorted(wanted & layers.keys()):
        layer = layers[name]
        releases = charts.get(id(layer), [])
        if releases and not _waits(layer):
            place = layer.item.place("spec", "wait")
            message = f"others depend on it, and it is ready before {', '.join(releases)} is installed"
            yield Hit(place=place, message=message, object=layer.item.label)


def _has_expression(item: Item, number: int) -> bool:
    return bool(item.get("spec", "dependsOn", number, "readyExpr"))


def _waits(layer: Layer) -> bool:
    return layer.item.get("spec", "wait") is True or bool(layer.item.items("spec", "healthChecks"))


@rule(
    "FLX014",
    "info",
    "wait and healthChecks are not set together",
    why="With wait: true Flux ignores healthChecks: what is listed there and not applied by the Kustomization itself "
    "is not waited for.",
    source=_WAIT,
    fix="Remove healthChecks, or set wait: false if only these objects matter.",
)
def checks_that_are_ignored(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Kustomization with both."""
    for layer in fabric.layers:
        item = layer.item
        if item.get("spec", "wait") is not True or not item.items("spec", "healthChecks"):
            continue
        path = ("spec", "healthChecks")
        spec: Any = item.origin["spec"]
        edits = (
            (Edit(item.place(*path), item.origin.index, "remove", path),)
            if isinstance(spec, Mapping) and "healthChecks" in spec
            else ()
        )
        applied = {(one.kind, one.name) for one in layer.items}
        others = [
            f"{one.get('kind')} {one.get('name')}"
            for one in item.items(*path)
            if isinstance(one, Mapping) and (str(one.get("kind")), str(one.get("name"))) not in applied
        ]
        if others and layer.path is not None:
            message = f"wait: true has {', '.join(others)} of healthChecks ignored"
            yield Hit(place=item.place(*path), message=message, object=item.label, edits=edits)
