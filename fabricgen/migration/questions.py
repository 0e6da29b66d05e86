"""What is not known and matters: each fact with the command that tells it. Nothing is assumed in its place."""

from collections.abc import Callable, Iterator
from typing import Final

from fabricgen.migration.step import Move, Question

SWAP: Final = "the CNI"
RUNNING: Final = "a change of the Cilium that runs"
_CNI: Final = "kubectl --namespace kube-system get daemonsets; kubectl get nodes --output yaml | grep flannel"
_Fact = tuple[str, Callable[[Move], bool], str, str]


def _swaps(move: Move) -> bool:
    return move.swaps_cni and not move.recreates


def _on_talos(move: Move) -> bool:
    return _swaps(move) and move.wanted.system == "talos"


def _runs_cilium(move: Move) -> bool:
    return move.today.cni == "cilium" and move.wanted.cni == "cilium"


# What is not known; when that matters; the command that tells it; what cannot be planned without it.
_FACTS: Final[tuple[tuple[str, _Fact], ...]] = (
    ("cni", ("which CNI runs", lambda _: True, _CNI, SWAP)),
    (
        "system",
        (
            "what the nodes run, and whether in containers",
            lambda move: not _runs_cilium(move),
            "kubectl get nodes --output wide (the kernel of Talos on machines ends with -talos)",
            SWAP,
        ),
    ),
    (
        "pods",
        (
            "the pod network",
            lambda _: True,
            "kubectl get nodes --output jsonpath='{.items[*].spec.podCIDR}'",
            SWAP,
        ),
    ),
    ("talos", ("the version of Talos", _on_talos, "talosctl version --short", SWAP)),
    (
        "documents",
        (
            "whether Talos' config has documents for Kubernetes (contract 1.14 and later)",
            _on_talos,
            "talosctl get machineconfig v1alpha1 --output jsonpath='{.spec}' | grep --count 'kind: Kube'",
            SWAP,
        ),
    ),
    (
        "kubernetes",
        ("the version of Kubernetes", _on_talos, "kubectl version", SWAP),
    ),
    (
        "balancers",
        (
            "who hands out LoadBalancer addresses",
            lambda move: bool(move.wanted.balancers),
            "kubectl get pods --all-namespaces | grep -E 'metallb|svclb'",
            "LoadBalancer addresses",
        ),
    ),
    ("flux", ("the version of Flux", lambda move: bool(move.today.old_apis), "flux version", "")),
)
_OF_CILIUM: Final[tuple[tuple[str, str, str], ...]] = (
    ("version", "the version of Cilium", "helm list --all-namespaces --filter cilium"),
    (
        "routing",
        "whether Cilium tunnels or routes",
        "kubectl --namespace kube-system get configmap cilium-config --output yaml | grep routing-mode",
    ),
    (
        "ipam",
        "Cilium's IPAM mode",
        "kubectl --namespace kube-system get configmap cilium-config --output yaml | grep ipam",
    ),
    (
        "wireguard",
        "whether WireGuard is on",
        "kubectl --namespace kube-system get configmap cilium-config --output yaml | grep wireguard",
    ),
    (
        "gateway_api",
        "whether Cilium serves Gateways",
        "kubectl --namespace kube-system get configmap cilium-config --output yaml | grep gateway-api",
    ),
    ("release", "Helm's names of the release of Cilium", "helm list --all-namespaces --filter cilium"),
)


def questions(move: Move) -> tuple[Question, ...]:
    """Return what has to be found out, in the order of the facts."""
    return tuple(_of_state(move)) + tuple(_of_cilium(move)) + tuple(_of_services(move))


def _of_state(move: Move) -> Iterator[Question]:
    for name, (what, matters, command, blocks) in _FACTS:
        if getattr(move.today, name) is None and matters(move):
            yield Question(
                what=what, command=command, blocks="" if _runs_cilium(move) and blocks == SWAP else blocks
            )


def _of_cilium(move: Move) -> Iterator[Question]:
    cilium = move.today.cilium
    if not _runs_cilium(move) or cilium is None:
        return
    for name, what, command in _OF_CILIUM:
        if getattr(cilium, name) is None:
            yield Question(what=what, command=command, blocks=RUNNING)
    if cilium.release is not None and not cilium.release.storage:
        command = f"kubectl get secrets --all-namespaces --selector owner=helm,name={cilium.release.name}"
        yield Question(
            what="in which namespace Helm keeps its record of Cilium", command=command, blocks=RUNNING
        )


def _of_services(move: Move) -> Iterator[Question]:
    if (move.leaves_metallb or "servicelb" in (move.today.balancers or ())) and not move.today.all_balanced:
        command = "kubectl get services --all-namespaces --output wide | grep LoadBalancer"
        yield Question(what="every Service with an address, and which", command=command)
    if move.leaves_metallb and (move.today.metallb is None or move.today.metallb.owner is None):
        command = "helm list --all-namespaces --filter metallb; kubectl get helmreleases --all-namespaces | grep metallb"
        yield Question(what="how MetalLB was installed", command=command)
