"""kustomize's patches on one object: strategic merge, as far as it is a plain merge, and JSON patches.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/> and RFC 6902.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class CannotPatchError(Exception):
    """Only kustomize itself can work this patch out; what it changes is unknown."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch: a mapping to merge, or a list of JSON patch operations."""

    content: Any

    def apply(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the patched object; an empty one if the patch deletes it.

        Raises:
            CannotPatchError: the patch needs to know how lists of this kind merge, or does not fit.
        """
        if isinstance(self.content, list):
            return _operate(body, self.content)
        if isinstance(self.content, Mapping):
            merged = _merge(body, self.content)
            return merged if isinstance(merged, Mapping) else {}
        raise CannotPatchError


def _merge(below: Any, above: Any) -> Any:  # noqa: ANN401 - values are whatever YAML holds
    if not isinstance(above, Mapping):
        if isinstance(above, list) and any(isinstance(one, Mapping) for one in above) and below:
            raise CannotPatchError  # Kubernetes' kinds merge lists of mappings by a key.
        return copy.deepcopy(above)
    if above.get("$patch") == "delete":
        return None
    fresh = above.get("$patch") == "replace" or not isinstance(below, Mapping)
    merged = {} if fresh else dict(below)
    for key, value in above.items():
        if key == "$patch":
            continue
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merge(merged.get(key), value)
    return merged


def _operate(body: Mapping[str, Any], operations: Sequence[Any]) -> Mapping[str, Any]:
    whole: dict[str, Any] = copy.deepcopy(dict(body))
    for one in operations:
        if not isinstance(one, Mapping) or not str(one.get("path", "")).startswith("/"):
            raise CannotPatchError
        *above, last = (
            part.replace("~1", "/").replace("~0", "~") for part in str(one["path"]).split("/")[1:]
        )
        _operate_once(_inside(whole, above, grow=one.get("op") == "add"), last, one)
    return whole


def _inside(whole: dict[str, Any], above: Sequence[str], *, grow: bool) -> Any:  # noqa: ANN401 - as above
    here: Any = whole
    for part in above:
        if isinstance(here, list):
            here = here[_index(here, part)]
        elif isinstance(here, dict) and (part in here or grow):
            here = here.setdefault(part, {})
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
    elif isinstance(here, dict):
        if kind == "remove":
            here.pop(last, None)
        else:
            here[last] = value
    else:
        raise CannotPatchError


def _index(items: Sequence[Any], part: str) -> int:
    if not part.isdigit() or int(part) >= len(items):
        raise CannotPatchError
    return int(part)
