"""References inside the tree: kustomization resources exist and nothing in a synced folder is left out.

Sources: https://fluxcd.io/flux/components/kustomize/kustomizations/ (generating a kustomization.yaml, dependencies).
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from fabricgen.check.finding import Finding
from fabricgen.documents.document import Document, File

_KUSTOMIZATION = "kustomization.yaml"


def dangling_references(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each resource that is listed and missing, or there and not listed, and each dependency without a target."""
    yield from _resources(files)
    yield from _dependencies(files)


def _resources(files: tuple[File, ...]) -> Iterator[Finding]:
    paths = {file.path for file in files}
    for file in files:
        if not isinstance(file, Document) or file.path.name != _KUSTOMIZATION:
            continue
        listed = {file.path.parent / str(name) for name in file.body.get("resources", [])}
        beside = {path for path in paths if path.parent == file.path.parent and path.suffix == ".yaml"} - {
            file.path
        }
        for path in sorted(listed - paths):
            yield _finding(file, path, "is listed under resources and is not in the tree", rule="FLX002")
        for path in sorted(beside - listed):
            yield _finding(
                file,
                path,
                "stands in the folder and is not listed, so Flux would never apply it",
                rule="FLX003",
            )


def _finding(file: Document, path: PurePosixPath, message: str, *, rule: str) -> Finding:
    return Finding(
        rule=rule,
        severity="error",
        file=str(file.path),
        object=file.label,
        path="resources",
        message=f"{path.name} {message}",
        source="https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml",
    )


def _dependencies(files: tuple[File, ...]) -> Iterator[Finding]:
    layers = {file.identity.name: file for file in files if isinstance(file, Document) and _is_layer(file)}
    for name, layer in layers.items():
        spec = layer.body.get("spec")
        wanted = spec.get("dependsOn", []) if isinstance(spec, Mapping) else []
        for one in wanted:
            if one.get("name") not in layers:
                yield Finding(
                    rule="FLX004",
                    severity="error",
                    file=str(layer.path),
                    object=layer.label,
                    path="spec.dependsOn",
                    message=f"{name} depends on {one.get('name')}, and there is no such layer",
                    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies",
                )


def _is_layer(document: Document) -> bool:
    return (
        document.identity.kind == "Kustomization" and document.identity.group == "kustomize.toolkit.fluxcd.io"
    )
