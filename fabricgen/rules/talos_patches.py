"""Patches of Talos' configs: what Talos does not take as a patch."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.told import is_deletion
from fabricgen.repository import SourceDocument
from fabricgen.rules.rule import Hit, rule
from fabricgen.rules.talos_documents import hit_of, is_topf, pinned, whole
from fabricgen.validation.machine.json_patch import is_json_patch
from fabricgen.versions import format_minor

_PATCHING: Final = (
    "https://docs.siderolabs.com/talos/v1.12/configure-your-talos-cluster/system-configuration/patching"
)
_MANY_DOCUMENTS: Final = (1, 12)
_DELETES_WHAT_IS_ABSENT: Final = (1, 14)
_GENERATED: Final = frozenset({"HostnameConfig"})


@rule(
    "TAL020",
    "error",
    "Before Talos 1.14 a patch takes no document away that may not be there",
    why="Talos adds the deletion itself as a document, or crashes over it, and refuses the config.",
    source="https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/configpatcher/strategic.go",
    fix="Leave the deletion out.",
    until="1.14",
)
def deletes_what_is_absent(fabric: Fabric) -> Iterator[Hit]:
    """Yield deletions of whole documents that a config of the pinned minor is not generated with."""
    found = [one for one in fabric.talos if one.kind and is_deletion(one.body) and one.kind not in _GENERATED]
    if not found or (minor := pinned(fabric)) >= _DELETES_WHAT_IS_ABSENT:
        return
    for document in found:
        message = f"{document.kind} is taken away, and a config of Talos {format_minor(minor)} is generated without it"
        yield hit_of(whole(document), message)


@rule(
    "TAL021",
    "warning",
    "JSON patches are not for configs of several documents",
    why="Every config that Talos 1.12 or later generates has several, and Talos applies JSON patches to none of these.",
    source=_PATCHING,
    fix="Write a strategic merge patch: the fields themselves, with $patch: delete for what shall go.",
    since="1.12",
)
def json_patches(fabric: Fabric) -> Iterator[Hit]:
    """Yield JSON patches of machine configs that something uses."""
    found = [
        one
        for one in fabric.cluster.repository.documents
        if _patches_machine(one) and _is_used(PurePosixPath(one.file), fabric)
    ]
    if not found or pinned(fabric) < _MANY_DOCUMENTS:
        return
    for document in found:
        message = f"this JSON patch starts with {document.body[0]['path']}"
        yield Hit(place=document.place((0, "path")), message=message, object="JSON patch")


def _is_used(file: PurePosixPath, fabric: Fabric) -> bool:
    """Tell whether a patch is named by what makes configs, or stands where topf takes all there are."""
    for one in fabric.items:
        if "kind" in one.body or "clusterName" not in one.body:
            continue
        if any(file.name in line.split("#", 1)[0] for line in one.origin.text.splitlines()):
            return True
        if is_topf(one.body) and file.is_relative_to(PurePosixPath(one.origin.file).parent):
            return True
    return False


def _patches_machine(document: SourceDocument) -> bool:
    body: Any = document.body
    return is_json_patch(body) and str(body[0].get("path")).startswith(("/machine/", "/cluster/"))
