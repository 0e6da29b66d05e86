"""No stray `${`: Flux would substitute it if somebody ever switches postBuild on, and fails on unknown names since 2.9.

Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

from collections.abc import Iterator

from fabricgen.check.fault import Fault
from fabricgen.check.places import Placed, placed
from fabricgen.documents.document import File, leaves
from fabricgen.errors import Path

_SOURCE = "https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution"
_LONGEST = 60


def stray_substitutions(files: tuple[File, ...]) -> Iterator[Fault]:
    """Yield a fault for each `${` in what Flux applies, in keys as well: Flux replaces it in the text."""
    for one in placed(files):
        for path, value in leaves(one.document.body) if one.synced else ():
            for text in (*path[-1:], value):
                if isinstance(text, str) and "${" in text:
                    yield _fault(one, path, text)


def _fault(one: Placed, path: Path, text: str) -> Fault:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return Fault(
        document=one.document,
        rule="FLX001",
        path=path,
        message=f"{shown!r} holds ${{, which Flux' postBuild would replace",
        why="Flux substitutes ${name} in everything a Kustomization applies, and fails on unknown names since 2.9",
        source=_SOURCE,
        fix="write the value itself, or $${name} for a literal ${name}",
    )
