"""FLX008: each folder of infrastructure/ is applied by a layer. No rule of lint's: strangers keep what they like.

Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#path
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from fabricgen.check.fault import Fault
from fabricgen.check.places import Placed, trees
from fabricgen.documents.document import File

_GROUP = "kustomize.toolkit.fluxcd.io"
_NAME = "kustomization.yaml"
_SOURCE = "https://fluxcd.io/flux/components/kustomize/kustomizations/#path"


def forgotten_folders(files: tuple[File, ...]) -> Iterator[Fault]:
    """Yield a fault for each kustomization.yaml whose folder no layer applies."""
    for tree in trees(files):
        applied = [PurePosixPath(path) for path in paths_of(tree)]
        for one in tree:
            folder = one.below.parent
            if one.top != "infrastructure" or one.below.name != _NAME:
                continue
            if not any(path.parts[-len(folder.parts) :] == folder.parts for path in applied):
                yield Fault(
                    document=one.document,
                    rule="FLX008",
                    path=("resources",),
                    message=f"no layer applies {folder}, so nothing of it ever reaches the cluster",
                    source=_SOURCE,
                    fix="Add a Flux Kustomization that applies it, or remove the folder.",
                )


def paths_of(tree: tuple[Placed, ...]) -> Iterator[str]:
    """Yield what the layers apply, from the root of the repository; where the tree stands in it does not matter."""
    for one in tree:
        spec = one.document.body.get("spec")
        identity = one.document.identity
        if one.synced and (identity.group, identity.kind) == (_GROUP, "Kustomization"):
            path = spec.get("path") if isinstance(spec, dict) else None
            if isinstance(path, str):
                yield path
