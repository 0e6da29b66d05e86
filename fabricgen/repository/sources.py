"""Which of Flux' sources is this repository itself, and where in it the paths of its Kustomizations start.

A repository often applies Kustomizations of other repositories; their paths lead nowhere here, and that is right.
An artifact may hold only a part of the repository, and somebody may look at a part only: then paths start elsewhere.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.item import Item
from fabricgen.repository.reading import Repository

KUSTOMIZE_GROUP: Final = "kustomize.toolkit.fluxcd.io"
CONTROL_PLANE_GROUP: Final = "fluxcd.controlplane.io"
SOURCE_GROUP: Final = "source.toolkit.fluxcd.io"
_FLUX: Final = "flux-system"
_INSTANCE: Final = "flux-instance"
_DISTRIBUTION: Final = {
    "version": "2.x",
    "registry": "ghcr.io/fluxcd",
    "artifact": "oci://ghcr.io/controlplaneio-fluxcd/flux-operator-manifests:latest",
}
"""What the chart says where the values say nothing."""
_DEEPEST: Final = 3
_ADDRESS: Final = re.compile(r"^(?:[a-z]+://)?(?:[^@/]+@)?")
_TOP: Final = PurePosixPath()
Key = tuple[str, str]
"""Kind and name of a source."""


def is_layer(item: Item) -> bool:
    """Tell whether an object applies a folder: a Flux Kustomization, or a FluxInstance that syncs one."""
    if item.group == KUSTOMIZE_GROUP and item.kind == "Kustomization":
        return True
    return item.group == CONTROL_PLANE_GROUP and item.kind == "FluxInstance" and bool(sync_of(item))


def sync_of(item: Item) -> Mapping[str, Any]:
    """Return `spec.sync` of a FluxInstance."""
    return item.mapping("spec", "sync")


def instance_of(item: Item) -> Item | None:
    """Return the FluxInstance that the chart flux-instance makes of a HelmRelease or a file of values, if it syncs.

    Sources: templates/instance.yaml and values.yaml in charts/flux-instance of <https://github.com/controlplaneio-fluxcd/charts>.
    """
    values: Any = item.body if not item.kind else None
    if item.kind == "HelmRelease":
        named = (item.name, item.get("spec", "chart", "spec", "chart"), item.get("spec", "chartRef", "name"))
        values = item.get("spec", "values") if _INSTANCE in named else None
    instance = values.get("instance") if isinstance(values, Mapping) else None
    if not isinstance(instance, Mapping):
        return None
    sync = instance.get("sync")
    if not isinstance(sync, Mapping) or not sync.get("url") or not sync.get("path"):
        return None
    metadata = {"name": "flux", "namespace": item.namespace or _FLUX}
    body = {"apiVersion": f"{CONTROL_PLANE_GROUP}/v1", "kind": "FluxInstance", "metadata": metadata}
    written = instance.get("distribution")
    distribution = {**_DISTRIBUTION, **(written if isinstance(written, Mapping) else {})}
    spec = {**instance, "distribution": distribution}
    return Item(origin=item.origin, body={**body, "spec": spec}, exact=item.exact)


@dataclass(frozen=True, slots=True)
class OwnSource:
    """The source that is this repository.

    Attributes:
        repository: the files.
        names: kinds and names that mean it.
        foreign: kinds and names of sources that are defined here and mean something else.
        dropped: how many leading folders of a path are not there.
        added: the folder that paths start in.
    """

    repository: Repository
    names: frozenset[Key]
    foreign: frozenset[Key]
    dropped: int = 0
    added: PurePosixPath = _TOP

    @classmethod
    def of(cls, repository: Repository, layers: Sequence[Item]) -> "OwnSource":
        """Return what the layers, as written, tell about their common source."""
        urls = {
            (str(one["kind"]), Item(origin=one, body=one.body).name): _url(one)
            for one in repository.documents
            if str(one["apiVersion"] or "").startswith(f"{SOURCE_GROUP}/")
        }
        urls |= _synced(repository)
        leading = [
            one for one in layers if (path := _written(one)) and path.parts and repository.folder(path)
        ]
        used = Counter(key for key in map(_key, leading or layers) if key is not None)
        own = {key for key in used if key[1] == _FLUX} or {key for key, _ in used.most_common(1)}
        told = {urls[key] for key in own if urls.get(key)}
        own |= {key for key in _leading(repository, layers) if not (told and urls.get(key))}
        own_urls = {urls[key] for key in own if urls.get(key)}
        names = frozenset(own | {key for key, url in urls.items() if url and url in own_urls})
        foreign = frozenset(urls.keys() - names)
        blind = cls(repository, names, foreign)
        dropped, added = blind._start(layers)
        return cls(repository, names, foreign, dropped, added)

    def leads(self, item: Item) -> bool:
        """Tell whether a layer's path is that of a folder here."""
        path = self.folder(item)
        return path is not None and path != _TOP

    def is_own(self, item: Item) -> bool:
        """Tell whether a layer applies this repository; what ArtifactGenerators cut out of it counts."""
        key = _key(item)
        return key is not None and (key in self.names or key[0] == "ExternalArtifact")

    def folder(self, item: Item) -> PurePosixPath | None:
        """Return the folder that a layer applies; None if it is not in this repository."""
        written = _written(item)
        if written is None or not self.is_own(item):
            return None
        path = self._moved(written, self.dropped, self.added)
        return path if path is not None and self.repository.folder(path) else None

    def _start(self, layers: Sequence[Item]) -> tuple[int, PurePosixPath]:
        """Return how paths must be changed so that most of them lead to folders; not at all, if that is as good."""
        paths = {path for one in layers if _key(one) in self.names and (path := _written(one)) is not None}
        best, most = (0, _TOP), -1
        for dropped, added in self._starts(paths):
            moved = (self._moved(path, dropped, added) for path in paths)
            found = sum(
                path is not None and path.parts != () and bool(self.repository.folder(path)) for path in moved
            )
            if found > most:
                best, most = (dropped, added), found
        return best

    def _starts(self, paths: set[PurePosixPath]) -> Iterator[tuple[int, PurePosixPath]]:
        yield 0, _TOP
        firsts = {path.parts[0] for path in paths if path.parts}
        for folder in self.repository.folders:
            path = PurePosixPath(folder)
            if path.name in firsts and 1 < len(path.parts) <= _DEEPEST:
                yield 0, path.parent
        for dropped in range(1, _DEEPEST):
            yield dropped, _TOP

    def _moved(self, path: PurePosixPath, dropped: int, added: PurePosixPath) -> PurePosixPath | None:
        if dropped and len(path.parts) < dropped:
            return None
        return added / PurePosixPath(*path.parts[dropped:])


