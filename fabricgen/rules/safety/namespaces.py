"""Namespaces that pruning can reach, and those that kustomize renames."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.rules.rule import Edit, Hit, rule

_GROUP: Final = "kustomize.toolkit.fluxcd.io"
_PRUNE: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#prune"
# Source: NewLifecycle in the admission plugin's Register; the API server never deletes these.
_LIFECYCLE: Final = "https://github.com/kubernetes/apiserver/blob/v0.31.14/pkg/admission/plugin/namespace/lifecycle/admission.go"
_IMMORTAL: Final = frozenset({"default", "kube-system", "kube-public"})
_COMPONENTS: Final = "gotk-components.yaml"


def _prunable(fabric: Fabric) -> Iterator[Item]:
    """Yield each Namespace that goes when its line, or its Kustomization, does."""
    for item in fabric.of("", "Namespace"):
        layer = item.layer
        if layer is None or not item.exact or layer.item.get("spec", "prune") is not True:
            continue
        if layer.item.get("spec", "kubeConfig") is not None:
            continue  # It is applied to another cluster.
        told = {**item.mapping("metadata", "labels"), **item.mapping("metadata", "annotations")}
        kept = str(told.get(f"{_GROUP}/prune", "")).lower() == "disabled"
        if not kept and not item.origin.file.endswith(_COMPONENTS):
            yield item


def _keep(item: Item) -> Edit:
    return Edit.of(item, "set", ("metadata", "annotations", f"{_GROUP}/prune"), "disabled")


@rule(
    "FLS001",
    "error",
    "Pruning cannot delete the namespace of Flux or of the CNI",
    why="When the line is removed, or the Kustomization is, Flux deletes the namespace with all that is in it: itself, "
    "or the network of every pod.",
    source=_PRUNE,
    fix="Annotate the Namespace with kustomize.toolkit.fluxcd.io/prune: disabled.",
)
def namespace_of_the_cluster(fabric: Fabric) -> Iterator[Hit]:
    """Yield the namespaces of Flux and Cilium that a Kustomization with prune: true applies."""
    vital = {"flux-system"} | {
        one.namespace for one in fabric.all_cilium if one.role == "flux" and one.item.exact
    }
    for item in _prunable(fabric):
        if item.name in vital - _IMMORTAL and item.layer is not None:
            message = f"{item.layer.item.label} has prune: true, and can delete {item.name}"
            yield Hit.at(item, ("metadata", "name"), message, _keep(item))


@rule(
    "FLS002",
    "warning",
    "Pruning does not try to delete kube-system",
    why="When the line is removed, or the Kustomization is, Flux deletes what it has applied, kube-system too. The API "
    "server refuses that for default, kube-system and kube-public, so the Kustomization fails from then on, and one "
    "that is being deleted stays for ever.",
    source=_LIFECYCLE,
    fix="Annotate the Namespace with kustomize.toolkit.fluxcd.io/prune: disabled.",
)
def namespace_of_kubernetes(fabric: Fabric) -> Iterator[Hit]:
    """Yield kube-system, default and kube-public in Kustomizations with prune: true."""
    for item in _prunable(fabric):
        if item.name in _IMMORTAL and item.layer is not None:
            message = f"{item.layer.item.label} has prune: true, and would try to delete {item.name}"
            yield Hit.at(item, ("metadata", "name"), message, _keep(item))


@rule(
    "FLS003",
    "warning",
    "A Namespace keeps its name",
    why="kustomize gives a Namespace the name in `namespace:` (and Flux that in targetNamespace), so the one that is "
    "written is never made, the other becomes a part of this Kustomization, and pruning can delete it.",
    source="https://github.com/kubernetes-sigs/kustomize/issues/5282",
    fix="Move the Namespace out of the folder with `namespace:`, or give both the same name.",
)
def renamed(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Namespace with another name than is written, where something stands in the one that is written."""
    used = {item.namespace for item in fabric.items if item.layer is not None}
    used |= {str(layer.item.get("spec", "targetNamespace")) for layer in fabric.layers}
    used -= {item.name for item in fabric.of("", "Namespace") if item.layer is not None}
    for item in fabric.of("", "Namespace"):
        written = item.formerly[0][1] if item.formerly else item.name
        if item.layer is not None and item.exact and written != item.name and written in used:
            message = f"the Namespace {written} is applied under the name {item.name}"
            yield Hit.at(item, ("metadata", "name"), message)
