"""Whether anything in a repository may be what a selector of Services selects.

Charts make Services of their own, so it is not enough to look at the Services that stand there: a label counts as
used if its key and its value stand in any other document.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fabricgen.fabric.fabric import Fabric
from fabricgen.repository import Item

_NAMESPACE = "io.kubernetes.service.namespace"
_NAME = "io.kubernetes.service.name"


def is_used(fabric: Fabric, selector: Mapping[str, Any], own: Item) -> bool:
    """Tell whether a Service might be selected; one that asks for nothing selects all there are.

    Only what must be there is looked at: labels with their values, and the values of `In`; `own` is the object that
    has the selector, and other pools, policies and advertisements do not count either.
    """
    texts = [
        one.origin.text for one in fabric.applied if one.origin is not own.origin and one.group not in _OTHERS
    ]
    return all(any(_is_in(texts, key, value) for value in values) for key, values in _wanted(selector))


_OTHERS = frozenset({"cilium.io", "metallb.io"})


def _is_in(texts: Iterable[str], key: str, value: str) -> bool:
    if key in {_NAMESPACE, _NAME}:
        return any(value in text for text in texts)
    return any(key in text and value in text for text in texts)


def _wanted(selector: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    labels = selector.get("matchLabels")
    for key, value in labels.items() if isinstance(labels, Mapping) else ():
        yield str(key), [str(value)]
    expressions = selector.get("matchExpressions")
    for one in expressions if isinstance(expressions, list) else []:
        if isinstance(one, Mapping) and one.get("operator") == "In" and isinstance(one.get("values"), list):
            yield str(one.get("key")), [str(value) for value in one["values"]]
