"""`--since <git ref>`: what a change touches, and what depends on it.

Told is a finding in a changed file, in a layer that a changed file is part of, in a layer below or behind such a one
(`dependsOn`), and anywhere in a cluster whose network itself changed: its Talos or k3s config, its Cilium values,
pools or announcements, since rules compare these with everything else.
"""

import subprocess
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from fabricgen.errors import Problem, ProblemsError
from fabricgen.fabric import Fabric
from fabricgen.repository import Layer


@dataclass(frozen=True, slots=True)
class Touched:
    """The files that findings are told of; `clusters` are those of which all is told."""

    files: frozenset[str]
    clusters: frozenset[str]

    def tells(self, file: str, clusters: Iterable[str]) -> bool:
        """Tell whether a finding in this file, of these clusters, is told."""
        return file in self.files or not self.clusters.isdisjoint(clusters)


def changed_files(root: Path, ref: str) -> frozenset[str]:
    """Return the files, from `root`, that differ from where the work left `ref`; new ones, not yet added, too.

    Raises:
        ProblemsError: `root` is no Git repository, there is no such ref, or there is no git.
    """
    git = which("git")
    if git is None:
        raise ProblemsError(
            [
                Problem(
                    message="--since needs git, which is not installed",
                    hint="install git, or leave out --since",
                )
            ]
        )
    if ref.startswith("-"):
        raise ProblemsError(
            [
                Problem(
                    message=f"--since {ref}: that is an option, not a commit",
                    hint="name a branch, a tag or a commit",
                )
            ]
        )
    base = _git(git, root, "merge-base", "HEAD", ref) or _git(git, root, "rev-parse", f"{ref}^{{commit}}")
    changed = _git(
        git, root, "diff", "--name-only", "-z", "--no-renames", "--relative", (base or ref).strip(), "--"
    )
    if not base or changed is None:
        hint = "name a branch, tag or commit that is here; a shallow clone may lack it (`git fetch`)"
        raise ProblemsError(
            [Problem(message=f"--since {ref}: git knows no such commit in {root}", hint=hint)]
        )
    new = _git(git, root, "ls-files", "-z", "--others", "--exclude-standard") or ""
    return frozenset(name for name in f"{changed}{new}".split("\0") if name)


def _git(git: str, root: Path, *arguments: str) -> str | None:
    """Return what git prints; None if it fails."""
    done = subprocess.run(  # noqa: S603 - git itself, and a ref that cannot be taken for an option
        [git, "-C", str(root), *arguments], capture_output=True, check=False
    )
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def touched(fabrics: Iterable[Fabric], changed: AbstractSet[str]) -> Touched:
    """Return what a change of these files touches."""
    files, clusters = set(changed), set[str]()
    for fabric in fabrics:
        if not changed.isdisjoint(_network_files(fabric)):
            clusters.add(fabric.name)
        for layer in _touched_layers(fabric.layers, changed):
            files |= layer.files | {layer.item.origin.file}
    return Touched(frozenset(files), frozenset(clusters))


def _network_files(fabric: Fabric) -> set[str]:
    parts = (
        *(one.item for one in fabric.all_cilium),
        *(item for one in fabric.all_cilium for item, _ in one.elsewhere.values()),
        *(one.item for one in fabric.talos),
        *(one.item for one in fabric.k3s),
        *(one.item for one in fabric.pools),
        *(one.item for one in fabric.announcements),
    )
    return {item.origin.file for item in parts}


def _touched_layers(layers: tuple[Layer, ...], changed: AbstractSet[str]) -> Iterable[Layer]:
    """Return the layers with a changed file, with all that is below them or waits for them."""
    waiting: dict[str, list[Layer]] = {}
    for layer in layers:
        for one in layer.item.items("spec", "dependsOn"):
            if isinstance(one, dict):
                waiting.setdefault(str(one.get("name")), []).append(layer)
    pending = [one for one in layers if one.item.origin.file in changed or not changed.isdisjoint(one.files)]
    found: dict[int, Layer] = {}
    while pending:
        layer = pending.pop()
        if found.setdefault(id(layer), layer) is layer and layer is not None:
            more = (*layer.children, *waiting.get(layer.item.name, ()))
            pending += [one for one in more if id(one) not in found]
    return found.values()
