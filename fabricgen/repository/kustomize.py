"""What kustomize would build of a folder: its resources, bases and components, and everything that changes them.

Fed by a repository; used by `flux`. No program is run: what only kustomize itself can work out (programs that generate
or transform, merges of keyed lists) leaves the objects that it may touch inexact. What is changed, and in which order:
api/internal/target/kusttarget.go of <https://github.com/kubernetes-sigs/kustomize>.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final, NamedTuple

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.generators import files_of, generated
from fabricgen.repository.item import Item
from fabricgen.repository.naming import labelled, named
from fabricgen.repository.patches import CannotPatchError, Patch
from fabricgen.repository.reading import KUSTOMIZATIONS, Repository
from fabricgen.repository.replacements import replaced
from fabricgen.repository.targets import Target, UnknownTargetError
from fabricgen.yamlio import YamlSyntaxError, read_documents

REMOTE: Final = re.compile(r"://|^git@|^(?:github\.com|gitlab\.com)[/:]|[?&]ref=")
_CHANGING: Final = ("vars", "transformers")
_ADDING: Final = ("generators", "helmCharts", "helmChartInflationGenerator")


class Remote(NamedTuple):
    """A resource that a kustomization takes from elsewhere, and where it says so."""

    url: str
    document: SourceDocument
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Build:
    """What a folder builds to.

    Attributes:
        items: the objects, in the order of the resources.
        files: every file that took part.
        remotes: what it takes from elsewhere.
        is_open: whether there may be objects that are not among the items.
    """

    items: tuple[Item, ...] = ()
    files: frozenset[str] = frozenset()
    remotes: tuple[Remote, ...] = ()
    is_open: bool = False


class Builder:
    """Builds folders of a repository; each folder once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._built: dict[PurePosixPath, Build] = {}
        self._open: list[PurePosixPath] = []

    def build(self, folder: PurePosixPath) -> Build:
        """Return what `folder` builds to; nothing for a folder that is not there, or that contains itself."""
        if folder in self._open:
            return Build()
        if folder not in self._built:
            self._open.append(folder)
            document = self._repository.kustomization(folder)
            self._built[folder] = self._generated(folder) if document is None else self._of(document)
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
            between = path.parents[: len(path.parts) - len(folder.parts) - 1]
            base = next((one for one in reversed(between) if self._repository.kustomization(one)), None)
            if base is None:
                parts.append(self._file(file))
            elif base not in below:
                below.add(base)
                parts.append(self.build(base))
        return _joined(parts)

    def _file(self, file: str) -> Build:
        items = tuple(_objects(self._repository.by_file.get(file, ())))
        return Build(items, frozenset((file,)))

    def _of(self, document: SourceDocument, below: Build | None = None) -> Build:
        """Build a kustomization; `below` is what a component works on."""
        parts = [
            *([below] if below else []),
            Build(files=frozenset((document.file, *files_of(document)))),
            *(
                self._resource(document, (key, number), str(one))
                for key in ("resources", "bases")
                for number, one in enumerate(_list(document[key]))
            ),
        ]
        built = _joined(parts)
        for number, component in enumerate(_list(document["components"])):
            built = self.component(str(component), built, where=document, path=("components", number))
        items = generated(built.items, document, self._repository)
        written = document.body if isinstance(document.body, Mapping) else {}
        folder = PurePosixPath(document.file).parent
        items, files = self.transform(items, written, folder=folder)
        adding = any(document[key] for key in _ADDING)
        return replace(built, items=tuple(items), files=built.files | files, is_open=built.is_open or adding)

    def component(
        self, name: str, built: Build, *, where: SourceDocument, path: tuple[str | int, ...]
    ) -> Build:
        """Return `built` after a component, told by its path from where it is named, has worked on it."""
        if REMOTE.search(name):
            return _joined([built, Build(remotes=(Remote(name, where, path),), is_open=True)])
        folder = inside(PurePosixPath(where.file).parent, name)
        document = self._repository.kustomization(folder)
        if document is None or folder in self._open:
            return built
        self._open.append(folder)
        done = self._of(document, built)
        self._open.pop()
        return done

    def _resource(self, document: SourceDocument, path: tuple[str | int, ...], name: str) -> Build:
        if REMOTE.search(name):
            return Build(remotes=(Remote(name, document, path),), is_open=True)
        place = inside(PurePosixPath(document.file).parent, name)
        return self._file(str(place)) if str(place) in self._repository.by_file else self.build(place)

    def transform(
        self, items: Iterable[Item], written: Mapping[str, Any], *, folder: PurePosixPath
    ) -> tuple[list[Item], frozenset[str]]:
        """Return the objects as a kustomization's text changes them, and the files that it takes for that."""
        unknown = any(written.get(key) for key in _CHANGING)
        files: set[str] = set()
        merges = [*self._strategic(written, folder, files), *self._patches(written, "patches", folder, files)]
        late = self._patches(written, "patchesJson6902", folder, files)
        done: list[Item] = []
        for item in items:
            changed = patched(replace(item, exact=False) if unknown else item, merges)
            changed = patched(labelled(named(changed, written), written), late) if changed.body else changed
            if changed.body:
                done.append(changed)
        for one in self._replacements(written, folder, files):
            done = replaced(done, one)
        return done, frozenset(files)

    def _strategic(
        self, written: Mapping[str, Any], folder: PurePosixPath, files: set[str]
    ) -> Iterator[tuple[Target, Patch | None]]:
        for one in _list(written.get("patchesStrategicMerge")):
            inline, name = (one, None) if "\n" in str(one) else (None, one)
            for content in self._contents(folder, {"patch": inline, "path": name}, files):
                yield Target.named_by(content.content if content else None), content

    def _patches(
        self, written: Mapping[str, Any], key: str, folder: PurePosixPath, files: set[str]
    ) -> list[tuple[Target, Patch | None]]:
        found: list[tuple[Target, Patch | None]] = []
        for one in _list(written.get(key)):
            if not isinstance(one, Mapping):
                continue
            target = one.get("target")
            for content in self._contents(folder, one, files):
                if isinstance(target, Mapping):
                    found.append((Target.of(target), content))
                elif content is not None:
                    found.append((Target.named_by(content.content), content))
        return found

    def _contents(
        self, folder: PurePosixPath, written: Mapping[str, Any], files: set[str]
    ) -> list[Patch | None]:
        options = written.get("options")
        renames, changes_kind = (
            isinstance(options, Mapping) and options.get(key) is True
            for key in ("allowNameChange", "allowKindChange")
        )
        bodies: list[Any] | None = None
        if isinstance(inline := written.get("patch"), str):
            bodies = _read(inline)
        elif (name := written.get("path")) is not None:
            file = str(inside(folder, str(name)))
            files.add(file)
            documents = self._repository.by_file.get(file)
            bodies = (
                [one.body for one in documents]
                if documents
                else _read(self._repository.text(PurePosixPath(file)))
            )
        return [Patch(one, renames, changes_kind) for one in bodies] if bodies is not None else [None]

    def _replacements(
        self, written: Mapping[str, Any], folder: PurePosixPath, files: set[str]
    ) -> Iterator[Mapping[str, Any]]:
        for one in _list(written.get("replacements")):
            if isinstance(one, Mapping) and isinstance(name := one.get("path"), str):
                file = str(inside(folder, name))
                files.add(file)
                for document in self._repository.by_file.get(file, ()):
                    listed = document.body if isinstance(document.body, list) else [document.body]
                    yield from (each for each in listed if isinstance(each, Mapping))
            elif isinstance(one, Mapping):
                yield one


