"""What stands in a tree, one by one: objects, Talos documents, files of values, scripts, pages.

Made of texts as they stand in files; `compare` pairs what was with what will be.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen import yamlio
from fabricgen.documents.document import Document, File, TextFile

_YAML: Final = (".yaml", ".yml")
_CONSIDERED: Final = "considered"
_NODE: Final = re.compile(r"(?:^|/)(?:talos|k3s)/node/([^/]+)/")
_ROLES: Final = {
    "all": "all nodes",
    "control-plane": "control planes",
    "worker": "workers",
    "server": "servers",
    "agent": "agents",
}
_ROLE: Final = re.compile(r"(?:^|/)(?:talos|k3s)/(?:node/(?P<node>[^/]+)|(?P<role>[^/]+))/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing of a tree.

    Attributes:
        file: where it stands.
        family: which table of impacts is about it; of a Helm release its values have a family of their own.
        key: what makes it the same thing in another tree.
        label: how people name it.
        body: what it says; None for a text that only people read.
        text: the file's text, for what has no body.
    """

    file: str
    family: str
    key: tuple[str, ...]
    label: str
    body: Any = None
    text: str = ""


def things_in(path: PurePosixPath, text: str) -> tuple[Thing, ...]:
    """Return what stands in a file, in its order; a file that cannot be read as YAML is one text."""
    file = str(path)
    if path.name == "create-cluster.sh":
        return (_flags(file, text),)
    if path.suffix not in _YAML:
        return (_page(file, text),)
    try:
        bodies = [one.value for one in yamlio.read_documents(text)]
    except yamlio.YamlSyntaxError:
        return (Thing(file=file, family="unreadable", key=("file", file), label=file, text=text),)
    return tuple(things_of(file, bodies))


def things_built(files: Iterable[File]) -> tuple[Thing, ...]:
    """Return what stands in built files, without reading anything again."""
    found: list[Thing] = []
    for file in files:
        if isinstance(file, TextFile):
            found += things_in(file.path, file.text)
        elif isinstance(file, Document):
            found += things_of(str(file.path), [file.body])
    return tuple(found)


def things_of(file: str, bodies: list[Any]) -> Iterator[Thing]:
    """Yield the things that the documents of a file are."""
    for body in bodies:
        yield _thing(file, body)


def _thing(file: str, body: Any) -> Thing:  # noqa: ANN401 - a document holds anything
    if not isinstance(body, Mapping):
        return Thing(file=file, family=_overruled(file, "list"), key=("file", file), label=file, body=body)
    kind, api = str(body.get("kind", "")), str(body.get("apiVersion", ""))
    group = api.rpartition("/")[0]
    metadata = body.get("metadata")
    if kind and isinstance(metadata, Mapping) and "name" in metadata:
        return _object(file, body, f"{kind}.{group}" if group else kind)
    name = str(body.get("name", ""))
    if kind and api == "v1alpha1":
        label = f"Talos {kind} {name}".strip() + f" of {role_of(file)}"
        family = _overruled(file, f"talos/{kind}")
        return Thing(file=file, family=family, key=("file", file, kind, name), label=label, body=body)
    if kind:
        family = _overruled(file, f"object/{kind}.{group}")
        return Thing(file=file, family=family, key=("file", file, kind), label=file, body=body)
    family, label = _kind_of_file(file, body)
    return Thing(file=file, family=_overruled(file, family), key=("file", file), label=label, body=body)


def _object(file: str, body: Mapping[str, Any], kind: str) -> Thing:
    metadata = body["metadata"]
    namespace, name = str(metadata.get("namespace", "")), str(metadata["name"])
    place = f"{namespace}/{name}" if namespace else name
    label = f"{body['kind']} {place}"
    considered = file.startswith(f"{_CONSIDERED}/")
    return Thing(
        file=file,
        family=_overruled(file, _family(kind, body)),
        key=("object", _CONSIDERED if considered else "", kind, namespace, name),
        label=f"{label} (considered)" if considered else label,
        body=_unfolded(body),
    )


def _family(kind: str, body: Mapping[str, Any]) -> str:
    match kind:
        case "HelmRelease.helm.toolkit.fluxcd.io":
            return f"release/{chart_of(body)}"
        case "HelmChart.helm.cattle.io":
            return f"release/{_at(body, 'spec', 'chart') or '?'}"
        case "OCIRepository.source.toolkit.fluxcd.io" if _at(body, "spec", "layerSelector"):
            return f"chart/{str(_at(body, 'spec', 'url')).rpartition('/')[2]}"
        case _:
            return f"object/{kind}"


def chart_of(body: Mapping[str, Any]) -> str:
    """Return the chart that a HelmRelease installs: by its own name, or by that of the source that holds it."""
    return str(_at(body, "spec", "chart", "spec", "chart") or _at(body, "spec", "chartRef", "name") or "?")


def _at(body: Any, *path: str) -> Any:  # noqa: ANN401 - a document holds anything
    for part in path:
        body = body.get(part) if isinstance(body, Mapping) else None
    return body


def _unfolded(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a k3s HelmChart with its values as values, not as a text."""
    text = _at(body, "spec", "valuesContent")
    if not isinstance(text, str):
        return body
    try:
        values = yamlio.read_value(text)
    except yamlio.YamlSyntaxError:
        return body
    return {**body, "spec": {**body["spec"], "valuesContent": values}}


def _overruled(file: str, family: str) -> str:
    """Return the family of what stands in folders that nothing applies; else the family."""
    if file.startswith(f"{_CONSIDERED}/"):
        return "considered"
    return "bootstrap" if file.startswith("bootstrap/") else family


def _kind_of_file(file: str, body: Mapping[str, Any]) -> tuple[str, str]:
    if "machine" in body or "cluster" in body:
        return "talos", f"Talos config of {role_of(file)}"
    if "clusterName" in body and "nodes" in body:
        return ("topf" if "clusterEndpoint" in body else "talconfig"), file
    if "/schematics/" in f"/{file}" or set(body) <= {"customization", "overlay", "owner"}:
        return "schematic", file
    if f"/{file}".find("/k3s/") >= 0:
        return "k3s", f"k3s config of {role_of(file)}"
    return "file", file


def role_of(file: str) -> str:
    """Return whose config a file is, by its folder: a node, or a role; else the file."""
    found = _ROLE.search(file)
    if found is None:
        return file
    return found["node"] or _ROLES.get(found["role"], file)


def node_of(file: str) -> str:
    """Return the folder of the node that a file is about; empty if it is about several."""
    found = _NODE.search(file)
    return file[: found.end()] if found else ""


def _page(file: str, text: str) -> Thing:
    read = file.endswith(".md") or _overruled(file, "") != ""
    return Thing(file=file, family="page" if read else "text", key=("file", file), label=file, text=text)


def _flags(file: str, text: str) -> Thing:
    """Return the script that makes a cluster in docker as the flags that it gives talosctl."""
    try:
        words = shlex.split(text.partition("exec talosctl")[2], comments=True)
    except ValueError:
        words = []
    flags: dict[str, list[str]] = {}
    for flag, value in pairwise(words):
        if flag.startswith("--"):
            flags.setdefault(flag.removeprefix("--"), []).extend(value.split(","))
    body = {key: values if len(values) > 1 else values[0] for key, values in flags.items()}
    family = _overruled(file, "docker")
    return Thing(file=file, family=family, key=("file", file), label=file, body=body)
