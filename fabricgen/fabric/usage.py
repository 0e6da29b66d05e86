"""Whether anything in a repository may be what a selector of Services selects.

Charts make Services of their own, so it is not enough to look at the Services that stand there: a label counts as
used if its key and its value stand anywhere in what is applied.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric.fabric import Fabric

_WORD: Final = re.compile(r"[\w./-]+")
# Pools, policies and advertisements ask for labels; they have none that a Service is found by.
_ASKING: Final = frozenset({"cilium.io", "metallb.io"})
# Labels that charts and controllers set without anybody writing their keys.
_SET_BY_OTHERS: Final = re.compile(
    r"[^/]*|(?:[^/]*\.)?(?:kubernetes\.io|k8s\.io|helm\.sh|envoyproxy\.io|cnpg\.io)/.*"
)


# What stands in a repository that is about the network alone; the Services are then in another one.
_NETWORK: Final = frozenset({"cilium", "metallb", "flux-operator", "flux-instance"})


def words_of(fabric: Fabric) -> frozenset[str]:
    """Return every word of what is applied, except of what only asks for labels; none if Services are elsewhere."""
    if not fabric.is_closed or all(one.chart in _NETWORK for one in fabric.helm_releases):
        return frozenset()
    texts = {one.origin.text for one in fabric.applied if one.group not in _ASKING}
    return frozenset(word for text in texts for word in _WORD.findall(text))


def is_used(words: frozenset[str], selector: Mapping[str, Any]) -> bool:
    """Tell whether a Service might be selected; one that asks for nothing selects all there are.

    Only what must be there is looked at: labels with their values, and the values of `In`.
    """
    return all(
        any(value in words for value in values)
        and (key in words or _SET_BY_OTHERS.fullmatch(key) is not None)
        for key, values in _wanted(selector)
    )


def _wanted(selector: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    labels = selector.get("matchLabels")
    for key, value in labels.items() if isinstance(labels, Mapping) else ():
        yield str(key), [str(value)]
    expressions = selector.get("matchExpressions")
    for one in expressions if isinstance(expressions, list) else []:
        if isinstance(one, Mapping) and one.get("operator") == "In" and isinstance(one.get("values"), list):
            yield str(one.get("key")), [str(value) for value in one["values"]]
