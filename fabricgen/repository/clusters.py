"""Which documents belong to which cluster: what Flux reaches from one entry point, and what stands beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.flux import Layer, find_layers
from fabricgen.repository.item import Item
from fabricgen.repository.reading import Repository

_ABOVE_NAMES = ("clusters", "cluster")


@dataclass(frozen=True, kw_only=True)
class ClusterItems:
    """All that a repository says about one cluster.

    Attributes:
        name: of the folder that its entry point stands in; empty where there is only one.
        roots: the Flux Kustomizations that nothing else applies.
        items: every object, first those that Flux applies, in the order in which the layers are found, then those
            that stand in the repository only (Talos configs, bootstrap values, manifests of nobody's).
        repository: where all of it is from.
    """

    name: str
    roots: tuple[Layer, ...]
    items: tuple[Item, ...]
    repository: Repository

    def layers(self) -> Iterator[Layer]:
        """Yield every Flux Kustomization, those that apply others before those."""
        for root in self.roots:
            yield from root.whole()


def split_clusters(repository: Repository) -> tuple[ClusterItems, ...]:
    """Return the clusters of a repository; without Flux, one of everything.

    Two entry points are of one cluster unless they stand in different folders below `clusters/`.
    """
    roots = find_layers(repository)
    names = list(dict.fromkeys(_name(root) for root in roots)) or [""]
    claimed = {item.origin for root in roots for layer in root.whole() for item in layer.items}
    return tuple(
        ClusterItems(
            name=name,
            roots=(own := tuple(root for root in roots if _name(root) == name)),
            items=(*_applied(own), *_beside(repository, claimed, name=name, names=names)),
            repository=repository,
        )
        for name in names
    )


def _name(root: Layer) -> str:
    """Return the folder below `clusters/` that leads to an entry point, or to what it applies; else nothing."""
    for path in (root.path, PurePosixPath(root.item.origin.file).parent):
        parts = path.parts if path is not None else ()
        for above, name in pairwise(parts):
            if above in _ABOVE_NAMES:
                return name
    return ""


def _applied(roots: tuple[Layer, ...]) -> Iterator[Item]:
    for root in roots:
        if root.above is None and root.item.origin not in {one.origin for one in root.items}:
            yield root.item
        for layer in root.whole():
            yield from layer.items


def _beside(
    repository: Repository, claimed: set[SourceDocument], *, name: str, names: list[str]
) -> Iterator[Item]:
    for document in repository.documents:
        if document in claimed or not isinstance(document.body, dict):
            continue
        parts = PurePosixPath(document.file).parts
        others = [one for one in names if one != name]
        if len(names) == 1 or name in parts or not any(other in parts for other in others):
            yield Item(origin=document, body=document.body)
