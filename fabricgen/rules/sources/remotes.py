"""What kustomization.yaml files take from elsewhere."""

import re
from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule

_CONTROLLER: Final = "https://github.com/fluxcd/kustomize-controller/blob/v1.9.4/main.go"
_MOVING: Final = re.compile(r"[/=](?:main|master|HEAD|develop|latest)(?=[/&]|$)")
_FIXED: Final = re.compile(r"[?&]ref=|[/=@]v?\d+\.\d+|[/=@][0-9a-f]{40}")


@rule(
    "SRC011",
    "warning",
    "What a kustomization.yaml takes from elsewhere stays what it is",
    why="What somebody pushes there is applied to the cluster at the next reconciliation, unseen; and what fails to "
    "build there stops this Kustomization.",
    source=_CONTROLLER,
    fix="Name a tag or a commit in the address, or keep a copy.",
)
def moving_base(fabric: Fabric) -> Iterator[Hit]:
    """Yield each remote resource that names a branch, or nothing."""
    seen: set[tuple[str, object]] = set()
    for layer in fabric.layers:
        for remote in layer.remotes:
            fixed = _FIXED.search(remote.url) and not _MOVING.search(remote.url)
            key = (remote.document.file, remote.path)
            if fixed or key in seen or is_open(remote.url):
                continue
            seen.add(key)
            message = f"{remote.url} is whatever it is at the time"
            yield Hit(place=remote.document.place(remote.path), message=message, object=layer.item.label)


@rule(
    "SRC012",
    "info",
    "A kustomization.yaml takes what it needs from its own repository",
    why="Each reconciliation fetches it over the Internet again: while the other side, or the way to it, is down, the "
    "Kustomization fails. A controller with --no-remote-bases refuses it.",
    source=_CONTROLLER,
    fix="Keep a copy in the repository, or fetch it with a GitRepository or OCIRepository of its own.",
)
def remote_base(fabric: Fabric) -> Iterator[Hit]:
    """Yield each remote resource once a file."""
    seen: set[str] = set()
    for layer in fabric.layers:
        for remote in layer.remotes:
            if remote.document.file not in seen:
                seen.add(remote.document.file)
                message = f"{remote.url} is fetched at each reconciliation"
                yield Hit(place=remote.document.place(remote.path), message=message, object=layer.item.label)
