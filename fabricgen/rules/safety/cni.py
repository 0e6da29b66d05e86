"""The HelmRelease of Cilium: what may happen to the network when an upgrade fails, or a line is removed."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.rules.rule import Hit, rule
from fabricgen.rules.safety.durations import seconds

_HELM: Final = "https://fluxcd.io/flux/components/helm/helmreleases"
_PRUNE: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#prune"
_SHORT: Final = 600.0
_GATE: Final = "DefaultToRetryOnFailure"


def _cni(fabric: Fabric) -> Iterator[Item]:
    """Yield the HelmReleases of Cilium that Flux applies and of which everything is known."""
    for one in fabric.all_cilium:
        if one.role == "flux" and one.item.layer is not None and one.item.exact:
            yield one.item


def _retries(item: Item, action: str) -> int:
    """Return how often a failed install or upgrade is put right first; none where it is only tried again."""
    if item.get("spec", action, "strategy", "name") == "RetryOnFailure":
        return 0
    retries = item.get("spec", action, "remediation", "retries")
    return retries if isinstance(retries, int) else 0


@rule(
    "FLS004",
    "error",
    "A failed upgrade does not uninstall the CNI",
    why="The remedy takes the network from every node before the next try, from helm-controller's, too, which then "
    "cannot try again.",
    source=f"{_HELM}/#upgrade-remediation",
    fix="Use upgrade.strategy.name: RetryOnFailure; before Flux 2.7, upgrade.remediation.strategy: rollback.",
)
def upgrade_uninstalls(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium where a failed upgrade is uninstalled."""
    path = ("spec", "upgrade", "remediation", "strategy")
    for item in _cni(fabric):
        if item.get(*path) == "uninstall" and _retries(item, "upgrade"):
            yield Hit.at(item, path, "a failed upgrade uninstalls Cilium")


@rule(
    "FLS005",
    "info",
    "A failed install does not uninstall the CNI",
    why="Remediation of an install is an uninstall. A first start that takes longer than the timeout takes the network "
    "away again from nodes where it works already.",
    source=f"{_HELM}/#install-remediation",
    fix="Use install.strategy.name: RetryOnFailure, and no install.remediation.",
)
def install_uninstalls(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium where a failed install is uninstalled and tried again."""
    path = ("spec", "install", "remediation", "retries")
    for item in _cni(fabric):
        if retries := _retries(item, "install"):
            shown = "each failed install" if retries < 0 else f"a failed install, up to {retries} times,"
            yield Hit.at(item, path, f"{shown} uninstalls Cilium")


@rule(
    "FLS006",
    "warning",
    "The CNI is not upgraded by force",
    why="Force replaces objects: a DaemonSet that is deleted and made anew restarts the agent on all nodes at once. "
    "With server-side apply it is ignored.",
    source=f"{_HELM}/#upgrade-configuration",
    fix="Remove force.",
)
def by_force(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium with force in its upgrade or rollback."""
    for item in _cni(fabric):
        for action in ("upgrade", "rollback"):
            if item.get("spec", action, "force") is True:
                yield Hit.at(item, ("spec", action, "force"), f"{action}.force is on for Cilium")


@rule(
    "FLS007",
    "warning",
    "A failed upgrade of the CNI is tried again",
    why="By default Flux leaves a release that has failed as it is: an agent that was slow once keeps the cluster on "
    "half an upgrade until somebody looks.",
    source=f"{_HELM}/#configuring-failure-handling",
    fix="Set upgrade.strategy.name: RetryOnFailure; before Flux 2.7, upgrade.remediation.retries.",
)
def never_again(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium without any way to try a failed upgrade again."""
    if any(_GATE in item.origin.text for item in _flux_itself(fabric)):
        return
    for item in _cni(fabric):
        strategy = item.get("spec", "upgrade", "strategy", "name")
        if strategy != "RetryOnFailure" and not _retries(item, "upgrade"):
            yield Hit.at(item, ("spec", "upgrade"), "a failed upgrade of Cilium is not tried again")


def _flux_itself(fabric: Fabric) -> Iterator[Item]:
    """Yield the objects, and files of values, that may switch features of Flux' controllers on."""
    for item in fabric.items:
        if item.kind in {"FluxInstance", "ConfigMap", "HelmRelease", ""} or "flux" in item.origin.file:
            yield item


@rule(
    "FLS008",
    "info",
    "Helm has ten minutes for the CNI",
    why="The agents restart node by node. Where that takes longer than the timeout, five minutes by default, Helm gives "
    "up on an upgrade that works.",
    source=f"{_HELM}/#timeout",
    fix="Set timeout: 15m.",
)
def short_timeout(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium with less than ten minutes for an upgrade."""
    for item in _cni(fabric):
        path = next(
            (one for one in (("spec", "upgrade", "timeout"), ("spec", "timeout")) if item.get(*one)),
            ("spec",),
        )
        written = item.get(*path) if len(path) > 1 else "5m"
        told = seconds(written)
        if told is not None and told < _SHORT:
            yield Hit.at(
                item, path, f"an upgrade of Cilium has {written}{' (the default)' if len(path) == 1 else ''}"
            )


@rule(
    "FLS009",
    "info",
    "Removing a line does not uninstall the CNI",
    why="With prune: true Flux deletes the HelmRelease when its file leaves the repository, or the Kustomization is "
    "deleted, and helm-controller uninstalls Cilium: no pod has a network then, Flux neither.",
    source=_PRUNE,
    fix="Annotate the HelmRelease with kustomize.toolkit.fluxcd.io/prune: disabled, or set deletionPolicy: Orphan and "
    "prune: false on its Kustomization.",
)
def pruned(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium's HelmRelease where pruning can delete it."""
    for item in _cni(fabric):
        told = {**item.mapping("metadata", "labels"), **item.mapping("metadata", "annotations")}
        kept = str(told.get("kustomize.toolkit.fluxcd.io/prune", "")).lower() == "disabled"
        if item.layer is not None and item.layer.item.get("spec", "prune") is True and not kept:
            message = f"{item.layer.item.label} has prune: true, and can delete the HelmRelease of Cilium"
            yield Hit.at(item, ("metadata", "name"), message)


@rule(
    "FLS015",
    "info",
    "The CNI is not suspended",
    why="What is changed in the repository does not reach the cluster, security fixes of Cilium neither.",
    source=f"{_HELM}/#suspend",
    fix="Remove suspend: true when the reason for it is gone.",
)
def suspended(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium's HelmRelease, or a layer above it, where it is suspended."""
    for item in _cni(fabric):
        layer = item.layer
        for one in (item, *((layer.item,) if layer is not None else ())):
            if one.get("spec", "suspend") is True:
                yield Hit.at(one, ("spec", "suspend"), f"{one.label} is suspended, and Cilium with it")
