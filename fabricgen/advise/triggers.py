"""What would change the answer: each thing that is not so today, and what the sum would be if it were.

Fed by the cluster with Cilium and the reasons; the four that are looked at are those that owners of small clusters name
when they put Cilium off.
Source: "Current Lean" in apps/web/content/adrs/0030-cilium-cni-kube-proxy-replacement.md at e4027e0 of
https://github.com/joelhooks/joelclaw .
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fabricgen.advise.figures import mib
from fabricgen.advise.memory import HEAVY_SHARE, heavy_below, memory_of
from fabricgen.advise.reason import Reason
from fabricgen.advise.verdict import Verdict, score_of
from fabricgen.cluster import Cilium, Cluster

_PLACES = frozenset({"one-node", "docker"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Something that would move the sum, and the sum with its numbers."""

    name: str
    text: str
    effect: int
    total: str


def triggers(
    cluster: Cluster, cilium: Cilium, *, reasons: Sequence[Reason], verdict: Verdict
) -> tuple[Trigger, ...]:
    """Return what would move the sum up, or where the answer is yes what would move it down."""
    found = _down(cluster, cilium, reasons) if verdict.startswith("yes") else _up(cluster, cilium, reasons)
    return tuple(found)


def _up(cluster: Cluster, cilium: Cilium, reasons: Sequence[Reason]) -> Iterator[Trigger]:
    score = score_of(reasons)
    if place := [one for one in reasons if one.name in _PLACES]:
        yield _trigger("machines", _machines(place), sum(one.weight for one in place), score)
    if cilium.policies is None:
        kept = "rules that look into HTTP or name hosts" if cluster.k3s else "Flannel enforces no policy"
        yield _trigger("isolation", f"services that have to be kept apart: {kept}", 3, score)
    if not cilium.hubble.enabled:
        yield _trigger(
            "flows", "a need to see which pod talks to which, and what is dropped (Hubble)", 2, score
        )
    if cilium.gateway_api is None:
        reach = (
            ", with an address that the LAN can reach" if any(one.name == "docker" for one in place) else ""
        )
        yield _trigger("gateway-api", f"Gateway API served by the network itself{reach}", 2, score)


def _machines(place: Sequence[Reason]) -> str:
    names = {one.name for one in place}
    if names == _PLACES:
        return "several nodes, on machines of their own instead of docker"
    return "a second node" if names == {"one-node"} else "machines of their own instead of docker"


def _trigger(name: str, text: str, effect: int, score: int) -> Trigger:
    sign = "+" if effect > 0 else "-"
    return Trigger(
        name=name, text=text, effect=effect, total=f"{score} {sign} {abs(effect)} = {score + effect}"
    )


def _down(cluster: Cluster, cilium: Cilium, reasons: Sequence[Reason]) -> Iterator[Trigger]:
    score = score_of(reasons)
    if memory_of(cluster, cilium) and not any(one.name == "memory" and one.weight for one in reasons):
        text = f"a node with less than {mib(heavy_below(cilium))}: Cilium would take {HEAVY_SHARE * 100:g} % of it or more"
        yield _trigger("memory", text, -2, score)
    if without := _enough_to_flip(reasons, score):
        text = f"no more need for {', '.join(one.about for one in without)}"
        yield _trigger("features", text, -sum(one.weight for one in without), score)


def _enough_to_flip(reasons: Sequence[Reason], score: int) -> list[Reason]:
    """Return the heaviest features, as few as are needed for the sum to be 0 or less without them."""
    found: list[Reason] = []
    wanted = (one for one in reasons if one.side == "for")
    for one in sorted(wanted, key=lambda reason: -reason.weight):
        if score - sum(reason.weight for reason in found) <= 0:
            break
        found.append(one)
    return found
