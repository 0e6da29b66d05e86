"""What speaks for Cilium, what against, what is only worth knowing: one type, with a weight that is explained.

Made by the modules beside this one; added up in `verdict`, told by the command and by a cluster's README.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["for", "against", "note", "fact"]

WEIGHTS: Final[Mapping[Side, Mapping[int, str]]] = {
    "for": {
        3: "asked for, and nothing that runs with Flannel here does it",
        2: "asked for, and without Cilium it takes another program or another switch",
        1: "works with Flannel too, with Cilium faster or with less",
    },
    "against": {
        3: "what is asked for cannot work here",
        2: "takes a good part of what there is, or leaves most of the gain without use",
        1: "a price that is paid once",
    },
    "note": {0: "changes nothing, and should be known"},
    "fact": {0: "a check that found nothing"},
}
"""What each weight means. The weights are ours: no source says how much a feature is worth to somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of the sum.

    Attributes:
        name: what it is called in JSON.
        about: what it is about, in a few words.
        text: what is true of this cluster.
        asks: what the feature asks of the cluster; empty where that is nothing.
        source: where the fact comes from; may be empty where there is a sum.
        total: the sum that makes it true, with its numbers; empty where a source says it.
    """

    name: str
    side: Side
    weight: int
    about: str
    text: str
    asks: str = ""
    source: str = ""
    total: str = ""

    @property
    def value(self) -> int:
        """Return what it adds to the sum: what speaks against Cilium is below 0."""
        return -self.weight if self.side == "against" else self.weight
