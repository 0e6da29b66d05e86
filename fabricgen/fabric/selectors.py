"""Label selectors of Kubernetes.

Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>.
"""

from collections.abc import Mapping
from typing import Any


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Tell whether a selector takes what carries these labels; an empty selector takes everything."""
    wanted = selector.get("matchLabels")
    if isinstance(wanted, Mapping) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    expressions = selector.get("matchExpressions")
    return all(
        _holds(one, labels)
        for one in (expressions if isinstance(expressions, list) else [])
        if isinstance(one, Mapping)
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    found, values = labels.get(str(expression.get("key"))), expression.get("values")
    values = values if isinstance(values, list) else []
    match expression.get("operator"):
        case "In":
            return found in values
        case "NotIn":
            return found not in values
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
        case _:
            return False


def keys_of(selector: Mapping[str, Any]) -> set[str]:
    """Return the keys of all labels that a selector asks for."""
    wanted, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    keys = {str(key) for key in wanted} if isinstance(wanted, Mapping) else set()
    listed = expressions if isinstance(expressions, list) else []
    return keys | {str(one.get("key")) for one in listed if isinstance(one, Mapping)}


def labels_of_service(name: str, namespace: str, labels: Mapping[str, Any]) -> dict[str, str]:
    """Return what Cilium's selectors of Services look at: the labels, the name and the namespace.

    Source: <https://docs.cilium.io/en/v1.20/network/lb-ipam/#service-selectors>.
    """
    own = {str(key): str(value) for key, value in labels.items()}
    return own | {"io.kubernetes.service.name": name, "io.kubernetes.service.namespace": namespace}
