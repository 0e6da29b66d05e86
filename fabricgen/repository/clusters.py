"""Which documents belong to which cluster: what Flux reaches from one entry point, and what stands beside it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.flux import Grower, Layer, find_roots, is_entry
from fabricgen.repository.item import Item
from fabricgen.repository.kustomize import Build, Builder, is_kustomization_file
from fabricgen.repository.reading import KUSTOMIZATIONS, Repository
from fabricgen.repository.sources import OwnSource, instance_of, is_layer
from fabricgen.repository.variables import Variables

_ABOVE_NAMES = ("clusters",)
# Nobody applies what stands in folders of these names, unless something takes it in.
_PUT_AWAY = frozenset(
    {"archive", "archived", "archives", "attic", "deprecated", "disabled", "fixtures", "testdata", "unused"}
)
# What programs are tested with; it says nothing about a cluster, unless Flux applies it.
_TEST_FOLDERS = frozenset({"testdata", "fixtures"})


@dataclass(frozen=True, kw_only=True)
class ClusterItems:
    """All that a repository says about one cluster.

    Attributes:
        name: of the folder that its entry point stands in; empty where there is only one.
        roots: the Flux Kustomizations that nothing else applies.
        items: every object, first those that Flux applies, in the order in which the layers are found, then those
            that stand in the repository only (Talos configs, bootstrap values, manifests of nobody's).
        idle: objects that stand in a folder which Flux applies, and that its kustomization.yaml leaves out.
        is_alone: whether the repository has no other clusters.
        templates: the texts of its templates of machine configs, by file.
        repository: where all of it is from.
    """

    name: str
    roots: tuple[Layer, ...]
    items: tuple[Item, ...]
    repository: Repository
    idle: tuple[Item, ...] = ()
    is_alone: bool = True
    templates: Mapping[str, str] = field(default_factory=dict)

    def layers(self) -> Iterator[Layer]:
        """Yield every Flux Kustomization, those that apply others before those."""
        for root in self.roots:
            yield from root.whole()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Where a cluster starts: roots that one kustomization.yaml gathers, or a root that stands alone."""

    folder: PurePosixPath
    roots: tuple[Layer, ...]
    loose: tuple[Item, ...] = ()


def split_clusters(repository: Repository) -> tuple[ClusterItems, ...]:
    """Return the clusters of a repository; without Flux, one of everything.

    Two entry points are of one cluster unless they stand in different folders below `clusters/`, or both hold a
    Kustomization of the same name.
    """
    builder = Builder(repository)
    builds = _all_builds(repository, builder)
    made = [item for build in builds.values() for item in build.items]
    parts = _parts(builds)
    written = _kept([one for one in _raw(repository) if is_layer(one) and one.origin.file not in parts])
    own = OwnSource.of(repository, [*written, *_kept([one for one in made if is_layer(one)])])
    written += [one for one in _instances(repository) if own.leads(one)]
    roots = find_roots(written, own, builder)
    grower = Grower(builder, own, Variables([*_raw(repository), *made]))
    entries = list(_entries(roots, builds, grower))
    return tuple(_clusters(repository, entries, builds))


def _raw(repository: Repository) -> Iterator[Item]:
    for one in repository.documents:
        if isinstance(one.body, dict) and not is_kustomization_file(one.file):
            yield Item(origin=one, body=one.body)


def _instances(repository: Repository) -> list[Item]:
    """Return the FluxInstances that a chart makes; one whose values stand in two places counts twice."""
    return _kept([one for item in _raw(repository) if (one := instance_of(item)) is not None])


def _kept(written: list[Item]) -> list[Item]:
    """Return the layers that may be an entry point: what is put away is none, unless there is nothing else."""
    return [one for one in written if not _PUT_AWAY & set(PurePosixPath(one.origin.file).parts)] or written


def _all_builds(repository: Repository, builder: Builder) -> dict[PurePosixPath, Build]:
    """Return what every folder with a kustomization.yaml builds to; components only work within others."""
    found: dict[PurePosixPath, Build] = {}
    for file, (document, *_) in repository.by_file.items():
        if is_kustomization_file(file) and document["kind"] != "Component":
            folder = PurePosixPath(file).parent
            found[folder] = builder.build(folder)
    return found


def _parts(builds: dict[PurePosixPath, Build]) -> set[str]:
    """Return the files that only serve builds: patches, what generators are made of, kustomizations."""
    objects = {item.origin.file for build in builds.values() for item in build.items}
    return {file for build in builds.values() for file in build.files if file not in objects}


def _entries(roots: Sequence[Item], builds: dict[PurePosixPath, Build], grower: Grower) -> Iterator[_Entry]:
    """Yield the entry points: roots as the topmost kustomization.yaml above them builds them, then the others."""
    by_origin = {root.origin: root for root in roots}
    gathered = list(_gathered(by_origin, builds, grower))
    paths = {layer.path for one in gathered for layer in _layers(one)}
    kept = [one for one in gathered if one.folder not in paths]
    yield from kept
    claimed = {root.item.origin for one in kept for root in one.roots} | _origins(kept)
    governed = {layer.path for one in kept for layer in _layers(one)}
    alone = [_alone(root, grower) for root in roots if root.origin not in claimed]
    for one in sorted(alone, key=lambda one: -len(list(_layers(one)))):
        (root,) = one.roots
        if is_entry(root.item) and root.path is not None and root.path in governed:
            continue  # a copy of what starts a cluster that is known
        # One that applies itself is claimed by no other; one that a layer's folder leaves out is switched off.
        if root.item.origin not in claimed and not governed & {one.folder, *one.folder.parents}:
            yield one
            claimed |= _origins([one])
            governed |= {layer.path for layer in _layers(one)}


def _alone(root: Item, grower: Grower) -> _Entry:
    return _Entry(folder=PurePosixPath(root.origin.file).parent, roots=(grower.grow(root),))


def _layers(entry: _Entry) -> Iterator[Layer]:
    for root in entry.roots:
        yield from root.whole()


def _origins(entries: Sequence[_Entry]) -> set[SourceDocument]:
    """Return the documents that the layers of entry points apply."""
    return {item.origin for one in entries for layer in _layers(one) for item in layer.items}


def _gathered(
    by_origin: Mapping[SourceDocument, Item], builds: dict[PurePosixPath, Build], grower: Grower
) -> Iterator[_Entry]:
    """Yield what each topmost kustomization.yaml makes of the roots that it builds."""
    inner = {file for folder, build in builds.items() for file in _inner(folder, build)}
    for folder, build in builds.items():
        if any(str(folder / name) in inner for name in KUSTOMIZATIONS):
            continue
        mine = [one for one in build.items if one.origin in by_origin and is_layer(one)]
        if mine:
            own = {one.origin for one in mine}
            loose = tuple(one for one in build.items if one.origin not in own)
            yield _Entry(folder=folder, roots=tuple(grower.grow(one) for one in mine), loose=loose)


def _inner(folder: PurePosixPath, build: Build) -> Iterator[str]:
    own = {str(folder / name) for name in KUSTOMIZATIONS}
    return (file for file in build.files if is_kustomization_file(file) and file not in own)


def _clusters(
    repository: Repository, entries: Sequence[_Entry], builds: dict[PurePosixPath, Build]
) -> Iterator[ClusterItems]:
    names = _names(entries)
    order = list(dict.fromkeys(names)) or [""]
    claimed = {item.origin for one in entries for item in _applied(one)}
    beside, idle = _beside(repository, entries, claimed, builds)
    for name in order:
        mine = [one for one, of in zip(entries, names, strict=True) if of == name]
        others = [one for one in order if one not in {name, ""}]
        yield ClusterItems(
            name=name,
            roots=tuple(root for one in mine for root in one.roots),
            items=(
                *(item for one in mine for item in _applied(one)),
                *(item for item in beside if _concerns(item, name, others)),
            ),
            repository=repository,
            idle=tuple(item for item in idle if _concerns(item, name, others)),
            is_alone=len(order) == 1,
            templates={
                file: text for file, text in repository.templates.items() if _stands_with(file, name, others)
            },
        )


def _names(entries: Sequence[_Entry]) -> list[str]:
    """Return the name of the cluster of each entry point."""
    names = [_below_clusters(one) for one in entries]
    same: defaultdict[tuple[str, str, str], dict[SourceDocument, int]] = defaultdict(dict)
    for number, one in enumerate(entries):
        for layer in _layers(one):
            same[names[number], layer.item.namespace, layer.item.name].setdefault(layer.item.origin, number)
    for found in same.values():
        numbers = list(dict.fromkeys(found.values()))
        if len(numbers) > 1:
            for number, name in zip(numbers, _differing([entries[one] for one in numbers]), strict=True):
                names[number] = name
    known = list(dict.fromkeys(name for name in names if name))
    return [name or _mentioned(one, known) for name, one in zip(names, entries, strict=True)]


def _below_clusters(entry: _Entry) -> str:
    """Return the folder below `clusters/` that leads to an entry point, or to what it applies; else nothing."""
    paths = (entry.folder, *(root.path for root in entry.roots if root.path is not None))
    for path in paths:
        for above, name in pairwise(path.parts):
            if above in _ABOVE_NAMES:
                return name
    return ""


def _differing(entries: Sequence[_Entry]) -> list[str]:
    """Return the first folder in which the paths of entry points differ."""
    parts = [_way(one) for one in entries]
    longest = max(map(len, parts))
    filled = [(*one, *([""] * (longest - len(one)))) for one in parts]
    column = next((one for one in zip(*filled, strict=True) if len(set(one)) == len(entries)), None)
    return list(column) if column else ["/".join(one) for one in parts]


def _way(entry: _Entry) -> tuple[str, ...]:
    """Return the folders that lead to an entry point, and what it applies; where a FluxInstance stands says little."""
    root = entry.roots[0]
    path = root.path or PurePosixPath()
    return path.parts if root.item.kind == "FluxInstance" else (*entry.folder.parts, *path.parts)


def _mentioned(entry: _Entry, known: Sequence[str]) -> str:
    """Return the only cluster there is, or the one that a path of an entry point names; else nothing."""
    if len(known) == 1:
        return known[0]
    parts = {
        *entry.folder.parts,
        *(part for root in entry.roots for part in (root.path or PurePosixPath()).parts),
    }
    return next((name for name in known if name in parts), "")


def _applied(entry: _Entry) -> Iterator[Item]:
    for root in entry.roots:
        if root.item.origin not in {one.origin for one in root.items}:
            yield root.item
        for layer in root.whole():
            yield from layer.items
    yield from entry.loose


def _beside(
    repository: Repository,
    entries: Sequence[_Entry],
    claimed: set[SourceDocument],
    builds: dict[PurePosixPath, Build],
) -> tuple[list[Item], list[Item]]:
    """Return the documents that nothing applies: those that stand alone, and those that a folder leaves out.

    What only serves a build (patches, files of generators) or tests of programs is neither.
    """
    layers = [layer for one in entries for root in one.roots for layer in root.whole()]
    governed = {layer.path for layer in layers if layer.path is not None}
    used = {file for layer in layers for file in layer.files} | _parts(builds)
    beside: list[Item] = []
    idle: list[Item] = []
    for item in _raw(repository):
        parts = PurePosixPath(item.origin.file).parts
        if item.origin in claimed or item.origin.file in used or _TEST_FOLDERS.intersection(parts):
            continue
        path = PurePosixPath(item.origin.file)
        inside = any(folder in governed for folder in path.parents) and item.kind and item.api_version
        (idle if inside or _PUT_AWAY & set(path.parts) else beside).append(item)
    return beside, idle


def _concerns(item: Item, name: str, others: Sequence[str]) -> bool:
    """Tell whether a document that nothing applies is of this cluster: it does not stand in another one's folder."""
    return _stands_with(item.origin.file, name, others)


def _stands_with(file: str, name: str, others: Sequence[str]) -> bool:
    parts = PurePosixPath(file).parts
    return name in parts or not any(other in parts for other in others)
