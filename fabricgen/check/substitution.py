"""No stray `${`: Flux would substitute it if somebody ever switches postBuild on, and fails on unknown names since 2.9.

Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

from collections.abc import Iterator

from fabricgen.check.finding import Finding
from fabricgen.documents.document import Document, File, leaves
from fabricgen.errors import format_path

_SYNCED = ("flux/", "infrastructure/")


def stray_substitutions(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each `${` in what Flux applies."""
    for file in files:
        if not isinstance(file, Document) or not str(file.path).startswith(_SYNCED):
            continue
        for path, value in leaves(file.body):
            if isinstance(value, str) and "${" in value:
                yield Finding(
                    rule="FLX001",
                    severity="error",
                    file=str(file.path),
                    object=file.label,
                    path=format_path(path),
                    message=f"{value!r} holds ${{, which Flux' postBuild would replace",
                    why="Flux substitutes ${name} in everything a Kustomization applies, and fails on unknown names since 2.9",
                    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution",
                    fix="write the value itself, or $${name} for a literal ${name}",
                )
