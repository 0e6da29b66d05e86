"""What each part of Cilium takes: memory as others measured it. The one table of these figures.

Read by `memory`, which adds them up for a cluster's nodes. A part that nobody has published a figure for says so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.cluster import Cilium

MAP_SHARE: Final = 0.0025
"""Share of a node's memory that eBPF maps may take by default (bpf.mapDynamicSizeRatio)."""

CHART: Final = "https://github.com/cilium/cilium/blob/v1.20.0/install/kubernetes/cilium/values.yaml"
_PODS: Final = "https://github.com/devantler-tech/platform/pull/1713"
_COZYSTACK: Final = "https://github.com/cozystack/cozystack/blob/main/packages/system/cilium/values.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A pod of Cilium's.

    `low` and `high` are MiB of one pod, None where no measurement is known; `everywhere` says that each node runs one,
    others run on one node or two; `runs` tells whether this Cilium has it.
    """

    name: str
    low: int | None
    high: int | None
    everywhere: bool
    source: str
    runs: Callable[[Cilium], bool]


PARTS: Final = (
    Part(
        name="Agent",
        low=330,
        high=575,
        everywhere=True,
        source=f"https://github.com/cilium/cilium/issues/28772 (just started), {_COZYSTACK} (peak of two weeks)",
        runs=lambda cilium: True,  # noqa: ARG005 - the agent is Cilium
    ),
    Part(
        name="Envoy",
        low=17,
        high=100,
        everywhere=True,
        source=f"{_PODS} (17 to 29), {_COZYSTACK} (100)",
        runs=lambda cilium: cilium.l7_proxy,
    ),
    Part(
        name="Operator, one replica",
        low=18,
        high=39,
        everywhere=False,
        source=f"{_PODS} (two replicas together 36 to 77)",
        runs=lambda cilium: True,  # noqa: ARG005 - the operator is always there
    ),
    Part(
        name="Hubble's relay",
        low=None,
        high=None,
        everywhere=False,
        source=f"{CHART} (the chart sets no limit; no measurement is known)",
        runs=lambda cilium: cilium.hubble.enabled and cilium.hubble.relay,
    ),
    Part(
        name="Hubble's interface",
        low=None,
        high=None,
        everywhere=False,
        source=f"{CHART} (the chart sets no limit; no measurement is known)",
        runs=lambda cilium: cilium.hubble.enabled and cilium.hubble.ui is not None,
    ),
)


def parts_of(cilium: Cilium) -> Iterator[Part]:
    """Yield the parts that this Cilium runs, in the order of the table."""
    yield from (part for part in PARTS if part.runs(cilium))


def mib(amount: int) -> str:
    """Return an amount of memory as people write it: `8 GiB`, `1536 MiB`."""
    return f"{amount} MiB" if amount % 1024 else f"{amount // 1024} GiB"
