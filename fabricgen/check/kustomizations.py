"""The kustomization.yaml files: what they list is there, and what is there is listed.

Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from fabricgen.check.reading import part
from fabricgen.documents.document import Document, File
from fabricgen.finding import Finding

_NAME = "kustomization.yaml"
_SOURCE = "https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file"


def wrong_resources(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each resource that is listed and missing, or there and not listed."""
    paths = {file.path for file in files}
    for file in files:
        if isinstance(file, Document) and file.path.name == _NAME:
            yield from _of_folder(file, paths)


def _of_folder(file: Document, paths: set[PurePosixPath]) -> Iterator[Finding]:
    folder = file.path.parent
    written = part(file.body, "resources")
    names = [str(name) for name in written] if isinstance(written, list | tuple) else []
    listed = [folder / name for name in names]
    beside = {path for path in paths if path.parent == folder and path.suffix in {".yaml", ".yml"}}
    for path in sorted(set(listed) - paths):
        if not any(other.is_relative_to(path) for other in paths):
            yield _finding(file, path.name, "is listed under resources and is not in the tree", rule="FLX002")
    for path in sorted(beside - set(listed) - {file.path}):
        yield _finding(
            file, path.name, "stands in the folder and is not listed, so Flux never applies it", rule="FLX003"
        )


def _finding(file: Document, name: str, message: str, *, rule: str) -> Finding:
    return Finding(
        rule=rule,
        severity="error",
        file=str(file.path),
        object=file.label,
        path="resources",
        message=f"{name} {message}",
        source=_SOURCE,
    )
