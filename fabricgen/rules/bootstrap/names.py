"""Helm's names of a release: by them Flux finds what was installed before it, or installs it again."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric, HelmRelease
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule

_HELM: Final = "https://fluxcd.io/flux/components/helm/helmreleases"
_LONGEST: Final = 53


def _of_flux(fabric: Fabric) -> Iterator[CiliumRelease]:
    """Yield Flux' releases of Cilium whose names are known."""
    for one in fabric.all_cilium:
        if one.role == "flux" and one.item.layer is not None and one.item.exact:
            yield one


def _before_flux(fabric: Fabric) -> Iterator[tuple[str, str, str]]:
    """Yield who installs Cilium before Flux: how, under which name, in which namespace."""
    for install in fabric.own_installs:
        if install.release and install.namespace:
            yield f"helmfile ({install.item.origin.file})", install.release, install.namespace
    for one in fabric.all_cilium:
        if one.role == "k3s":
            yield f"k3s ({one.item.origin.file})", one.release, one.namespace


@rule(
    "BTS001",
    "error",
    "Flux finds the Cilium that was installed before it",
    why="helm-controller looks for a release of this name where it keeps its records. It finds none, and installs a "
    "second Cilium beside the one that runs: two agents on each node, two owners of every endpoint.",
    source=f"{_HELM}/#release-name",
    fix="Set releaseName, targetNamespace and storageNamespace to what the bootstrap uses.",
)
def another_name(fabric: Fabric) -> Iterator[Hit]:
    """Yield Flux' Cilium where the bootstrap installs it under another name or in another namespace."""
    for cilium in _of_flux(fabric):
        for who, release, namespace in _before_flux(fabric):
            own = (cilium.release, cilium.storage)
            if own == (release, namespace) or "{{" in release + namespace or is_open(cilium.release):
                continue
            message = (
                f"{who} installs {namespace}/{release}, and Flux looks for {cilium.storage}/{cilium.release}"
            )
            yield Hit.at(cilium.item, _name_path(cilium.item), message)


def _name_path(item: Item) -> tuple[str, ...]:
    return ("spec", "releaseName") if item.get("spec", "releaseName") else ("spec", "targetNamespace")


@rule(
    "BTS002",
    "warning",
    "The HelmRelease of Cilium says its release name",
    why="With targetNamespace and no releaseName the release is called <namespace>-<name>. A Cilium that was installed "
    "by hand or by a script, as everybody calls it, is not found, and a second one is installed beside it.",
    source=f"{_HELM}/#release-name",
    fix="Set releaseName. Where Flux has installed it already under the long name, write that one: another name makes "
    "Flux uninstall Cilium first.",
)
def default_name(fabric: Fabric) -> Iterator[Hit]:
    """Yield Flux' Cilium with a name that comes of its namespace."""
    known = list(_before_flux(fabric))
    for cilium in _of_flux(fabric):
        item = cilium.item
        if item.get("spec", "releaseName") or not item.get("spec", "targetNamespace") or known:
            continue
        message = f"nothing sets releaseName, so the release is called {cilium.release}"
        yield Hit.at(item, ("spec", "targetNamespace"), message)


@rule(
    "BTS003",
    "warning",
    "Helm keeps its record of Cilium where Cilium is",
    why="`helm -n kube-system ls` does not show the release, and a Cilium that was installed before is not found: Helm "
    "keeps its record in the namespace of the HelmRelease unless storageNamespace says otherwise.",
    source=f"{_HELM}/#storage-namespace",
    fix="Set storageNamespace to the target namespace before the first install; later it makes Flux uninstall Cilium "
    "first.",
)
def record_elsewhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield Flux' Cilium whose record is in another namespace than Cilium."""
    for cilium in _of_flux(fabric):
        if cilium.namespace and cilium.storage and cilium.storage != cilium.namespace:
            message = f"Cilium is in {cilium.namespace}, and its record in {cilium.storage}"
            path = (
                "spec",
                "storageNamespace" if cilium.item.get("spec", "storageNamespace") else "targetNamespace",
            )
            yield Hit.at(cilium.item, path, message)


@rule(
    "BTS009",
    "error",
    "No two HelmReleases are one release of Helm's",
    why="Both upgrade it in turn, each to its own chart and values, for ever.",
    source=f"{_HELM}/#release-name",
    fix="Give them different names, or remove one.",
)
def one_release_twice(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRelease whose release another one has, too."""
    first: dict[tuple[str, str], HelmRelease] = {}
    for one in fabric.helm_releases:
        if one.item.layer is None or not one.item.exact or not one.storage or _is_unsure(one):
            continue
        before = first.setdefault((one.storage, one.release), one)
        if before.item.label != one.item.label:
            message = f"{before.item.label} is the release {one.storage}/{one.release}, too"
            yield Hit.at(one.item, _name_path(one.item), message)


def _is_unsure(release: HelmRelease) -> bool:
    elsewhere = release.item.get("spec", "kubeConfig")
    return bool(elsewhere) or is_open(release.release) or is_open(release.storage)


@rule(
    "BTS010",
    "error",
    "A release name has 53 characters at most",
    why="The API server refuses the HelmRelease: Helm takes no longer names.",
    source=f"{_HELM}/#release-name",
    fix="Shorten releaseName.",
)
def long_name(fabric: Fabric) -> Iterator[Hit]:
    """Yield each release name that is too long."""
    for one in fabric.helm_releases:
        written = one.item.get("spec", "releaseName")
        if isinstance(written, str) and len(written) > _LONGEST and not is_open(written):
            message = f"releaseName has {len(written)} characters"
            yield Hit.at(one.item, ("spec", "releaseName"), message)
