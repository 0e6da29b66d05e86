"""Who installs Cilium before Flux does: helmfile, and what Talos applies when it bootstraps.

Fed by items; what a script does is not seen. A helmfile is a template as often as not: what is one is unknown.
Source: <https://helmfile.readthedocs.io/>.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final

from fabricgen.fabric.systems import TalosDocument
from fabricgen.repository import Item, Place
from fabricgen.versions import Version, parse_version

_CILIUM: Final = "cilium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """A release of Cilium that helmfile installs.

    Attributes:
        item, path: where it is written.
        release, namespace: as told; the namespace is empty where it is not.
        version: of the chart, if it is told here.
        values: the files of values, from the root of the repository.
    """

    item: Item
    path: tuple[str | int, ...]
    release: str
    namespace: str
    version: Version | None
    values: tuple[str, ...]

    def place(self, *path: str | int) -> Place:
        """Return where `path` of it is written."""
        return self.item.place(*self.path, *path)


def find_installs(items: Sequence[Item]) -> Iterator[Install]:
    """Yield every release of Cilium in a helmfile."""
    for item in items:
        if not is_helmfile(item):
            continue
        for number, one in enumerate(item.items("releases")):
            if isinstance(one, Mapping) and _is_cilium(one):
                yield _read(item, number, one)


def is_helmfile(item: Item) -> bool:
    """Tell whether a document is a helmfile, or a part of one."""
    return not item.kind and isinstance(item.body.get("releases"), list)


def namespaces_of_helmfile(item: Item) -> frozenset[str] | None:
    """Return the namespaces that a helmfile makes; None if it may make others.

    It makes those of its releases unless createNamespace is off. What it includes, templates and commands in hooks
    are not read. Source: <https://helmfile.readthedocs.io/en/latest/#configuration>.
    """
    text = item.origin.text
    if any(mark in text for mark in ("{{", "hooks:", "helmfiles:", "bases:", "gotmpl")):
        return None
    releases = [one for one in item.items("releases") if isinstance(one, Mapping)]
    return frozenset(
        str(one["namespace"])
        for one in releases
        if one.get("namespace")
        and one.get("createNamespace") is not False
        and one.get("installed") is not False
    )


def _is_cilium(one: Mapping[str, Any]) -> bool:
    chart = str(one.get("chart") or "").rstrip("/").rpartition("/")[2]
    return one.get("installed") is not False and (chart or one.get("name")) == _CILIUM


def _read(item: Item, number: int, one: Mapping[str, Any]) -> Install:
    folder = PurePosixPath(item.origin.file).parent
    values = one.get("values")
    return Install(
        item=item,
        path=("releases", number),
        release=str(one.get("name") or ""),
        namespace=str(one.get("namespace") or ""),
        version=_version(one.get("version")),
        values=tuple(
            normpath(str(folder / name))
            for name in (values if isinstance(values, list) else ())
            if isinstance(name, str)
        ),
    )


def _version(written: object) -> Version | None:
    try:
        return parse_version(written) if isinstance(written, str) else None
    except ValueError:
        return None


def is_mentioned_beside(items: Sequence[Item], flux_groups: Sequence[str]) -> bool:
    """Tell whether something that Flux does not apply speaks of Cilium: a bootstrap that is not read in detail.

    `flux_groups` are the groups of Flux' own objects, which speak of what they apply themselves.
    """
    beside = (item for item in items if item.layer is None and item.group not in flux_groups)
    return any(_CILIUM in item.origin.text.lower() for item in beside)


def find_inline_cilium(
    talos: Sequence[TalosDocument],
) -> Iterator[tuple[TalosDocument, tuple[str | int, ...]]]:
    """Yield where Talos is told to apply Cilium by itself: inline manifests, and manifests by their address."""
    for document in talos:
        for key in ("inlineManifests", "extraManifests"):
            listed = document.get("cluster", key)
            for number, one in enumerate(listed if isinstance(listed, list) else ()):
                name = str(one.get("name")) if isinstance(one, Mapping) else str(one).rpartition("/")[2]
                contents = str(one.get("contents") or "") if isinstance(one, Mapping) else "kind: DaemonSet"
                if name.lower().startswith(_CILIUM) and "kind: DaemonSet" in contents:
                    yield document, ("cluster", key, number)
