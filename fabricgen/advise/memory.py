"""Memory: what Cilium takes of each kind of node here, as a sum and as a share; and when that counts.

Fed by `figures` and the cluster's nodes; gives rows for people and reasons for the verdict.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.advise.figures import CHART, MAP_SHARE, Part, mib, parts_of
from fabricgen.advise.reason import Reason, Side
from fabricgen.cluster import Cilium, Cluster, Node

NOTE_SHARE: Final = 0.05
HEAVY_SHARE: Final = 0.15
"""From the first share on memory is noted, from the second on it counts against. Both are ours: no source draws the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMemory:
    """What Cilium takes of one node of a kind: all parts at once, as on the node that has the operator too.

    `low` and `high` are MiB, maps included; `nodes` are names.
    """

    hardware: str
    memory_mib: int
    nodes: tuple[str, ...]
    low: int
    high: int
    total: str

    @property
    def share(self) -> float:
        """Return the share of the node's memory that the high figure is."""
        return self.high / self.memory_mib

    @property
    def shares(self) -> str:
        """Return both shares in words: `9 to 18 %`."""
        return f"{round(100 * self.low / self.memory_mib)} to {round(100 * self.share)} %"


def map_mib(memory_mib: int) -> int:
    """Return what eBPF maps may take of a node with this much memory, in MiB."""
    return round(memory_mib * MAP_SHARE)


def memory_of(cluster: Cluster, cilium: Cilium) -> tuple[NodeMemory, ...]:
    """Return a row for each kind of node whose memory is told, the tightest first."""
    kinds: dict[tuple[str, int], list[str]] = {}
    for node in cluster.nodes:
        if node.memory_mib is not None:
            kinds.setdefault((node.hardware, node.memory_mib), []).append(node.name)
    measured = [part for part in parts_of(cilium) if part.low is not None]
    rows = (_row(kind, names, measured) for kind, names in kinds.items())
    return tuple(sorted(rows, key=lambda one: (-one.share, one.hardware)))


def _row(kind: tuple[str, int], names: list[str], parts: Iterable[Part]) -> NodeMemory:
    hardware, memory = kind
    lows, highs = zip(*((part.low or 0, part.high or 0) for part in parts), strict=True)
    maps = map_mib(memory)
    low, high = sum(lows) + maps, sum(highs) + maps
    total = f"{_added(lows, maps)} = {low} MiB, {_added(highs, maps)} = {high} MiB, of {mib(memory)}"
    return NodeMemory(
        hardware=hardware, memory_mib=memory, nodes=tuple(names), low=low, high=high, total=total
    )


def _added(parts: Iterable[int], maps: int) -> str:
    return " + ".join(str(one) for one in (*parts, maps))


def memory_reasons(cluster: Cluster, cilium: Cilium) -> Iterator[Reason]:
    """Yield what memory says: a reason for the tightest kind of node, and one for nodes whose memory is not told."""
    rows = memory_of(cluster, cilium)
    if rows:
        yield _tightest([row for row in rows if row.memory_mib == rows[0].memory_mib], cilium)
    if unknown := [node for node in cluster.nodes if node.memory_mib is None]:
        yield _unknown(unknown, cilium)
    if without := [part.name for part in parts_of(cilium) if part.low is None]:
        yield Reason(
            name="memory-unmeasured",
            side="fact",
            weight=0,
            about="Memory nobody measured",
            text=f"{' and '.join(without)} come on top, on one node: no figure with a source is known",
            source=CHART,
        )


def _tightest(rows: list[NodeMemory], cilium: Cilium) -> Reason:
    """Return the reason for all kinds of node that have as little memory as the tightest."""
    row, least = rows[0], mib(heavy_below(cilium))
    side: Side = "against"
    when = f"{_percent(HEAVY_SHARE)} and more count against it, and with {least} a node it would be less"
    if row.share < NOTE_SHARE:
        side, when = "fact", f"below {_percent(NOTE_SHARE)} it is not counted"
    elif row.share < HEAVY_SHARE:
        side = "note"
        when = (
            f"from {_percent(HEAVY_SHARE)} on it would count against Cilium: on a node with less than {least}"
        )
    return Reason(
        name="memory",
        side=side,
        weight=2 if side == "against" else 0,
        about="Memory of a node",
        text=f"{row.low} to {row.high} MiB, {row.shares} of the {mib(row.memory_mib)} of {_which(rows)}; {when}",
        asks="room for it: the chart sets no limit",
        source=CHART,
        total=row.total,
    )


def _percent(share: float) -> str:
    return f"{share * 100:g} %"


def heavy_below(cilium: Cilium) -> int:
    """Return how many MiB a node needs at least for Cilium to stay below the share that counts against it.

    Maps grow with the node: parts + MAP_SHARE x memory < HEAVY_SHARE x memory.
    """
    parts = sum(part.high or 0 for part in parts_of(cilium))
    return math.ceil(parts / (HEAVY_SHARE - MAP_SHARE))


def _which(rows: list[NodeMemory]) -> str:
    names = [name for row in rows for name in row.nodes]
    return (
        names[0]
        if len(names) == 1
        else f"each of {len(names)} nodes ({', '.join(row.hardware for row in rows)})"
    )


def _unknown(nodes: list[Node], cilium: Cilium) -> Reason:
    lows, highs = (
        [getattr(part, end) or 0 for part in parts_of(cilium) if part.low is not None]
        for end in ("low", "high")
    )
    names = ", ".join(node.name for node in nodes)
    return Reason(
        name="memory-unknown",
        side="note",
        weight=0,
        about="Memory that is not told",
        text=f"of {names}: what share {sum(lows)} to {sum(highs)} MiB are there cannot be said; write `memory` at the "
        "node or its hardware",
        total=f"{' + '.join(map(str, lows))} = {sum(lows)} MiB, {' + '.join(map(str, highs))} = {sum(highs)} MiB, without maps",
    )
