"""Flux' Kustomizations: which folder each applies, and what reaches the cluster by it.

Fed by a repository; used by `clusters`. A FluxInstance that syncs the repository counts as the Kustomization that it
makes. Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/>.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.item import Item
from fabricgen.repository.kustomize import Builder, Target
from fabricgen.repository.patches import CannotPatchError, Patch
from fabricgen.repository.reading import Repository
from fabricgen.repository.scope import is_cluster_scoped
from fabricgen.repository.substitution import substituted
from fabricgen.yamlio import YamlSyntaxError, read_documents

KUSTOMIZE_GROUP: Final = "kustomize.toolkit.fluxcd.io"
_CONTROL_PLANE: Final = "fluxcd.controlplane.io"


@dataclass(eq=False, slots=True)
class Layer:
    """A Flux Kustomization and what it applies.

    Attributes:
        item: the Kustomization object itself, or the FluxInstance that stands for one.
        path: the folder that it applies, from the root of the repository; None if it is not in the repository.
        above: the layer that applies `item`; None for a root.
        items: the objects that it applies itself, Kustomizations among them.
        files: every file that takes part in its build.
        unknown_variables: whether values are substituted from somewhere that is not in the repository.
    """

    item: Item
    path: PurePosixPath | None
    above: "Layer | None" = None
    items: tuple[Item, ...] = ()
    files: frozenset[str] = frozenset()
    children: list["Layer"] = field(default_factory=list)
    unknown_variables: bool = False

    def whole(self) -> Iterator["Layer"]:
        """Yield this layer and all below it."""
        yield self
        for child in self.children:
            yield from child.whole()


def find_layers(repository: Repository) -> tuple[Layer, ...]:
    """Return the root layers, in the order of their files; all others hang below them."""
    builder = Builder(repository)
    written = [one for one in repository.documents if _is_layer(one)]
    paths = {one: _path(one, repository) for one in written}
    files = {one: builder.build(path).files for one, path in paths.items() if path is not None}
    reached = {
        other
        for number, one in enumerate(written)
        for later, other in enumerate(written)
        if other is not one
        and other.file in files.get(one, ())
        and not (later < number and one.file in files.get(other, ()))
    }
    roots = [one for one in written if one not in reached]
    grower = _Grower(repository, builder, set())
    return tuple(grower.grow(Item(origin=one, body=one.body), above=None) for one in roots)


def _is_layer(document: SourceDocument) -> bool:
    group = str(document["apiVersion"] or "").rpartition("/")[0]
    if group == KUSTOMIZE_GROUP and document["kind"] == "Kustomization":
        return True
    return group == _CONTROL_PLANE and document["kind"] == "FluxInstance" and bool(_sync(document.body))


def _sync(body: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = body.get("spec")
    sync = spec.get("sync") if isinstance(spec, Mapping) else None
    return sync if isinstance(sync, Mapping) else {}


def _path(document: SourceDocument, repository: Repository) -> PurePosixPath | None:
    return folder_of(Item(origin=document, body=document.body), repository)


def folder_of(item: Item, repository: Repository) -> PurePosixPath | None:
    """Return the folder that a Kustomization or FluxInstance applies; None if the repository has no such folder."""
    written = _sync(item.body).get("path") if item.kind == "FluxInstance" else item.get("spec", "path")
    if not isinstance(written, str | None):
        return None
    path = PurePosixPath(normpath((written or ".").lstrip("/") or "."))
    there = repository.folder(path) if ".." not in path.parts else ()
    return path if there else None


@dataclass(slots=True)
class _Grower:
    repository: Repository
    builder: Builder
    seen: set[SourceDocument]

    def grow(self, item: Item, *, above: Layer | None) -> Layer:
        """Return the layer of a Kustomization with all layers below it."""
        self.seen.add(item.origin)
        layer = Layer(item, folder_of(item, self.repository), above)
        if layer.path is None:
            return layer
        build = self.builder.build(layer.path)
        variables, layer.unknown_variables = self._variables(item)
        layer.files = build.files
        layer.items = tuple(self._applied(one, layer, variables) for one in build.items)
        for one in layer.items:
            if _is_layer(one.origin) and one.origin not in self.seen:
                layer.children.append(self.grow(one, above=layer))
        return layer

    def _applied(self, item: Item, layer: Layer, variables: Mapping[str, str] | None) -> Item:
        applied = replace(item, layer=layer)
        for one in layer.item.items("spec", "patches"):
            applied = _patched(applied, one)
        target = layer.item.get("spec", "targetNamespace")
        body = applied.body
        if isinstance(target, str) and not is_cluster_scoped(applied.group, applied.kind):
            body = {**body, "metadata": {**applied.mapping("metadata"), "namespace": target}}
        opted_out = applied.get("metadata", "annotations", f"{KUSTOMIZE_GROUP}/substitute") == "disabled"
        if variables is not None and not opted_out:
            body = substituted(body, variables)
        return replace(applied, body=body)

    def _variables(self, item: Item) -> tuple[Mapping[str, str] | None, bool]:
        """Return the variables of a Kustomization, None if it substitutes nothing; and whether some are unknown."""
        if not item.get("spec", "postBuild"):
            return None, False
        variables: dict[str, str] = {}
        unknown = False
        for one in item.items("spec", "postBuild", "substituteFrom"):
            found = self._source(one) if isinstance(one, Mapping) else None
            unknown |= found is None
            variables |= found or {}
        own = item.mapping("spec", "postBuild", "substitute")
        return variables | {key: str(value) for key, value in own.items()}, unknown

    def _source(self, reference: Mapping[str, Any]) -> dict[str, str] | None:
        """Return what a ConfigMap or Secret holds; None if the repository does not tell."""
        for one in self.repository.documents:
            same = one["kind"] == reference.get("kind") and Item(
                origin=one, body=one.body
            ).name == reference.get("name")
            if same and not one["sops"]:
                texts = one["data"] if one["kind"] == "ConfigMap" else one["stringData"]
                return (
                    {key: str(value) for key, value in texts.items()} if isinstance(texts, Mapping) else None
                )
        return None


def _patched(item: Item, written: Any) -> Item:  # noqa: ANN401 - as written
    if not isinstance(written, Mapping) or not isinstance(inline := written.get("patch"), str):
        return item
    try:
        patches = [Patch(one.value) for one in read_documents(inline)]
    except YamlSyntaxError:
        return replace(item, exact=False)
    for patch in patches:
        target = Target.of(written.get("target"), patch)
        if not target.fits(item):
            continue
        if target.selector:
            return replace(item, exact=False)
        try:
            item = replace(item, body=patch.apply(item.body))
        except CannotPatchError:
            return replace(item, exact=False)
    return item