def patched(item: Item, patches: Sequence[tuple[Target, Patch | None]]) -> Item:
    """Return the object after all patches that are for it; without a body if one of them deletes it."""
    for target, patch in patches:
        try:
            if target.fits(item):
                if patch is None:
                    return replace(item, exact=False)
                item = _kept(item, patch.apply(item.body))
        except (CannotPatchError, UnknownTargetError):
            item = replace(item, exact=False)
        if not item.body:
            break
    return item


def _kept(item: Item, body: Mapping[str, Any]) -> Item:
    changed = replace(item, body=body)
    if (changed.namespace, changed.name) == (item.namespace, item.name):
        return changed
    return replace(changed, formerly=(*item.formerly, (item.namespace, item.name)))


def _objects(documents: Sequence[SourceDocument]) -> Iterator[Item]:
    for one in documents:
        if not isinstance(one.body, Mapping) or not one.body.get("kind") or not one.body.get("apiVersion"):
            continue
        if one.body["kind"] == "List" and isinstance(listed := one.body.get("items"), list):
            yield from (Item(origin=one, body=body) for body in listed if isinstance(body, Mapping))
        else:
            yield Item(origin=one, body=one.body)


def _read(text: str | None) -> list[Any] | None:
    try:
        return None if text is None else [one.value for one in read_documents(text)]
    except YamlSyntaxError:
        return None


def _joined(parts: Sequence[Build]) -> Build:
    return Build(
        tuple(item for part in parts for item in part.items),
        frozenset(file for part in parts for file in part.files),
        tuple(remote for part in parts for remote in part.remotes),
        any(part.is_open for part in parts),
    )


def inside(folder: PurePosixPath, name: str) -> PurePosixPath:
    """Return the path that a name, told from a folder, leads to."""
    return PurePosixPath(normpath(str(folder / name)))


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - as written
    return value if isinstance(value, list) else []


def is_kustomization_file(file: str) -> bool:
    """Tell whether a path is that of a kustomization.yaml."""
    return file.rpartition("/")[2] in KUSTOMIZATIONS