def _synced(repository: Repository) -> dict[Key, str]:
    """Return the addresses that FluxInstances, or the values of their chart, sync: Flux makes the sources itself."""
    found: dict[Key, str] = {}
    for document in repository.documents:
        if not isinstance(document.body, dict) or "sync" not in document.text:
            continue
        item = Item(origin=document, body=document.body)
        one = item if item.kind == "FluxInstance" else instance_of(item)
        if one is not None and (key := _key(one)) is not None and sync_of(one).get("url"):
            found[key] = _plain(str(sync_of(one)["url"]))
    return found


def _plain(url: str) -> str:
    """Return an address without its scheme, user and ending: the same repository is read in several ways."""
    return _ADDRESS.sub("", url.lower()).replace(":", "/").rstrip("/").removesuffix(".git")


def _leading(repository: Repository, layers: Sequence[Item]) -> set[Key]:
    """Return the sources most of whose layers have paths that are folders here, more than one deep.

    What starts a cluster and what it applies often name the repository differently. A layer that stands in the folder
    that it applies says nothing: it may well mean the same folder of another repository.
    """
    paths: dict[Key, list[PurePosixPath | None]] = {}
    for one in layers:
        key, path = _key(one), _written(one)
        if key is not None and (path is None or path not in PurePosixPath(one.origin.file).parents):
            paths.setdefault(key, []).append(path)
    return {
        key
        for key, found in paths.items()
        if 2
        * sum(path is not None and len(path.parts) > 1 and bool(repository.folder(path)) for path in found)
        > len(found)
    }


def _key(item: Item) -> Key | None:
    """Return the source that a layer is told to take; None where it says none that can be read."""
    if item.kind == "FluxInstance":
        sync = sync_of(item)
        return str(sync.get("kind") or "GitRepository"), str(sync.get("name") or item.namespace or _FLUX)
    kind, name = item.get("spec", "sourceRef", "kind"), item.get("spec", "sourceRef", "name")
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) else None


def _written(item: Item) -> PurePosixPath | None:
    written = sync_of(item).get("path") if item.kind == "FluxInstance" else item.get("spec", "path")
    if not isinstance(written, str | None):
        return None
    path = PurePosixPath(normpath((written or ".").lstrip("/") or "."))
    return None if ".." in path.parts else path


def _url(document: SourceDocument) -> str:
    spec = document["spec"]
    return _plain(str(spec.get("url") or "")) if isinstance(spec, Mapping) else ""
