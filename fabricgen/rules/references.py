"""References between what Flux applies: what is named is there, in a namespace that is there, and only once.

Objects that something else makes (charts, operators, a bootstrap script) are not seen: where such are possible the
rules say nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.helm import Name, source_of
from fabricgen.fabric.installs import is_helmfile, namespaces_of_helmfile
from fabricgen.fabric.releases import SOURCES
from fabricgen.repository import Item
from fabricgen.repository.scope import is_cluster_scoped
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule

_SOURCE: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference"
_KNOWN: Final = {"default", "kube-system", "kube-public", "kube-node-lease", "flux-system", ""}
_FLUX: Final = "flux-system"
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def _applied(fabric: Fabric) -> Iterator[Item]:
    """Yield what Flux applies, and the roots."""
    roots = {id(root.item) for root in fabric.cluster.roots}
    for item in fabric.items:
        if item.layer is not None or id(item) in roots:
            yield item


@rule(
    "REF001",
    "warning",
    "The source that a Kustomization or HelmRelease names is there",
    why="Flux answers that it cannot find the source, and applies nothing.",
    source=_SOURCE,
    fix="Correct kind, name or namespace of the reference, or apply the source.",
)
def source_that_is_not_there(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a source without a target, where everything that could be one is known."""
    applied = list(_applied(fabric))
    sources = {_name(item) for item in applied if item.group == SOURCES}
    inexact = {item.name for item in applied if item.group == SOURCES and not item.exact}
    unnamed = {(one.kind, one.namespace) for one in sources if is_open(one.name) or is_open(one.namespace)}
    by_name: dict[str, list[Name]] = {}
    for one in sorted(sources):
        by_name.setdefault(one.name, []).append(one)
    own = {source_of(layer.item) for layer in fabric.layers if layer.path is not None}
    for item in applied:
        target = source_of(item) if item.exact and item.kind in {"Kustomization", "HelmRelease"} else None
        if target is None or target in sources or target in own or target.name in inexact:
            continue
        if target.name == _FLUX or target.kind == "ExternalArtifact" or is_open(target.name):
            continue
        if (target.kind, target.namespace) in unnamed:
            continue
        others = [one for one in by_name.get(target.name, ()) if one.kind == target.kind] or by_name.get(
            target.name, []
        )
        if others or (fabric.is_closed and item.kind == "HelmRelease"):
            yield Hit(place=item.place(*_where(item)), message=_missing(target, others), object=item.label)


def _name(item: Item) -> Name:
    return Name(item.kind, item.namespace, item.name)


def _where(item: Item) -> tuple[str, ...]:
    if item.kind == "Kustomization":
        return ("spec", "sourceRef")
    return ("spec", "chartRef") if item.get("spec", "chartRef") else ("spec", "chart", "spec", "sourceRef")


def _missing(target: Name, others: Sequence[Name]) -> str:
    message = f"nothing makes the {target.kind} {target.namespace}/{target.name}"
    if not others:
        return message
    other = others[0]
    return f"{message}; there is the {other.kind} {other.namespace}/{other.name}"


@rule(
    "REF002",
    "warning",
    "The namespace of an object is there before the object",
    why="Flux tries the objects of a Kustomization before it applies them; one whose namespace is missing fails all.",
    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#target-namespace",
    fix="Apply a Namespace in the same Kustomization or one that it depends on.",
)
def namespace_that_is_not_there(fabric: Fabric) -> Iterator[Hit]:
    """Yield the first object of each namespace that nothing makes, in repositories that make others.

    A helmfile makes the namespaces of its releases; where others than Flux make any, they may make more.
    """
    namespaces = fabric.of("", "Namespace")
    made = {item.name for item in namespaces if item.layer is not None}
    by_helmfile = [namespaces_of_helmfile(item) for item in fabric.items if is_helmfile(item)]
    if not (made or fabric.complete) or not fabric.is_closed or None in by_helmfile:
        return
    if any(item.layer is None for item in namespaces):
        return
    made = made.union(*(one for one in by_helmfile if one is not None))
    made |= {
        one.namespace for one in fabric.helm_releases if one.item.get("spec", "install", "createNamespace")
    }
    told: set[str] = set()
    for item in fabric.items:
        namespace = item.namespace
        if item.layer is None or not item.exact or namespace in made | _KNOWN | told:
            continue
        if not _LABEL.fullmatch(namespace):
            continue  # substituted or encrypted
        if item.kind and not is_cluster_scoped(item.group, item.kind):
            told.add(namespace)
            message = f"nothing makes the namespace {namespace}"
            yield Hit(place=item.place("metadata", "namespace"), message=message, object=item.label)


