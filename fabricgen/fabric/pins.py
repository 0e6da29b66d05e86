"""Versions that a repository pins: of Kubernetes, Talos, k3s and Flux, wherever they are written.

Fed by items and Talos documents. Several places may tell several versions; then there is no answer, see `agreed`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fabricgen.fabric.facts import Fact, UnknownError
from fabricgen.fabric.helm import HelmRelease
from fabricgen.fabric.systems import TalosDocument
from fabricgen.repository import Item
from fabricgen.versions import Minor, Version, minor_of, parse_version

_TAG: Final = re.compile(r":v?(?P<version>\d+\.\d+\.\d+[^@]*)")
_MINOR: Final = re.compile(r"[~^=v ]*(?P<major>\d+)\.(?P<minor>\d+)(?:\.(?:\d+\S*|[x*]))?")
_CARET: Final = "^"
# What Flux publishes of itself; its tags are Flux' own versions.
# Source: <https://github.com/orgs/fluxcd/packages/container/flux-manifests/174979332?tag=v2.2.3>.
_FLUX_SOURCES: Final = frozenset({"oci://ghcr.io/fluxcd/flux-manifests", "https://github.com/fluxcd/flux2"})
_FLUX_LABEL: Final = "app.kubernetes.io/version"
# tuppr's upgrades, <https://github.com/home-operations/tuppr>, by kind: the path of the version.
_UPGRADES: Final[Mapping[str, tuple[str, ...]]] = {
    "KubernetesUpgrade": ("spec", "kubernetes", "version"),
    "TalosUpgrade": ("spec", "talos", "version"),
}
_Path = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Every place that tells a version, by product; of Flux only the minor is told by some."""

    kubernetes: tuple[Fact[Version], ...]
    talos: tuple[Fact[Version], ...]
    k3s: tuple[Fact[Version], ...]
    flux: tuple[Fact[Minor], ...]
    flux_operator: tuple[Fact[Version], ...]


def agreed(facts: Sequence[Fact[Version]]) -> Fact[Version]:
    """Return the version that all places agree on, by its minor; the last one written.

    Raises:
        UnknownError: there is none, or they tell several minors.
    """
    if len({minor_of(one.value) for one in facts}) != 1:
        raise UnknownError
    return facts[-1]


def only(facts: Sequence[Fact[T]]) -> Fact[T]:
    """Return the fact that all places tell. Raises UnknownError if there is none, or they differ."""
    if not facts or any(one.value != facts[0].value for one in facts):
        raise UnknownError
    return facts[0]


def find_pins(items: Sequence[Item], talos: Sequence[TalosDocument], releases: Sequence[HelmRelease]) -> Pins:
    """Return every version that is told."""
    k3s = tuple(_k3s(items))
    return Pins(
        kubernetes=(*_kubernetes(items, talos), *k3s),
        talos=tuple(_talos(items, talos)),
        k3s=k3s,
        flux=tuple(_flux(items, releases)),
        flux_operator=tuple(_operator(releases)),
    )


def _kubernetes(items: Sequence[Item], talos: Sequence[TalosDocument]) -> Iterator[Fact[Version]]:
    yield from _keys(items, "kubernetesVersion", "KubernetesUpgrade")
    for document in talos:
        for path in (("machine", "kubelet", "image"), ("cluster", "apiServer", "image"), ("image",)):
            if "/kubelet:" in str(document.get(*path)) or "/kube-apiserver:" in str(document.get(*path)):
                yield from _image(document, path)


def _talos(items: Sequence[Item], talos: Sequence[TalosDocument]) -> Iterator[Fact[Version]]:
    yield from _keys(items, "talosVersion", "TalosUpgrade")
    for document in talos:
        yield from _image(document, ("machine", "install", "image"))
        if document.kind == "UnattendedInstallConfig":
            yield from _image(document, ("installer", "image"))


def _keys(items: Sequence[Item], key: str, kind: str) -> Iterator[Fact[Version]]:
    """Yield what talhelper's and topf's own files, and tuppr's upgrades, tell."""
    for item in items:
        if item.kind == kind:
            yield from _fact(item.get(*_UPGRADES[kind]), item, _UPGRADES[kind])
        elif not item.kind and isinstance(item.body.get(key), str):
            yield from _fact(item.body[key], item, (key,))


def _image(document: TalosDocument, path: tuple[str, ...]) -> Iterator[Fact[Version]]:
    image = document.get(*path)
    if isinstance(image, str) and (found := _TAG.search(image)):
        yield from _fact(found["version"], document.item, (*document.prefix, *path))


def _k3s(items: Sequence[Item]) -> Iterator[Fact[Version]]:
    """Yield what the plans of the system upgrade controller, and Ansible's variables, tell."""
    for item in items:
        path: _Path = ("spec", "version")
        if item.group != "upgrade.cattle.io" and not item.kind:
            path = next(((key,) for key in ("k3s_release_version", "k3s_version") if key in item.body), path)
        written = item.get(*path)
        if isinstance(written, str) and "+k3s" in written:
            yield from _fact(written, item, path)


def _flux(items: Sequence[Item], releases: Sequence[HelmRelease]) -> Iterator[Fact[Minor]]:
    for item in items:
        if item.kind == "FluxInstance":
            yield from _range(item, ("spec", "distribution", "version"))
        elif (
            item.kind == "Namespace" and item.get("metadata", "labels", "app.kubernetes.io/part-of") == "flux"
        ):
            yield from _range(item, ("metadata", "labels", _FLUX_LABEL))
        elif str(item.get("spec", "url")).removesuffix(".git") in _FLUX_SOURCES:
            yield from _range(item, ("spec", "ref", "tag"))
    for release in releases:
        if release.chart == "flux-instance":
            yield from _range(release.item, ("spec", "values", "instance", "distribution", "version"))


def _range(item: Item, path: _Path) -> Iterator[Fact[Minor]]:
    """Yield the minor that a version or range stays in; `2.x` and `^2.9.0` stay in none."""
    written = str(item.get(*path) or "").strip()
    if (found := _MINOR.fullmatch(written)) and not written.startswith(_CARET):
        yield Fact((int(found["major"]), int(found["minor"])), item, path)


def _operator(releases: Sequence[HelmRelease]) -> Iterator[Fact[Version]]:
    for release in releases:
        if release.chart == "flux-operator":
            yield from _fact(release.version, release.item, ("spec",))


def _fact(written: Any, item: Item, path: _Path) -> Iterator[Fact[Version]]:  # noqa: ANN401 - as written
    try:
        yield Fact(parse_version(str(written)), item, path)
    except ValueError:
        return
