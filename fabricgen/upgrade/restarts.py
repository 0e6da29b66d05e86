"""What a stop restarts: by the upgrade itself, which no tree shows, and by what our tree says differently.

Fed by `planning`; uses the classes of `impact`, so that `diff` and `upgrade` speak of the same things.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fabricgen.cluster import Cluster
from fabricgen.diff import TreeDiff
from fabricgen.errors import format_path
from fabricgen.impact import Impact, Judgement
from fabricgen.upgrade.order import Move
from fabricgen.upgrade.products import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One reason for a restart: what it is about (a product, or an object and a value), and the judgement."""

    about: str
    judgement: Judgement


def restarts_of(moves: Sequence[Move], *, output: TreeDiff, cluster: Cluster) -> tuple[Restart, ...]:
    """Return what restarts, the heaviest first; of several values with one reason only the first is named."""
    found = [*_by_output(output), *(_by_itself(move, cluster) for move in moves)]
    told: dict[tuple[Impact | None, str], Restart] = {}
    for one in found:
        told.setdefault((one.judgement.impact, one.judgement.why), one)
    if any(move.product == "cilium" for move in moves) and output.impact not in {None, Impact.NOTHING}:
        told.pop((_CILIUM.impact, _CILIUM.why), None)  # the release's version says it, and more of it
    return tuple(sorted(told.values(), key=lambda one: -(one.judgement.impact or 0)))


def _by_output(output: TreeDiff) -> Iterator[Restart]:
    for thing, value in output.values:
        is_input_gone = thing.kind == "removed" and thing.family in _INPUTS
        is_for_people = thing.family in {"page", "text"}
        if value.judgement.impact is not Impact.NOTHING and not (is_input_gone or is_for_people):
            about = f"{thing.label} {format_path(value.path)}".strip()
            yield Restart(about=about, judgement=value.judgement)


_TALOS = "https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/lifecycle-management/upgrading-talos"
_INPUTS = frozenset(("talconfig", "topf"))
"""Files that a person's own tools read: taking one away changes nothing on a machine."""
_CILIUM = Judgement(
    impact=Impact.AGENTS_ROLL,
    why="agents, operator and Envoy are replaced, node by node",
    source="https://github.com/cilium/cilium/blob/v1.20.2/Documentation/operations/upgrade.rst",
)
_CONSIDERED = Judgement(
    impact=Impact.NOTHING, why="it is only considered: nothing runs it", source="the description"
)
_BY_ITSELF: Mapping[Product, Judgement] = {
    "talos": Judgement(
        impact=Impact.NODE_REBOOTS,
        why="each node boots the new system, one after the other",
        source=_TALOS,
    ),
    "kubernetes": Judgement(
        impact=Impact.AGENTS_ROLL,
        why="the control plane's pods and every kubelet restart; workloads may restart with them",
        source="https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes",
    ),
    "k3s": Judgement(
        impact=Impact.AGENTS_ROLL,
        why="k3s restarts on each node; containers keep running meanwhile",
        source="https://docs.k3s.io/upgrades/killall",
    ),
    "flux": Judgement(
        impact=Impact.AGENTS_ROLL,
        why="Flux' controllers restart; nothing else does",
        source="https://fluxcd.io/flux/installation/upgrade/",
    ),
    "cilium": _CILIUM,
    "gateway-api": Judgement(
        impact=Impact.NOTHING,
        why="CRDs are replaced in place",
        source="https://gateway-api.sigs.k8s.io/guides/",
    ),
}
_ANEW = Judgement(
    impact=Impact.CLUSTER_REBUILT,
    why="containers cannot be upgraded: the cluster is made anew",
    source="https://docs.siderolabs.com/talos/v1.13/platform-specific-installations/local-platforms/docker",
)


def _by_itself(move: Move, cluster: Cluster) -> Restart:
    if move.product in {"cilium", "gateway-api"} and cluster.cilium is None:
        return Restart(about=str(move), judgement=_CONSIDERED)
    in_docker = cluster.talos is not None and cluster.talos.docker is not None
    judgement = _ANEW if move.product == "talos" and in_docker else _BY_ITSELF[move.product]
    return Restart(about=str(move), judgement=judgement)
