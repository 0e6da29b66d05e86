"""kustomize's patches on one object: strategic merge, as far as it is a plain merge, and JSON patches.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/> and RFC 6902.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Lists of mappings in Kubernetes' own kinds merge by a key; in custom resources a patch replaces a list whole.
# Source: <https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/>; the groups
# are those in the OpenAPI document that kustomize carries.
_KEYED_GROUPS: Final = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "discovery.k8s.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "storage.k8s.io",
    }
)


class CannotPatchError(Exception):
    """Only kustomize itself can work this patch out; what it changes is unknown."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch: a mapping to merge, or a list of JSON patch operations.

    `renames` and `changes_kind` say that a merge may do so (`options` of a patch); otherwise the object keeps its
    name and kind, whatever the patch calls them.
    """

    content: Any
    renames: bool = False
    changes_kind: bool = False

    def apply(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the patched object; an empty one if the patch deletes it.

        Raises:
            CannotPatchError: the patch needs to know how lists of this kind merge, or does not fit.
        """
        if isinstance(self.content, list):
            return _operate(body, self.content)
        if isinstance(self.content, Mapping):
            merged = _merge(body, self.content, keyed=_group(body) in _KEYED_GROUPS)
            return self._identified(merged, body) if isinstance(merged, Mapping) else {}
        raise CannotPatchError

    def _identified(self, merged: Mapping[str, Any], body: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(metadata := body.get("metadata"), Mapping) and isinstance(merged["metadata"], Mapping):
            kept = ("namespace",) if self.renames else ("name", "namespace")
            rest = {key: value for key, value in merged["metadata"].items() if key not in kept}
            merged = {**merged, "metadata": {key: metadata[key] for key in kept if key in metadata} | rest}
        if self.changes_kind:
            return merged
        return {**merged, **{key: body[key] for key in ("apiVersion", "kind") if key in body}}


def _group(body: Mapping[str, Any]) -> str:
    return str(body.get("apiVersion") or "").rpartition("/")[0]


def _merge(below: Any, above: Any, *, keyed: bool) -> Any:  # noqa: ANN401 - values are whatever YAML holds
    if not isinstance(above, Mapping):
        if keyed and isinstance(above, list) and any(isinstance(one, Mapping) for one in above) and below:
            raise CannotPatchError
        return copy.deepcopy(above)
    if above.get("$patch") == "delete":
        return None
    fresh = above.get("$patch") == "replace" or not isinstance(below, Mapping)
    merged = {} if fresh else dict(below)
    for key, value in above.items():
        if key == "$patch":
            continue
        inner = None if value is None else _merge(merged.get(key), value, keyed=keyed)
        if inner is None:
            merged.pop(key, None)
        else:
            merged[key] = inner
    return merged


def _operate(body: Mapping[str, Any], operations: Sequence[Any]) -> Mapping[str, Any]:
    whole: dict[str, Any] = copy.deepcopy(dict(body))
    for one in operations:
        if not isinstance(one, Mapping) or not str(one.get("path", "")).startswith("/"):
            raise CannotPatchError
        *above, last = (
            part.replace("~1", "/").replace("~0", "~") for part in str(one["path"]).split("/")[1:]
        )
        _operate_once(_inside(whole, above), last, one)
    return whole


def _inside(whole: dict[str, Any], above: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    here: Any = whole
    for part in above:
        if isinstance(here, list):
            here = here[_index(here, part)]
        elif isinstance(here, dict) and part in here:
            here = here[part]
        else:
            raise CannotPatchError
    return here


def _operate_once(here: Any, last: str, one: Mapping[str, Any]) -> None:  # noqa: ANN401 - as above
    kind, value = one.get("op"), copy.deepcopy(one.get("value"))
    if kind not in {"add", "replace", "remove"}:
        raise CannotPatchError
    if isinstance(here, list):
        if kind == "add":
            here.insert(len(here) if last == "-" else _index([*here, None], last), value)
        elif kind == "replace":
            here[_index(here, last)] = value
        else:
            del here[_index(here, last)]
    elif isinstance(here, dict) and (kind == "add" or last in here):
        if kind == "remove":
            del here[last]
        else:
            here[last] = value
    else:
        raise CannotPatchError


def _index(items: Sequence[Any], part: str) -> int:
    if not part.isdigit() or int(part) >= len(items):
        raise CannotPatchError
    return int(part)
