"""Flux' Kustomizations among themselves: whom they wait for, in which order, and which folder they apply.

Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from fabricgen.check.places import Placed, trees
from fabricgen.check.reading import mappings, part, text
from fabricgen.documents.document import Document, File
from fabricgen.finding import Finding

_DOCS = "https://fluxcd.io/flux/components/kustomize/kustomizations"
_GROUP = "kustomize.toolkit.fluxcd.io"
_FLUX = "flux-system"


def wrong_layers(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each dependency without a target, each circle, and each path that holds nothing."""
    for tree in trees(files):
        layers = {
            one.document.identity.name: one.document
            for one in tree
            if one.synced
            and one.document.identity.kind == "Kustomization"
            and one.document.identity.group == _GROUP
        }
        yield from _dependencies(layers)
        yield from _circles(layers)
        yield from _paths(layers, tree)


def _waits_for(layer: Document) -> Iterator[str]:
    for _, one in mappings(part(layer.body, "spec", "dependsOn")):
        yield text(one.get("name"))


def _dependencies(layers: Mapping[str, Document]) -> Iterator[Finding]:
    for name, layer in layers.items():
        for other in _waits_for(layer):
            if other not in layers:
                message = f"{name} depends on {other}, and there is no such layer"
                yield _finding(
                    layer, "spec.dependsOn", message, rule="FLX004", source=f"{_DOCS}/#dependencies"
                )


def _circles(layers: Mapping[str, Document]) -> Iterator[Finding]:
    for name, layer in layers.items():
        if name in _reached(name, layers):
            message = f"{name} waits for itself, by way of those it depends on; none of them would ever start"
            yield _finding(layer, "spec.dependsOn", message, rule="FLX006", source=f"{_DOCS}/#dependencies")


def _reached(start: str, layers: Mapping[str, Document]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = {other for other in _waits_for(layers[ahead.pop()]) if other in layers} - found
        found |= new
        ahead.extend(new)
    return found


def _paths(layers: Mapping[str, Document], tree: tuple[Placed, ...]) -> Iterator[Finding]:
    folders = {one.below.parent: one.document for one in tree if one.below.name == "kustomization.yaml"}
    applied: set[PurePosixPath] = set()
    for layer in layers.values():
        if text(part(layer.body, "spec", "sourceRef", "name")) != _FLUX:
            continue  # It is applied from a repository that is not ours.
        path = text(part(layer.body, "spec", "path"))
        found = {folder for folder in folders if _ends_with(path, folder)}
        applied |= found
        if not found:
            message = (
                f"{path or 'nothing'} is applied, and the tree has no such folder with a kustomization.yaml"
            )
            yield _finding(layer, "spec.path", message, rule="FLX007", source=f"{_DOCS}/#path")
    for folder, document in folders.items():
        if folder.parts[0] == "infrastructure" and folder not in applied:
            message = f"no layer applies {folder}, so nothing of it ever reaches the cluster"
            yield _finding(document, "resources", message, rule="FLX008", source=f"{_DOCS}/#path")


def _ends_with(path: str, folder: PurePosixPath) -> bool:
    """Tell whether a path in the repository leads to this folder of the tree, wherever the tree stands."""
    return PurePosixPath(path).parts[-len(folder.parts) :] == folder.parts


def _finding(document: Document, path: str, message: str, *, rule: str, source: str) -> Finding:
    return Finding(
        rule=rule,
        severity="error",
        file=str(document.path),
        object=document.label,
        path=path,
        message=message,
        source=source,
    )
