"""Talos and k3s: which documents configure which machines, and what they say together.

Fed by items; which machines a Talos document is for is told by where it stands: the layouts of topf, talm, talhelper
and plain folders name roles and nodes the same way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final, Literal

from fabricgen.repository import Item
from fabricgen.validation.machine.forms import TALOS_PLACE, K3sRole, is_k3s, is_rke2, is_talos, k3s_role

_Path = tuple[str | int, ...]
Role = Literal["all", "control-plane", "worker", "node", "unknown"]
_CONTROL_PLANE: Final = re.compile(r"control(?:-?planes?)?|controllers?|masters?|cp")
_WORKER: Final = re.compile(r"workers?|agents?")
_ALL: Final = re.compile(r"all|common|global|globals|cluster|base|general|shared")
_NODE: Final = re.compile(r"nodes?|hosts?|machines?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TalosDocument:
    """A Talos document or patch, or a patch that stands inside talhelper's or topf's own file.

    Attributes:
        item: where it is written; `prefix` is the path to it there.
        body: what it says.
        role: which machines it is for, as far as its place tells; `node` is a single one, named by `node`.
    """

    item: Item
    prefix: tuple[str | int, ...]
    body: Mapping[str, Any]
    role: Role
    node: str = ""

    @property
    def kind(self) -> str:
        """`kind` of a document of its own; empty for v1alpha1."""
        kind = self.body.get("kind")
        return kind if isinstance(kind, str) else ""

    def get(self, *path: str | int) -> Any:  # noqa: ANN401 - a document holds anything
        """Return what stands at `path`; nothing if it is not there."""
        value: Any = self.body
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def items(self, *path: str | int) -> list[Any]:
        """Return the list at `path`, an empty one where there is none."""
        value = self.get(*path)
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class K3sConfig:
    """A config.yaml of k3s, or a part of one; `role` as far as keys and place tell."""

    item: Item
    role: K3sRole

    def get(self, key: str) -> Any:  # noqa: ANN401 - as above
        """Return what stands under `key`; `key+` counts as the key."""
        return self.item.body.get(key, self.item.body.get(f"{key}+"))

    def texts(self, key: str) -> list[str]:
        """Return a list as k3s takes it: a list, or one text with commas."""
        value = self.get(key)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [part.strip() for part in str(value).split(",")] if value is not None else []


def find_talos(items: Sequence[Item]) -> Iterator[TalosDocument]:
    """Yield every Talos document and patch, in the order of the items."""
    named = dict(one for item in items if _is_talhelper(item) for one in _named_files(item))
    for item in items:
        if is_talos(item.body, file=item.origin.file):
            role, node = named.get(item.origin.file) or role_of(PurePosixPath(item.origin.file))
            yield TalosDocument(item=item, prefix=(), body=item.body, role=role, node=node)
        elif _is_talhelper(item):
            yield from _talhelper(item)


def folder_of_role(name: str) -> Role | None:
    """Return for which machines the patches in a folder of this name are; None if the name tells nothing of that."""
    known = name.lower()
    if _CONTROL_PLANE.fullmatch(known):
        return "control-plane"
    if _WORKER.fullmatch(known):
        return "worker"
    if _NODE.fullmatch(known):
        return "node"
    return "all" if _ALL.fullmatch(known) else None


def role_of(path: PurePosixPath) -> tuple[Role, str]:
    """Return for which machines a patch is, from its own name and the folders above it; nearest name first.

    A name for all machines counts only where nothing names some: `control-plane/cluster.yaml` is for control planes.
    """
    parts = [path.stem.lower(), *(part.lower() for part in reversed(path.parent.parts))]
    role: Role = "unknown"
    for number, part in enumerate(parts):
        if _CONTROL_PLANE.fullmatch(part):
            return "control-plane", ""
        if _WORKER.fullmatch(part):
            return "worker", ""
        if number and _NODE.fullmatch(part):
            return "node", parts[number - 1]
        if _ALL.fullmatch(part):
            role = "all"
        elif number and TALOS_PLACE.search(part):
            break
    return role, ""


def is_talconfig(item: Item) -> bool:
    """Tell whether a document is talhelper's talconfig.yaml, which tells all of every machine; topf.yaml does not."""
    return {"clusterName", "nodes"} <= item.body.keys() and "clusterEndpoint" not in item.body


def _is_talhelper(item: Item) -> bool:
    return "talosVersion" in item.body or ("clusterName" in item.body and "nodes" in item.body)


def _patch_lists(item: Item) -> Iterator[tuple[_Path, Role, str]]:
    """Yield where talhelper's own file has patches: of all machines, of a role, of a node."""
    yield (), "all", ""
    yield ("controlPlane",), "control-plane", ""
    yield ("worker",), "worker", ""
    for number, node in enumerate(item.items("nodes")):
        if isinstance(node, Mapping):
            yield ("nodes", number), "node", str(node.get("hostname") or "")


def _named_files(item: Item) -> Iterator[tuple[str, tuple[Role, str]]]:
    """Yield the files that talhelper's own file names as patches, each with the machines that it is for."""
    folder = PurePosixPath(item.origin.file).parent
    for path, role, node in _patch_lists(item):
        for text in item.items(*path, "patches"):
            if isinstance(text, str) and text.startswith("@"):
                yield normpath(str(folder / text[1:])), (role, node)


def _talhelper(item: Item) -> Iterator[TalosDocument]:
    """Yield the patches that stand in a talconfig.yaml, with the settings of its own that say the same."""
    for path, role, node in _patch_lists(item):
        yield from _inline(item, (*path, "patches"), role=role, node=node)
        inline = item.get(*path, "inlinePatch")  # its form before 2.0
        if isinstance(inline, Mapping):
            yield TalosDocument(item=item, prefix=(*path, "inlinePatch"), body=inline, role=role, node=node)
    own: dict[str, Any] = {}
    network = {
        "podSubnets": item.get("clusterPodNets"),
        "serviceSubnets": item.get("clusterSvcNets"),
        "cni": item.get("cniConfig"),
    }
    if network := {name: value for name, value in network.items() if value is not None}:
        own["cluster"] = {"network": network}
    if own:
        yield TalosDocument(item=item, prefix=(), body=own, role="all")


def _inline(item: Item, path: _Path, *, role: Role, node: str) -> Iterator[TalosDocument]:
    from fabricgen.yamlio import YamlSyntaxError, read_documents  # noqa: PLC0415 - few repositories have such

    for number, text in enumerate(item.items(*path)):
        if not isinstance(text, str) or text.startswith("@"):
            continue
        try:
            found = read_documents(text)
        except YamlSyntaxError:
            continue
        for one in found:
            if isinstance(one.value, Mapping):
                yield TalosDocument(item=item, prefix=(*path, number), body=one.value, role=role, node=node)


def find_k3s(items: Sequence[Item]) -> Iterator[K3sConfig]:
    """Yield every config of k3s, in the order of the items."""
    for item in items:
        if is_k3s(item.body, file=item.origin.file) and not is_rke2(item.body):
            keys = {key.removesuffix("+") for key in item.body}
            yield K3sConfig(item=item, role=k3s_role(keys, file=item.origin.file))
