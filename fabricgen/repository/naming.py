"""What a kustomization gives to all of its objects: namespace, affixes of names, labels and annotations.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/namespace/> and its neighbours. Kinds
that stand in no namespace get none here; kustomize writes one into custom resources, and the API server drops it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from fabricgen.repository.item import Item
from fabricgen.repository.scope import is_cluster_scoped

# Source: prefixFieldSpecsToSkip in api/internal/builtins/PrefixTransformer.go of kustomize.
_KEEP_NAMES: Final = {
    ("", "Namespace"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
}
_WORKLOADS: Final = {"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"}


def named(item: Item, written: Mapping[str, Any]) -> Item:
    """Return the object in the namespace and with the affixes of a kustomization."""
    metadata = dict(item.mapping("metadata"))
    namespace = written.get("namespace")
    if isinstance(namespace, str) and namespace:
        if (item.group, item.kind) == ("", "Namespace"):
            metadata["name"] = namespace
        elif not is_cluster_scoped(item.group, item.kind):
            metadata["namespace"] = namespace
    prefix, suffix = written.get("namePrefix") or "", written.get("nameSuffix") or ""
    if item.name and (prefix or suffix) and (item.group, item.kind) not in _KEEP_NAMES:
        metadata["name"] = f"{prefix}{item.name}{suffix}"
    if metadata == item.mapping("metadata"):
        return item
    before = (*item.formerly, (item.namespace, item.name))
    return replace(item, body={**item.body, "metadata": metadata}, formerly=before)


def labelled(item: Item, written: Mapping[str, Any]) -> Item:
    """Return the object with the labels and annotations of a kustomization."""
    body = item.body
    for pairs, selectors, templates in _labels(written):
        body = _with(body, ("metadata", "labels"), pairs)
        if item.kind in _WORKLOADS and item.group == "apps":
            body = _with(body, ("spec", "template", "metadata", "labels"), pairs if templates else {})
            body = _with(body, ("spec", "selector", "matchLabels"), pairs if selectors else {})
        if item.kind == "Service" and selectors and item.get("spec", "selector"):
            body = _with(body, ("spec", "selector"), pairs)
    if isinstance(annotations := written.get("commonAnnotations"), Mapping):
        body = _with(body, ("metadata", "annotations"), annotations)
        if item.kind in _WORKLOADS and item.group == "apps":
            body = _with(body, ("spec", "template", "metadata", "annotations"), annotations)
    return item if body is item.body else replace(item, body=body)


def _labels(written: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool, bool]]:
    """Yield pairs of labels, whether selectors get them, and whether templates of pods do."""
    if isinstance(common := written.get("commonLabels"), Mapping):
        yield common, True, True
    for one in written.get("labels") or ():
        if isinstance(one, Mapping) and isinstance(pairs := one.get("pairs"), Mapping):
            selectors = one.get("includeSelectors") is True
            yield pairs, selectors, selectors or one.get("includeTemplates") is True


def _with(body: Mapping[str, Any], path: tuple[str, ...], pairs: Mapping[str, Any]) -> Mapping[str, Any]:
    if not pairs:
        return body
    first, *rest = path
    below = body.get(first)
    inner = below if isinstance(below, Mapping) else {}
    return {**body, first: _with(inner, tuple(rest), pairs) if rest else {**inner, **pairs}}
