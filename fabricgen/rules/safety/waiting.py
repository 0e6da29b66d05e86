"""How long Flux waits, and how soon it tries again."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item, Layer
from fabricgen.rules.rule import Hit, rule
from fabricgen.rules.safety.durations import seconds

_KUSTOMIZE: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations"
_MINUTE: Final = 60.0
_LONG: Final = 3600.0


@rule(
    "FLS012",
    "info",
    "A Kustomization waits at least as long as its HelmReleases may take",
    why="With wait: true the Kustomization fails when its own timeout is over, while Helm is still at work; what depends "
    "on it is held up, though nothing is wrong.",
    source=f"{_KUSTOMIZE}/#timeout",
    fix="Set the timeout of the Kustomization to more than the longest of its HelmReleases.",
)
def impatient(fabric: Fabric) -> Iterator[Hit]:
    """Yield each layer whose timeout is shorter than one that a HelmRelease in it tells."""
    for layer in fabric.layers:
        own = seconds(layer.item.get("spec", "timeout"))
        if own is None or not _waits_for_all(layer):
            continue
        longest = max(
            (_timeout(one) for one in layer.items if one.kind == "HelmRelease"), default=(0.0, "", "")
        )
        if longest[0] > own:
            written = layer.item.get("spec", "timeout")
            message = f"it waits {written}, and HelmRelease {longest[2]} may take {longest[1]}"
            yield Hit.at(layer.item, ("spec", "timeout"), message)


def _waits_for_all(layer: Layer) -> bool:
    return layer.item.get("spec", "wait") is True


def _timeout(item: Item) -> tuple[float, str, str]:
    written = item.get("spec", "timeout")
    return seconds(written) or 0.0, str(written), item.name


@rule(
    "FLS013",
    "info",
    "A Kustomization that fails is tried again soon",
    why="Without retryInterval the next try comes after interval: a passing fault, a webhook that was not up yet, costs "
    "as long as that.",
    source=f"{_KUSTOMIZE}/#retry-interval",
    fix="Set retryInterval: 2m.",
)
def late_retry(fabric: Fabric) -> Iterator[Hit]:
    """Yield the layer of the CNI if it is tried again after an hour or more."""
    layers = {id(one.item.layer): one.item.layer for one in fabric.all_cilium if one.item.layer is not None}
    for layer in layers.values():
        interval = seconds(layer.item.get("spec", "interval"))
        if (
            layer.item.exact
            and not layer.item.get("spec", "retryInterval")
            and interval is not None
            and interval >= _LONG
        ):
            message = f"{layer.item.name} is tried again after {layer.item.get('spec', 'interval')} only"
            yield Hit.at(layer.item, ("spec", "interval"), message)


@rule(
    "FLS017",
    "info",
    "A Kustomization is not reconciled more often than each minute",
    why="Each reconciliation builds and compares everything; a new commit is applied at once in any case.",
    source=f"{_KUSTOMIZE}/#interval",
    fix="Set interval: 10m or more.",
)
def restless(fabric: Fabric) -> Iterator[Hit]:
    """Yield each layer whose interval is shorter than a minute."""
    for layer in fabric.layers:
        written = layer.item.get("spec", "interval")
        interval = seconds(written)
        if layer.item.kind == "Kustomization" and interval is not None and interval < _MINUTE:
            yield Hit.at(layer.item, ("spec", "interval"), f"it is reconciled each {written}")
