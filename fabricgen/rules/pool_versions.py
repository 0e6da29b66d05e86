"""Load balancing: pools in a form or an API version that this Cilium does not read, or soon will not."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.rules.pools import edit_of, hit_of, pools_of
from fabricgen.rules.rule import Hit, rule

_CRD: Final = "https://github.com/cilium/cilium/blob/v1.20.2/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumloadbalancerippools.yaml"
_V2: Final = (1, 18)
_DEPRECATED: Final = (1, 19)


@rule(
    "LBS005",
    "error",
    "A Cilium pool lists its addresses in spec.blocks, not in spec.cidrs",
    why="spec.cidrs went with Cilium 1.16: the API server drops it, and the pool is empty.",
    source="https://docs.cilium.io/en/v1.16/operations/upgrade/",
    fix="Rename cidrs to blocks; what is in it may stay.",
    since="1.16",
)
def pool_with_cidrs(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool in the old form."""
    for pool in pools_of(fabric, "cilium"):
        item = pool.item
        if item.get("spec", "cidrs") and fabric.cilium is not None and fabric.cilium.is_at_least((1, 16)):
            edits = (
                () if item.get("spec", "blocks") else (edit_of(item, "rename", ("spec", "cidrs"), "blocks"),)
            )
            yield hit_of(item, ("spec", "cidrs"), f"pool {item.name} has spec.cidrs", *edits)


@rule(
    "LBS007",
    "warning",
    "A pool has the API version that its Cilium prefers",
    why="cilium.io/v2alpha1 of pools is deprecated since 1.19 and goes with a later release; then Flux cannot apply the pool.",
    source=_CRD,
    fix="Write apiVersion: cilium.io/v2; nothing else changes.",
    since="1.19",
)
def pool_of_old_version(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool of v2alpha1 beside a Cilium that deprecates it."""
    cilium = fabric.cilium
    for pool in pools_of(fabric, "cilium"):
        old = pool.item.api_version == "cilium.io/v2alpha1"
        if old and cilium is not None and cilium.is_at_least(_DEPRECATED):
            edit = edit_of(pool.item, "set", ("apiVersion",), "cilium.io/v2")
            message = f"pool {pool.name} is cilium.io/v2alpha1, and Cilium is {cilium.version}"
            yield hit_of(pool.item, ("apiVersion",), message, edit)


@rule(
    "LBS008",
    "error",
    "A pool has an API version that its Cilium knows",
    why="cilium.io/v2 has pools since 1.18; before, the API server knows no such kind and Flux fails.",
    source="https://github.com/cilium/cilium/tree/v1.17.16/pkg/k8s/apis/cilium.io/client/crds/v2alpha1",
    fix="Write apiVersion: cilium.io/v2alpha1, or upgrade Cilium.",
    until="1.18",
)
def pool_of_new_version(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool of v2 beside a Cilium before it."""
    cilium = fabric.cilium
    for pool in pools_of(fabric, "cilium"):
        new = pool.item.api_version == "cilium.io/v2"
        if new and cilium is not None and not cilium.is_at_least(_V2):
            edit = edit_of(pool.item, "set", ("apiVersion",), "cilium.io/v2alpha1")
            message = f"pool {pool.name} is cilium.io/v2, and Cilium is {cilium.version}"
            yield hit_of(pool.item, ("apiVersion",), message, edit)
