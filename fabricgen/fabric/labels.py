"""The labels of nodes, as far as Talos, talhelper and k3s tell them, and whether a selector takes any node.

Fed by the facts of a fabric. Labels may also be set by hand or by others, so a label that nothing here tells is
unknown, not absent, unless it is one of those that Kubernetes itself sets.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from fabricgen.fabric.fabric import Fabric
from fabricgen.fabric.facts import UnknownError
from fabricgen.fabric.selectors import keys_of, matches
from fabricgen.repository.substitution import is_open

CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_SYSTEM: Final = "kubernetes.io/os"


def takes_no_node(fabric: Fabric, selector: Mapping[str, Any]) -> bool:
    """Tell whether a selector of nodes surely takes none.

    Raises:
        UnknownError: not all machines are told, or the selector asks for labels that nothing here tells.
    """
    keys = keys_of(selector)
    if not keys:
        return False
    if is_open(str(selector)):
        raise UnknownError
    nodes = _labels(fabric)
    known = {CONTROL_PLANE, _SYSTEM} | {key for labels in nodes.values() for key in labels}
    if not keys <= known:
        raise UnknownError
    return not any(matches(selector, labels) for labels in nodes.values())


def _labels(fabric: Fabric) -> dict[str, dict[str, str]]:
    """Return the labels of each machine by its name. Raises UnknownError if a machine's role is not told."""
    roles = {node.name: node.control_plane for node in fabric.nodes}
    if not roles or None in roles.values():
        raise UnknownError
    value = "true" if fabric.k3s else ""
    own = _own_labels(fabric)
    found: dict[str, dict[str, str]] = {}
    for name, control_plane in roles.items():
        role = "control-plane" if control_plane else "worker"
        labels = {_SYSTEM: "linux"} | ({CONTROL_PLANE: value} if control_plane else {})
        found[name] = labels | own["", "all"] | own["", role] | own[name, "node"]
    return found


def _own_labels(fabric: Fabric) -> Mapping[tuple[str, str], dict[str, str]]:
    """Return the labels that are told of all machines, of a role, and of one machine by its name."""
    found: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for item in fabric.items:
        if "kind" not in item.body and isinstance(item.body.get("nodes"), list):
            for node in (one for one in item.items("nodes") if isinstance(one, Mapping)):
                found[str(node.get("hostname")), "node"] |= _texts(node.get("nodeLabels"))
    for document in fabric.talos:
        found[document.node, document.role] |= _texts(document.get("machine", "nodeLabels"))
    for config in fabric.k3s:
        name = str(config.get("node-name") or config.item.origin.file)
        pairs = [text.partition("=") for text in config.texts("node-label")]
        found[name, "node"] |= {key: value for key, _, value in pairs}
    return found


def _texts(written: object) -> dict[str, str]:
    if not isinstance(written, Mapping):
        return {}
    return {str(key): value for key, value in written.items() if isinstance(value, str)}
