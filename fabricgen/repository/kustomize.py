"""What kustomize would build of a folder: its resources, bases and components, with namespace and patches applied.

Fed by a repository; used by `flux`. No program is run: what only kustomize itself can work out (generators of other
programs, replacements, merges of lists) leaves the objects that it may touch inexact.
Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.item import Item
from fabricgen.repository.patches import CannotPatchError, Patch
from fabricgen.repository.reading import KUSTOMIZATIONS, Repository
from fabricgen.repository.scope import is_cluster_scoped
from fabricgen.yamlio import YamlSyntaxError, read_documents

_REMOTE: Final = re.compile(r"://|^git@|^github\.com/|[?&]ref=")
_UNKNOWN: Final = (
    "replacements",
    "vars",
    "transformers",
    "generators",
    "helmCharts",
    "helmChartInflationGenerator",
)


@dataclass(frozen=True, slots=True)
class Build:
    """What a folder builds to.

    Attributes:
        items: the objects, in the order of the resources.
        files: every file that took part.
    """

    items: tuple[Item, ...]
    files: frozenset[str]


class Builder:
    """Builds folders of a repository; each folder once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._built: dict[PurePosixPath, Build] = {}
        self._open: list[PurePosixPath] = []

    def build(self, folder: PurePosixPath) -> Build:
        """Return what `folder` builds to; nothing for a folder that is not there, or that contains itself."""
        if folder in self._open:
            return Build((), frozenset())
        if folder not in self._built:
            self._open.append(folder)
            document = self._repository.kustomization(folder)
            self._built[folder] = self._generated(folder) if document is None else self._of(document, folder)
            self._open.pop()
        return self._built[folder]

    def _generated(self, folder: PurePosixPath) -> Build:
        """Build a folder without a kustomization.yaml, as Flux does: every manifest in it and below it.

        Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file>.
        """
        parts: list[Build] = []
        below: set[PurePosixPath] = set()
        for file in self._repository.folder(folder):
            path = PurePosixPath(file)
            base = next(
                (
                    one
                    for one in reversed(path.parents[: len(path.parts) - len(folder.parts) - 1])
                    if self._repository.kustomization(one)
                ),
                None,
            )
            if base is None:
                parts.append(self._file(file))
            elif base not in below:
                below.add(base)
                parts.append(self.build(base))
        return _joined(parts)

    def _file(self, file: str) -> Build:
        documents = self._repository.by_file.get(file, ())
        items = tuple(
            Item(origin=one, body=one.body)
            for one in documents
            if isinstance(one.body, Mapping) and one.body.get("kind") and one.body.get("apiVersion")
        )
        return Build(items, frozenset((file,)))

    def _of(self, document: SourceDocument, folder: PurePosixPath) -> Build:
        parts = [
            self._resource(folder, str(one))
            for one in [*_list(document["resources"]), *_list(document["bases"])]
        ]
        built = _joined(
            [Build(tuple(self._config_maps(document, folder)), frozenset((document.file,))), *parts]
        )
        for component in _list(document["components"]):
            built = self._component(_inside(folder, str(component)), built)
        return Build(tuple(self._transformed(built.items, document, folder)), built.files)

    def _component(self, folder: PurePosixPath, built: Build) -> Build:
        document = self._repository.kustomization(folder)
        if document is None or folder in self._open:
            return built
        more = [self._resource(folder, str(one)) for one in _list(document["resources"])]
        whole = _joined([built, Build((), frozenset((document.file,))), *more])
        return Build(tuple(self._transformed(whole.items, document, folder)), whole.files)

    def _resource(self, folder: PurePosixPath, name: str) -> Build:
        if _REMOTE.search(name):
            return Build((), frozenset())
        path = _inside(folder, name)
        return self._file(str(path)) if str(path) in self._repository.by_file else self.build(path)

    def _config_maps(self, document: SourceDocument, folder: PurePosixPath) -> Iterator[Item]:
        """Yield the ConfigMaps that are made of files; their names carry no hash, as references to them do not."""
        for number, one in enumerate(_list(document["configMapGenerator"])):
            if not isinstance(one, Mapping):
                continue
            data = dict(self._entry(folder, str(entry)) for entry in _list(one.get("files")))
            data |= dict(str(entry).partition("=")[::2] for entry in _list(one.get("literals")))
            metadata = {
                "name": one.get("name"),
                "namespace": one.get("namespace") or document["namespace"] or "",
            }
            body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
            complete = None not in data.values() and not one.get("envs") and one.get("behavior") is None
            yield Item(origin=document, body=body | {"fabricgen:generator": number}, exact=complete)

    def _entry(self, folder: PurePosixPath, entry: str) -> tuple[str, str | None]:
        key, equals, name = entry.partition("=")
        path = _inside(folder, name if equals else key)
        documents = self._repository.by_file.get(str(path))
        return (key if equals else path.name), "---\n".join(
            one.text for one in documents
        ) if documents else None

    def _transformed(
        self, items: Sequence[Item], document: SourceDocument, folder: PurePosixPath
    ) -> Iterator[Item]:
        unknown = any(document[key] for key in _UNKNOWN)
        patches = tuple(self._patches(document, folder))
        for item in items:
            changed = replace(item, body=_named(item, document), exact=item.exact and not unknown)
            for target, patch in patches:
                if target.fits(changed):
                    changed = _patched(changed, patch)
            if changed.body:
                yield changed

    def _patches(
        self, document: SourceDocument, folder: PurePosixPath
    ) -> Iterator[tuple["Target", Patch | None]]:
        for one in _list(document["patches"]) + _list(document["patchesJson6902"]):
            if isinstance(one, Mapping):
                contents = self._contents(folder, inline=one.get("patch"), name=one.get("path"))
                for content in contents:
                    yield Target.of(one.get("target"), content), content
        for one in _list(document["patchesStrategicMerge"]):
            inline, name = (one, None) if "\n" in str(one) else (None, one)
            for content in self._contents(folder, inline=inline, name=name):
                yield Target.of(None, content), content

    def _contents(self, folder: PurePosixPath, *, inline: Any, name: Any) -> list[Patch | None]:  # noqa: ANN401 - as written
        if isinstance(inline, str):
            try:
                return [Patch(one.value) for one in read_documents(inline)]
            except YamlSyntaxError:
                return [None]
        documents = self._repository.by_file.get(str(_inside(folder, str(name))))
        return [Patch(one.body) for one in documents] if documents else [None]


