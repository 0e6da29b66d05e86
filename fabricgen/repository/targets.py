"""Which objects a patch or a replacement of kustomize is for.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/>; names, kinds and namespaces
are regular expressions that match as a whole, and an object is found by what it is and by what it was called first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.repository.document import SourceDocument
from fabricgen.repository.item import Item
from fabricgen.repository.scope import is_cluster_scoped

_DEFAULT: Final = "default"
_COMMA: Final = re.compile(r",(?![^()]*\))")
_SET: Final = re.compile(r"(?P<key>\S+)\s+(?P<how>in|notin)\s*\((?P<values>[^()]*)\)")
_KEYS: Final = ("group", "version", "kind", "name", "namespace")


class UnknownTargetError(Exception):
    """Whether the object is meant cannot be told here."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an object must be: regular expressions by key, and selectors for labels and annotations."""

    wanted: Mapping[str, str]
    labels: str = ""
    annotations: str = ""

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Target":
        """Return the target as written."""
        return cls(
            {key: str(written[key]) for key in _KEYS if written.get(key)},
            labels=str(written.get("labelSelector") or ""),
            annotations=str(written.get("annotationSelector") or ""),
        )

    @classmethod
    def named_by(cls, patch: object) -> "Target":
        """Return the object that a merge patch names; nothing is named by a JSON patch."""
        if not isinstance(patch, Mapping):
            return cls({"kind": "(?!)"})
        named = Item(origin=SourceDocument("", "", 1, 0, {}), body=patch)
        wanted = {"kind": named.kind, "name": named.name, "group": named.group}
        if not is_cluster_scoped(named.group, named.kind):
            wanted["namespace"] = named.namespace or _DEFAULT
        return cls({key: re.escape(value) for key, value in wanted.items() if value})

    def fits(self, item: Item) -> bool:
        """Tell whether the object is meant.

        Raises:
            UnknownTargetError: a selector is of a form that is not read here.
        """
        now = (item.namespace, item.name)
        names = dict.fromkeys((*item.formerly[:1], now))
        found = {
            "group": [item.group],
            "version": [item.api_version.rpartition("/")[2]],
            "kind": [item.kind],
            "name": [name for _, name in names],
            "namespace": [namespace or _DEFAULT for namespace, _ in names],
        }
        if not all(any(_matches(pattern, one) for one in found[key]) for key, pattern in self.wanted.items()):
            return False
        return _selects(self.labels, item.mapping("metadata", "labels")) and _selects(
            self.annotations, item.mapping("metadata", "annotations")
        )


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return pattern == text


def _selects(selector: str, labels: Mapping[str, Any]) -> bool:
    return all(_holds(one.strip(), labels) for one in _COMMA.split(selector) if one.strip())


def _holds(one: str, labels: Mapping[str, Any]) -> bool:
    """Tell whether labels fulfil one requirement of a selector.

    Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>.
    """
    if (found := _SET.fullmatch(one)) is not None:
        among = labels.get(found["key"]) in {value.strip() for value in found["values"].split(",")}
        return among if found["how"] == "in" else not among
    if "(" in one:
        raise UnknownTargetError
    if "=" in one:
        key, _, value = one.replace("!=", "=").partition("=")
        return (labels.get(key.strip()) == value.lstrip("=").strip()) is ("!=" not in one)
    return one.removeprefix("!").strip() not in labels if one.startswith("!") else one in labels