@rule(
    "REF003",
    "warning",
    "Two Kustomizations do not apply one object in two forms",
    why="Each puts its own form back in turn, and when one of them lets the object go, or is deleted, it prunes what "
    "the other still wants.",
    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#inventory",
    fix="Leave the object to one of them.",
)
def applied_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield each object that a second layer applies with other contents, once."""
    first: dict[tuple[str, Name], Item] = {}
    told: set[int] = set()
    for item in fabric.items:
        layer = item.layer
        if layer is None or not item.exact or not item.name or _is_shared(item):
            continue
        before = first.setdefault((item.group, _name(item)), item)
        if before.layer is None or before.layer is layer or id(before) in told or _same(before, item):
            continue
        told.add(id(before))
        message = f"{before.layer.item.label} applies it in another form than {layer.item.label}"
        yield Hit.at(item, ("metadata", "name"), message)


def _same(left: Item, right: Item) -> bool:
    """Tell whether two objects ask for the same; labels and annotations may differ."""
    return all(
        left.get(key) == right.get(key)
        for key in {*left.body, *right.body} - {"metadata", "apiVersion", "sops"}
    )


def _is_shared(item: Item) -> bool:
    """Tell whether an object is not fought over: its name is open, or it says itself how it is to be applied."""
    prefix = "kustomize.toolkit.fluxcd.io/"
    told = {**item.mapping("metadata", "labels"), **item.mapping("metadata", "annotations")}
    wishes = [told.get(f"{prefix}{key}") for key in ("ssa", "reconcile", "prune")]
    unsure = item.layer is not None and item.layer.unknown_variables
    return any(one is not None for one in wishes) or is_open(item.name) or is_open(item.namespace) or unsure


@rule(
    "REF004",
    "warning",
    "The ConfigMap that valuesFrom names is there",
    why="helm-controller does not find the values and neither installs nor upgrades the chart.",
    source="https://fluxcd.io/flux/components/helm/helmreleases/#values-references",
    fix="Correct the name; the object must stand in the namespace of the HelmRelease. Set optional: true if it may be "
    "missing.",
)
def values_that_are_not_there(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a ConfigMap that is in another namespace only, or nowhere."""
    maps = _config_maps(fabric)
    others = {
        item.name for item in fabric.items if item.kind not in {"ConfigMap", "HelmRelease", "Kustomization"}
    }
    for release in fabric.helm_releases:
        item = release.item
        if item.layer is None or not item.exact:
            continue
        for number, one in enumerate(item.items("spec", "valuesFrom")):
            if not isinstance(one, Mapping) or one.get("kind") != "ConfigMap" or one.get("optional") is True:
                continue
            name = str(one.get("name"))
            sure = fabric.is_closed and name not in others  # An operator may make it of those.
            message = _values_fault(name, item.namespace, maps.get(name, []), is_closed=sure)
            if message:
                yield Hit.at(item, ("spec", "valuesFrom", number), message)


def _config_maps(fabric: Fabric) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in fabric.of("", "ConfigMap"):
        found.setdefault(item.name, []).append(item)
    return found


def _values_fault(name: str, namespace: str, found: Sequence[Item], *, is_closed: bool) -> str:
    if not found:
        return f"nothing makes the ConfigMap {namespace}/{name}" if is_closed and not is_open(name) else ""
    if any(not one.exact or one.namespace in {"", namespace} or one.layer is None for one in found):
        return ""
    if any(
        "reflect" in str(key) or "replicat" in str(key)
        for one in found
        for key in one.mapping("metadata", "annotations")
    ):
        return ""
    return (
        f"the ConfigMap {name} is in the namespace {found[0].namespace}, and the HelmRelease in {namespace}"
    )


@rule(
    "REF005",
    "warning",
    "The ConfigMap that substituteFrom names is there",
    why="The Kustomization fails until it is: nothing of it is applied to a cluster that is built anew.",
    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution",
    fix="Apply the ConfigMap in the namespace of the Kustomization, correct the name, or set optional: true.",
)
def variables_that_are_not_there(fabric: Fabric) -> Iterator[Hit]:
    """Yield each reference to a ConfigMap that nothing in the repository makes."""
    if not fabric.is_closed or fabric.changes_layers:
        return
    maps = _config_maps(fabric)
    for layer in fabric.layers:
        item = layer.item
        for number, one in enumerate(item.items("spec", "postBuild", "substituteFrom")):
            if not isinstance(one, Mapping) or one.get("kind") != "ConfigMap" or one.get("optional") is True:
                continue
            name = str(one.get("name"))
            if item.exact and name not in maps and not is_open(name):
                place = item.place("spec", "postBuild", "substituteFrom", number)
                message = f"nothing makes the ConfigMap {item.namespace}/{name}"
                yield Hit(place=place, message=message, object=item.label)