@dataclass(frozen=True, slots=True)
class Target:
    """Which objects a patch is for; `selector` tells that labels or annotations decide, too."""

    wanted: Mapping[str, str]
    selector: bool = False

    @classmethod
    def of(cls, target: Any, patch: Patch | None) -> "Target":  # noqa: ANN401 - as written
        """Return the target as written, or the object that a merge patch names."""
        if isinstance(target, Mapping):
            keys = ("group", "kind", "name", "namespace")
            return cls(
                {key: str(target[key]) for key in keys if target.get(key)},
                selector=bool(target.get("labelSelector") or target.get("annotationSelector")),
            )
        if patch is None or not isinstance(patch.content, Mapping):
            return cls({})
        named = Item(origin=SourceDocument("", "", 1, 0, {}), body=patch.content)
        return cls({"kind": re.escape(named.kind), "name": re.escape(named.name)})

    def fits(self, item: Item) -> bool:
        """Tell whether the patch is for this object; names and kinds are regular expressions."""
        has = {"group": item.group, "kind": item.kind, "name": item.name, "namespace": item.namespace}
        return all(_matches(pattern, has[key]) for key, pattern in self.wanted.items())


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return pattern == text


def _patched(item: Item, patch: Patch | None) -> Item:
    if patch is None:
        return replace(item, exact=False)
    try:
        body = patch.apply(item.body)
    except CannotPatchError:
        return replace(item, exact=False)
    return replace(item, body=body)


def _named(item: Item, document: SourceDocument) -> Mapping[str, Any]:
    """Return the object in the namespace, and with the affixes, that a kustomization gives it."""
    metadata = dict(item.mapping("metadata"))
    if isinstance(namespace := document["namespace"], str) and not is_cluster_scoped(item.group, item.kind):
        metadata["namespace"] = namespace
    if isinstance(namespace, str) and item.kind == "Namespace" and item.group == "":
        metadata["name"] = namespace
    if item.name and (document["namePrefix"] or document["nameSuffix"]):
        metadata["name"] = f"{document['namePrefix'] or ''}{item.name}{document['nameSuffix'] or ''}"
    return {**item.body, "metadata": metadata}


def _joined(parts: Sequence[Build]) -> Build:
    return Build(
        tuple(item for part in parts for item in part.items),
        frozenset(file for part in parts for file in part.files),
    )


def _inside(folder: PurePosixPath, name: str) -> PurePosixPath:
    return PurePosixPath(normpath(str(folder / name)))


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - as written
    return value if isinstance(value, list) else []


def is_kustomization_file(file: str) -> bool:
    """Tell whether a path is that of a kustomization.yaml."""
    return PurePosixPath(file).name in KUSTOMIZATIONS
