"""Rules about taints: their syntax, and what can be written down for which node."""

from collections.abc import Iterator

from fabricgen.description import Description, Node
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.labels import explain_key, explain_text
from fabricgen.resolve.systems import contract_of
from fabricgen.versions.talos import Dialect, dialect_of
from fabricgen.versions.version import format_minor

_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def rule_taints_are_taints(description: Description) -> Iterator[Problem]:
    """The API server refuses others, and two taints of one key and effect on one node."""
    for index, node in enumerate(description.nodes):
        for number, taint in enumerate(node.taints):
            path: Path = ("nodes", index, "taints", number)
            if message := explain_key(taint.key):
                yield Problem(message=message, path=(*path, "key"))
            if message := explain_text(taint.value):
                yield Problem(message=message, path=(*path, "value"))
            if (taint.key, taint.effect) in {(one.key, one.effect) for one in node.taints[:number]}:
                yield Problem(
                    message=f"{taint.key}:{taint.effect} stands there twice",
                    path=path,
                    hint="leave one of them out",
                )


def rule_taints_of_one_key_can_be_written(description: Description) -> Iterator[Problem]:
    """Talos maps a taint's key to its effect, so one key has one effect: on control planes, and from 1.14 on all nodes.

    Workers of older contracts have their taints registered by the kubelet, as a list.
    Source: https://github.com/siderolabs/talos/blob/v1.14.1/pkg/machinery/config/types/k8s/node.go (taints) and
    types/v1alpha1/v1alpha1_types.go (nodeTaints) of the same tag.
    """
    for index, node in enumerate(description.nodes):
        where = _where_keys_are_unique(description, node)
        for number, taint in enumerate(node.taints if where else ()):
            effects = [one.effect for one in node.taints[:number] if one.key == taint.key]
            if effects and taint.effect not in effects:
                yield Problem(
                    message=f"{taint.key} already has the effect {effects[0]}, and Talos takes one for a key {where}",
                    path=("nodes", index, "taints", number),
                    hint="keep one of the two; NoExecute keeps new pods away as well",
                )


def _where_keys_are_unique(description: Description, node: Node) -> str:
    """Return where Talos maps keys to effects, if the node is there; "" if its taints are a list."""
    talos = description.distribution.talos
    if talos is None:
        return ""
    contract = contract_of(talos)
    if dialect_of(contract) is Dialect.KUBERNETES_DOCUMENTS:
        return f"with config contract {format_minor(contract)}"
    return "on control planes" if node.role == "control-plane" else ""


def rule_control_planes_have_their_taint_from_schedulable(description: Description) -> Iterator[Problem]:
    """Talos and k3s are told by `schedulable` whether a control plane has it; a second place could disagree."""
    for index, node in enumerate(description.nodes):
        for number, taint in enumerate(node.taints if node.role == "control-plane" else ()):
            if taint.key == _CONTROL_PLANE:
                yield Problem(
                    message=f"whether a control plane has the taint {_CONTROL_PLANE} follows from schedulable",
                    path=("nodes", index, "taints", number),
                    hint="remove it, and write schedulable: false",
                )
