"""How much a change disturbs: the classes, and what is said about one change.

`judge` makes judgements out of the tables; `diff`, `upgrade` and `plan` show them.
"""

import enum
from dataclasses import dataclass
from typing import Final

Step = str | int
Path = tuple[Step, ...]


class Impact(enum.IntEnum):
    """What a change costs once it is applied, from least to most; compare with `<` and `max`."""

    NOTHING = 0
    AGENTS_ROLL = 1
    TRAFFIC_PAUSES = 2
    PODS_RECREATED = 3
    NODE_REBOOTS = 4
    CLUSTER_REBUILT = 5

    @property
    def label(self) -> str:
        """The class in the words of people."""
        return _LABELS[self]

    @property
    def meaning(self) -> str:
        """What the class promises, as one sentence."""
        return _MEANINGS[self]


_LABELS: Final = {
    Impact.NOTHING: "nothing restarts",
    Impact.AGENTS_ROLL: "agents roll",
    Impact.TRAFFIC_PAUSES: "traffic pauses",
    Impact.PODS_RECREATED: "pods must be recreated",
    Impact.NODE_REBOOTS: "node reboots",
    Impact.CLUSTER_REBUILT: "cluster must be rebuilt",
}
_MEANINGS: Final = {
    Impact.NOTHING: "It is taken over in place, or read only by people and when a cluster is brought up.",
    Impact.AGENTS_ROLL: "Parts that run the network or a node (Cilium's pods, Flux, kubelet, k3s) restart; packets of other "
    "pods keep flowing.",
    Impact.TRAFFIC_PAUSES: "Some connections break or wait, or from now on some traffic is dropped or has another address.",
    Impact.PODS_RECREATED: "Running pods keep the old way, or cannot go on, until they are made anew.",
    Impact.NODE_REBOOTS: "Nodes restart, with all that runs on them.",
    Impact.CLUSTER_REBUILT: "A cluster that runs cannot take it over: it is made anew, or keeps what it has.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one change costs, why, and where the fact comes from; without `impact` nobody knows."""

    impact: Impact | None
    why: str
    source: str

    @property
    def label(self) -> str:
        """The class in the words of people; `unknown` where there is none."""
        return "unknown" if self.impact is None else self.impact.label


def worst(judgements: "tuple[Judgement, ...]") -> Impact | None:
    """Return the heaviest class that is known; None if there are judgements and all are unknown."""
    known = [one.impact for one in judgements if one.impact is not None]
    if not judgements:
        return Impact.NOTHING
    return max(known, default=None)
