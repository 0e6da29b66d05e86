"""HelmReleases and Kustomizations in general: settings that do nothing, or more than meant."""

from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.fabric.releases import FLUX_HELM
from fabricgen.repository import Item
from fabricgen.rules.rule import Edit, Hit, rule

_HELM: Final = "https://fluxcd.io/flux/components/helm/helmreleases"
_KUSTOMIZE: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations"
_KEEPING_DATA: Final = {"PersistentVolumeClaim", "StatefulSet", "PersistentVolume"}


def _releases(fabric: Fabric) -> Iterator[Item]:
    return (item for item in fabric.of(FLUX_HELM, "HelmRelease") if item.layer is not None)


def _removal(item: Item, path: tuple[str, ...]) -> tuple[Edit, ...]:
    """Return the edit that removes what is written in the file itself, and not by a patch."""
    value: object = item.origin.body
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return () if value is None else (Edit.of(item, "remove", path),)


@rule(
    "FLS010",
    "warning",
    "A HelmRelease says all values itself",
    why="With preserveValues Helm keeps what was set once: values that are removed from the repository stay in force, "
    "and a cluster that is built anew gets others.",
    source=f"{_HELM}/#upgrade-configuration",
    fix="Remove upgrade.preserveValues and write the values that are wanted.",
)
def preserved_values(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRelease that keeps the values of earlier upgrades."""
    path = ("spec", "upgrade", "preserveValues")
    for item in _releases(fabric):
        if item.get(*path) is True:
            yield Hit.at(
                item,
                path,
                "upgrade.preserveValues keeps values that are not written here",
                *_removal(item, path),
            )


@rule(
    "FLS011",
    "info",
    "A HelmRelease has no settings that do nothing",
    why="rollback.recreate has done nothing since Flux 2.8, where the controller warns of it; install.skipCRDs is the "
    "old word for install.crds: Skip.",
    source=f"{_HELM}/#rollback-configuration",
    fix="Remove rollback.recreate; write install.crds: Skip for install.skipCRDs.",
)
def dead_settings(fabric: Fabric) -> Iterator[Hit]:
    """Yield each setting of a HelmRelease that is written in its own file and does nothing."""
    for item in _releases(fabric):
        for path in (("spec", "rollback", "recreate"), ("spec", "install", "skipCRDs")):
            if item.get(*path) is True and (edits := _removal(item, path)):
                yield Hit.at(item, path, f"{'.'.join(path[1:])} is out of use", *edits)


@rule(
    "FLS014",
    "warning",
    "What SOPS has encrypted is decrypted by its Kustomization",
    why="kustomize-controller refuses a Secret that is encrypted unless decryption is configured, and applies nothing "
    "of the Kustomization.",
    source="https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption",
    fix="Set spec.decryption.provider: sops, with the Secret that holds the key.",
)
def encrypted(fabric: Fabric) -> Iterator[Hit]:
    """Yield the first encrypted Secret of each layer that decrypts nothing."""
    for layer in fabric.layers if fabric.is_read and not fabric.changes_layers else ():
        if not layer.item.namespace:
            continue  # What gives it a namespace may give it more.
        if layer.item.kind != "Kustomization" or not layer.item.exact or layer.item.get("spec", "decryption"):
            continue
        found = next((one for one in layer.items if _is_encrypted(one)), None)
        if found is not None:
            yield Hit.at(
                layer.item, ("spec",), f"{found.label} is encrypted, and {layer.item.name} decrypts nothing"
            )


def _is_encrypted(item: Item) -> bool:
    off = item.get("metadata", "annotations", "kustomize.toolkit.fluxcd.io/decrypt")
    return item.kind == "Secret" and bool(item.mapping("sops")) and str(off).lower() != "disabled"


@rule(
    "FLS016",
    "warning",
    "Kustomizations with data are not applied by force",
    why="With force: true Flux deletes and makes anew what it cannot change, a PersistentVolumeClaim whose class or "
    "access mode was edited too: the data go with it.",
    source=f"{_KUSTOMIZE}/#force",
    fix="Remove force, and annotate only what may be made anew with kustomize.toolkit.fluxcd.io/force: enabled.",
)
def forced_data(fabric: Fabric) -> Iterator[Hit]:
    """Yield each layer with force: true that applies volumes or what has some."""
    for layer in fabric.layers:
        if layer.item.get("spec", "force") is True:
            kept = [one.label for one in layer.items if one.kind in _KEEPING_DATA]
            if kept:
                message = f"force: true lets Flux delete {kept[0]}{f' and {len(kept) - 1} more' if len(kept) > 1 else ''}"
                yield Hit.at(layer.item, ("spec", "force"), message)


@rule(
    "FLS018",
    "error",
    "A Kustomization says whether it prunes",
    why="spec.prune has no default; the API server refuses the object without it.",
    source=f"{_KUSTOMIZE}/#prune",
    fix="Set prune: true, or false where nothing must ever be deleted.",
)
def no_prune(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Kustomization without prune once patches have been applied."""
    for layer in fabric.layers:
        item = layer.item
        if item.kind == "Kustomization" and item.exact and item.get("spec", "prune") is None:
            yield Hit.at(
                item, ("spec",), "spec.prune is not set", Edit.of(item, "set", ("spec", "prune"), value=True)
            )


@rule(
    "FLS019",
    "info",
    "Helm's history has an end",
    why="maxHistory: 0 keeps a Secret of each revision for ever, up to a megabyte each, in etcd.",
    source=f"{_HELM}/#max-history",
    fix="Remove maxHistory, which is 5, or set a small number.",
)
def endless_history(fabric: Fabric) -> Iterator[Hit]:
    """Yield each HelmRelease that keeps every revision."""
    path = ("spec", "maxHistory")
    for item in _releases(fabric):
        written = item.get(*path)
        if written == 0 and not isinstance(written, bool):
            yield Hit.at(item, path, "maxHistory: 0 keeps every revision", *_removal(item, path))
