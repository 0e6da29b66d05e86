"""Documents that decide what is in another one, looked up among the files of a run: the nearest one counts.

Used by `last`. Only files are read that are known to hold documents of such a kind, nearest first, and of those only
the documents in which the name stands.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final, NamedTuple

from fabricgen.charts.releases import Reference
from fabricgen.validation.identity import items_of
from fabricgen.validation.place import Place
from fabricgen.yamlio import (
    Chunk,
    UnreadableFileError,
    YamlSyntaxError,
    decode,
    iter_documents,
    read_limited,
    read_value,
    split_documents,
)

_HELD_WHOLE: Final = 8 * 2**20
_FLUX: Final = "source.toolkit.fluxcd.io"
_K3S: Final = "helm.cattle.io"


class Found(NamedTuple):
    """A document, and where it is."""

    body: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """The files of a run that may hold what a release needs.

    Attributes:
        files: those that have documents of a kind in `watch.NEEDED`, by apiVersion and kind.
        kustomizations: every kustomization.yaml.
        sources: those that may say which chart a release installs.
        stdin: what was piped in; it stands under this name among `files`.
        read: every file that was read, which grows while documents are looked up.
    """

    files: Mapping[tuple[str, str], Sequence[str]]
    kustomizations: Sequence[str] = ()
    sources: Sequence[str] = ()
    stdin: bytes | None = None
    read: set[str] = field(default_factory=set)

    def find(self, reference: Reference, *, near: str, k3s: bool = False) -> Found | None:
        """Return the document of this kind and name that is nearest to the file `near`; None if two are, or none is.

        A document without a namespace is in any: Flux, or kustomize, may put it there.
        """
        group = "" if reference.kind in {"ConfigMap", "Secret"} else _K3S if k3s else _FLUX
        paths = self._paths(group, reference.kind)
        for level in by_nearness(paths, near=near):
            matches = [found for path in level for found in self._matches(path, reference, group)]
            exact = [found for found in matches if _namespace(found.body) == reference.namespace]
            if matches := exact or matches:
                same = all(found.body == matches[0].body for found in matches)
                return matches[0] if same else None
        return None

    def _paths(self, group: str, kind: str) -> list[str]:
        found = [
            path
            for (version, name), paths in self.files.items()
            if (version.rpartition("/")[0], name) == (group, kind)
            for path in paths
        ]
        return list(dict.fromkeys(found))

    def _matches(self, path: str, reference: Reference, group: str) -> Iterator[Found]:
        for found in self.documents(path, mentioning=(reference.name,)):
            version, metadata = str(found.body.get("apiVersion", "")), _metadata(found.body)
            if (
                version.rpartition("/")[0] == group
                and found.body.get("kind") == reference.kind
                and metadata.get("name") == reference.name
                and may_be(_namespace(found.body), reference.namespace)
            ):
                yield found

    def documents(self, path: str, *, mentioning: Sequence[str]) -> Iterator[Found]:
        """Yield the documents of a file in whose text one of these names stands, lists unpacked; () if it is unreadable."""
        try:
            for index, chunk in enumerate(self._chunks(path)):
                if any(name in chunk.text for name in mentioning):
                    yield from _unpacked(
                        chunk, Place(file=path, text=chunk.text, line=chunk.line, index=index)
                    )
        except YamlSyntaxError:
            return

    def text(self, path: str) -> str | None:
        """Return what is in a file; None if it cannot be read, or is too large to be held."""
        self.read.add(path)
        try:
            return decode(read_limited(path, most=_HELD_WHOLE), source=path)
        except YamlSyntaxError:
            return None

    def _chunks(self, path: str) -> Iterator[Chunk]:
        self.read.add(path)
        if path == "stdin" and self.stdin is not None:
            return iter(split_documents(decode(self.stdin, source=path)))
        try:
            return iter(split_documents(decode(read_limited(path, most=_HELD_WHOLE), source=path)))
        except UnreadableFileError:
            return iter_documents(path)


def _unpacked(chunk: Chunk, place: Place) -> Iterator[Found]:
    try:
        body = read_value(chunk.text)
    except YamlSyntaxError:
        return
    yield from _objects(body, place)


def _objects(body: Any, place: Place) -> Iterator[Found]:  # noqa: ANN401 - a document holds anything
    if not isinstance(body, Mapping):
        return
    items = items_of(body)
    if items is None:
        yield Found(body, place)
    for number, item in enumerate(items or ()):
        yield from _objects(item, replace(place, within=(*place.within, "items", number)))


def by_nearness(paths: Sequence[str], *, near: str) -> Iterator[list[str]]:
    """Yield the files that are equally near to `near`, nearest first: itself, then by how many folders they share."""

    def distance(path: str) -> int:
        return -1 if path == near else len(folders) - len(posixpath.commonprefix([folders, _folders(path)]))

    folders = _folders(near)
    for _, level in groupby(sorted(paths, key=distance), key=distance):
        yield list(level)


def _folders(path: str) -> list[str]:
    return posixpath.normpath(posixpath.dirname(path)).split("/")


def may_be(namespace: str, wanted: str) -> bool:
    """Tell whether two namespaces may be one: a document that names none may be put into any."""
    return namespace == wanted or not namespace or not wanted


def _metadata(body: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = body.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _namespace(body: Mapping[str, Any]) -> str:
    return str(_metadata(body).get("namespace") or "")
