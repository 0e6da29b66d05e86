"""kustomize's generators: ConfigMaps and Secrets made of files and literals.

The names carry no hash here, as references to them do not: kustomize changes both together.
Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/>.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.item import Item
from fabricgen.repository.reading import Repository

_KINDS: Final = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}


def generated(items: Sequence[Item], document: SourceDocument, repository: Repository) -> list[Item]:
    """Return the objects with those that a kustomization generates, or changes by `behavior`."""
    done = list(items)
    for made, behaviour in _made(document, repository):
        same = [
            number
            for number, one in enumerate(done)
            if one.kind == made.kind and made.name in {one.name, *(name for _, name in one.formerly)}
        ]
        if behaviour in {"merge", "replace"} and same:
            below = done[same[0]]
            data = {**(below.mapping("data") if behaviour == "merge" else {}), **made.mapping("data")}
            exact = made.exact and (below.exact or behaviour == "replace")
            parts = {**(below.parts if behaviour == "merge" else {}), **made.parts}
            done[same[0]] = replace(below, body={**below.body, "data": data}, exact=exact, parts=parts)
        else:
            done.append(made)
    return done


def files_of(document: SourceDocument) -> Iterator[str]:
    """Yield the files that a kustomization generates objects of, from the root of the repository."""
    folder = PurePosixPath(document.file).parent
    for kind in _KINDS:
        for one in _mappings(document[kind]):
            for entry in _list(one.get("files")):
                yield str(_inside(folder, _key_and_path(str(entry))[1]))
            for entry in [*_list(one.get("envs")), *([one["env"]] if one.get("env") else [])]:
                yield str(_inside(folder, str(entry)))


def _made(document: SourceDocument, repository: Repository) -> Iterator[tuple[Item, str]]:
    for key, kind in _KINDS.items():
        for one in _mappings(document[key]):
            data = dict(_data(one, PurePosixPath(document.file).parent, repository))
            metadata: dict[str, Any] = {"name": one.get("name")}
            if namespace := one.get("namespace"):
                metadata["namespace"] = namespace
            for part in ("labels", "annotations"):
                if pairs := {**_option(document, part), **_mapping(_mapping(one.get("options")).get(part))}:
                    metadata[part] = pairs
            exact = None not in data.values()
            if kind == "Secret":
                data = {name: None if text is None else _encoded(text) for name, text in data.items()}
            body = {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": data}
            body |= {"type": one.get("type") or "Opaque"} if kind == "Secret" else {}
            item = Item(
                origin=document, body=body, exact=exact, parts=dict(_parts(one, document, repository))
            )
            yield item, str(one.get("behavior") or "")


def _parts(
    one: Mapping[str, Any], document: SourceDocument, repository: Repository
) -> Iterator[tuple[str, SourceDocument]]:
    for entry in _list(one.get("files")):
        key, name = _key_and_path(str(entry))
        path = _inside(PurePosixPath(document.file).parent, name)
        found = repository.by_file.get(str(path), ())
        if len(found) == 1:
            yield key or path.name, found[0]


def _data(
    one: Mapping[str, Any], folder: PurePosixPath, repository: Repository
) -> Iterator[tuple[str, str | None]]:
    for entry in _list(one.get("files")):
        key, name = _key_and_path(str(entry))
        path = _inside(folder, name)
        yield key or path.name, repository.text(path)
    for entry in [*_list(one.get("envs")), *([one["env"]] if one.get("env") else [])]:
        text = repository.text(_inside(folder, str(entry)))
        if text is None:
            yield str(entry), None
        for line in (text or "").splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                name, _, value = line.lstrip().partition("=")
                yield name, value
    for entry in _list(one.get("literals")):
        name, _, value = str(entry).partition("=")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        yield name, value[1:-1] if quoted else value


def _key_and_path(entry: str) -> tuple[str, str]:
    key, equals, name = entry.partition("=")
    return (key, name) if equals else ("", key)


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def _option(document: SourceDocument, part: str) -> Mapping[str, Any]:
    return _mapping(_mapping(document["generatorOptions"]).get(part))


def _inside(folder: PurePosixPath, name: str) -> PurePosixPath:
    return PurePosixPath(normpath(str(folder / name)))


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as written
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - as written
    return [one for one in _list(value) if isinstance(one, Mapping)]


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - as written
    return value if isinstance(value, list) else []
