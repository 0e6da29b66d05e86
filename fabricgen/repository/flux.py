"""Flux' Kustomizations: which folder each applies, and what reaches the cluster by it.

Fed by a repository; used by `clusters`. A FluxInstance that syncs the repository counts as the Kustomization that it
makes. Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/>.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.item import Item
from fabricgen.repository.kustomize import Build, Builder, Remote
from fabricgen.repository.sources import KUSTOMIZE_GROUP, OwnSource, is_layer
from fabricgen.repository.substitution import substituted
from fabricgen.repository.variables import Variables


@dataclass(eq=False, slots=True)
class Layer:
    """A Flux Kustomization and what it applies.

    Attributes:
        item: the Kustomization object itself, or the FluxInstance that stands for one.
        path: the folder that it applies, from the root of the repository; None if it is not in the repository.
        is_own: whether it is told to apply this repository, and not some other source.
        above: the layer that applies `item`; None for a root.
        items: the objects that it applies itself, Kustomizations among them.
        files: every file that takes part in its build.
        remotes: what its kustomizations take from elsewhere.
        is_open: whether it may apply objects that are not among `items`.
        variables: what it substitutes, as far as that is known; None if it substitutes nothing.
        unknown_variables: whether values are substituted from somewhere that is not in the repository.
    """

    item: Item
    path: PurePosixPath | None
    above: "Layer | None" = None
    is_own: bool = True
    items: tuple[Item, ...] = ()
    files: frozenset[str] = frozenset()
    remotes: tuple[Remote, ...] = ()
    is_open: bool = False
    children: list["Layer"] = field(default_factory=list)
    variables: Mapping[str, str] | None = None
    unknown_variables: bool = False

    def whole(self) -> Iterator["Layer"]:
        """Yield this layer and all below it."""
        yield self
        for child in self.children:
            yield from child.whole()


@dataclass(slots=True)
class Grower:
    """Grows layers out of Kustomizations."""

    builder: Builder
    own: OwnSource
    variables: Variables

    def grow(self, item: Item) -> Layer:
        """Return the layer of a Kustomization that nothing applies, with all layers below it."""
        return self._grow(item, None, set())

    def _grow(self, item: Item, above: Layer | None, seen: set[tuple[SourceDocument, str, str]]) -> Layer:
        seen.add((item.origin, item.namespace, item.name))
        layer = Layer(item, self.own.folder(item), above, is_own=self.own.is_own(item))
        if layer.path is None:
            return layer
        build = self._build(layer)
        layer.files, layer.remotes, layer.is_open = build.files, build.remotes, build.is_open
        if is_entry(item) and any(one.path == layer.path for one in _above(layer)):
            return layer  # a copy of what has started it all
        layer.variables, layer.unknown_variables = self.variables.of(item)
        layer.items = tuple(self._applied(one, layer) for one in build.items)
        for one in layer.items:
            if is_layer(one) and (one.origin, one.namespace, one.name) not in seen:
                layer.children.append(self._grow(one, layer, seen))
        return layer

    def _build(self, layer: Layer) -> Build:
        """Build a folder with what the Kustomization itself adds to its kustomization.yaml."""
        path = layer.path or PurePosixPath()
        build = self.builder.build(path)
        spec = layer.item.mapping("spec")
        here = SourceDocument(str(path / "kustomization.yaml"), "", 1, 0, {})
        for number, name in enumerate(layer.item.items("spec", "components")):
            build = self.builder.component(str(name), build, where=here, path=("components", number))
        written = {key: spec.get(key) for key in ("patches", "namePrefix", "nameSuffix")}
        written |= {"namespace": spec.get("targetNamespace")}
        items, files = self.builder.transform(build.items, written, folder=path)
        return replace(build, items=tuple(items), files=build.files | files)

    def _applied(self, item: Item, layer: Layer) -> Item:
        item = replace(item, layer=layer, exact=item.exact and layer.item.exact)
        if not substitutes(item):
            return item
        known = not layer.unknown_variables
        return replace(item, body=substituted(item.body, layer.variables or {}, known=known))


def _above(layer: Layer) -> Iterator[Layer]:
    """Yield the layers that a layer is below of, the nearest first."""
    while layer.above is not None:
        layer = layer.above
        yield layer


def substitutes(item: Item) -> bool:
    """Tell whether the layer of an object substitutes variables in it: it has some, and the object lets it."""
    layer, key = item.layer, f"{KUSTOMIZE_GROUP}/substitute"
    if layer is None or layer.variables is None or not (layer.variables or layer.unknown_variables):
        return False
    return "disabled" not in (item.get("metadata", part, key) for part in ("annotations", "labels"))


def find_roots(written: Sequence[Item], own: OwnSource, builder: Builder) -> list[Item]:
    """Return the Kustomizations, as written, that nothing applies and somebody does.

    Left out is one that applies no other and stands by itself, where others that apply more are a cluster's entry:
    an application that is switched off, an archive, a template.
    """
    paths = [own.folder(one) for one in written]
    files = [builder.build(path).files if path is not None else frozenset[str]() for path in paths]
    by_file: dict[str, list[int]] = {}
    for number, one in enumerate(written):
        by_file.setdefault(one.origin.file, []).append(number)
    below = [sorted({other for file in own_files for other in by_file.get(file, ())}) for own_files in files]
    roots = _tops(written, below)
    entries = [
        number
        for number in roots
        if (is_entry(written[number]) and paths[number] is not None) or set(below[number]) - {number}
    ]
    folders = {PurePosixPath(written[number].origin.file).parent for number in entries}
    return [
        written[number]
        for number in roots
        if number in entries or not entries or _is_below(written[number], folders)
    ]


def _tops(written: Sequence[Item], below: Sequence[Sequence[int]]) -> list[int]:
    """Return the fewest layers that reach all others: first those that none reaches, then one of each circle."""
    reached = {other for number, others in enumerate(below) for other in others if other != number}
    order = sorted(
        range(len(written)),
        key=lambda number: (number in reached, not is_entry(written[number]), number),
    )
    seen: set[int] = set()
    tops: list[int] = []
    for number in order:
        if number in seen:
            continue
        tops.append(number)
        ahead = [number]
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                ahead.extend(below[here])
    return sorted(tops)


def is_entry(item: Item) -> bool:
    """Tell whether an object is what Flux starts a cluster with."""
    return item.kind == "FluxInstance" or item.name == "flux-system"


def _is_below(item: Item, folders: AbstractSet[PurePosixPath]) -> bool:
    return any(folder in folders for folder in PurePosixPath(item.origin.file).parents)
