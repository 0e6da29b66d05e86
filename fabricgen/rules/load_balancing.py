"""Load balancing: who hands out addresses, to which Services, and whether there are enough."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from fabricgen.addresses import Address
from fabricgen.fabric import Fabric, Pool, UnknownError
from fabricgen.repository import Item
from fabricgen.rules.rule import Edit, Hit, rule

_CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
_LB_IPAM: Final = f"{_CODE}/operator/pkg/lbipam/lbipam.go"
_IPV6: Final = 6
# The switch that each class of Cilium's needs. Source: operator/pkg/lbipam/cell.go and operator/pkg/nodeipam.
CLASSES: Final[Mapping[str, str]] = {
    "io.cilium/l2-announcer": "l2announcements.enabled",
    "io.cilium/bgp-control-plane": "bgpControlPlane.enabled",
    "io.cilium/node": "nodeIPAM.enabled",
}
Path = tuple[str | int, ...]


def _hit(item: Item, path: Path, message: str, *edits: Edit) -> Hit:
    return Hit(place=item.place(*path), message=message, object=item.label, edits=edits)


def pools_of(fabric: Fabric, owner: str) -> list[Pool]:
    """Return an owner's pools. Raises UnknownError if they are those of several clusters."""
    found = [one for one in fabric.pools if owner in (one.owner, "any")]
    if len({(one.owner, one.name) for one in found}) < len(found):
        raise UnknownError
    return found


def _metallb_class(fabric: Fabric) -> str:
    """Return the class that MetalLB is limited to, empty if it is not. Raises UnknownError where it may be."""
    releases = [one.item for one in fabric.helm_releases if one.chart == "metallb"]
    for item in releases:
        if item.get("spec", "valuesFrom"):
            raise UnknownError
        return str(item.get("spec", "values", "loadBalancerClass") or "")
    if any("--lb-class" in one.origin.text for one in fabric.of("apps", "Deployment")):
        raise UnknownError
    return ""


@rule(
    "LBS013",
    "error",
    "One owner hands out the addresses of Services without a class",
    why="Both write an address into the Service's status and announce it; each takes back what the other wrote, and the "
    "address that is announced need not be the one that is told.",
    source=_LB_IPAM,
    fix="Keep one; or give MetalLB a loadBalancerClass, or set Cilium's defaultLBServiceIPAM: none, and name a class in Services.",
)
def two_owners(fabric: Fabric) -> Iterator[Hit]:
    """Yield MetalLB's pool beside Cilium's."""
    cilium, metallb = pools_of(fabric, "cilium"), pools_of(fabric, "metallb")
    if not cilium or not metallb or fabric.cilium is None or _metallb_class(fabric):
        return
    release = fabric.cilium
    if release.is_on("enableLBIPAM") and release.value("defaultLBServiceIPAM", "lbipam") == "lbipam":
        message = f"MetalLB has pool {metallb[0].name}, and Cilium has pool {cilium[0].name}"
        yield _hit(metallb[0].item, (), message)


@rule(
    "LBS014",
    "error",
    "k3s' own servicelb is off where others hand out addresses",
    why="servicelb opens the Service's ports on every node and writes the nodes' addresses into its status, beside the pool's.",
    source="https://docs.k3s.io/networking/networking-services#service-load-balancer",
    fix="Add servicelb to disable in config.yaml of every server.",
)
def servicelb_besidepools_of(fabric: Fabric) -> Iterator[Hit]:
    """Yield the config of a server that leaves servicelb on."""
    servers = [one for one in fabric.k3s if one.role == "server"]
    if not fabric.pools or not servers:
        return
    if any("servicelb" in one.text for one in fabric.cluster.repository.documents):
        return
    config = servers[0]
    listed = config.get("disable")
    edit = Edit(config.item.place("disable"), config.item.origin.index, "append", ("disable",), "servicelb")
    message = f"servicelb is on, and there is pool {fabric.pools[0].name}"
    yield _hit(config.item, ("disable",), message, *((edit,) if isinstance(listed, list) else ()))


class Holdings:
    """Pools, found by the addresses that they hold."""

    def __init__(self, pools: Sequence[Pool]) -> None:
        """Sort the blocks by their first addresses; beside each the last address of all up to there."""
        self.pools = pools
        blocks = [(block.range, pool) for pool in pools for block in pool.blocks]
        self._blocks = sorted(blocks, key=lambda one: (one[0].version, int(one[0].first)))
        self._firsts = [(one.version, int(one.first)) for one, _ in self._blocks]
        self._lasts = list(accumulate(((one.version, int(one.last)) for one, _ in self._blocks), max))

    def of(self, address: Address) -> list[Pool]:
        """Return the pools that hold an address."""
        wanted = (address.version, int(address))
        at = bisect_right(self._firsts, wanted) - 1
        found: list[Pool] = []
        while at >= 0 and self._lasts[at] >= wanted:
            block, pool = self._blocks[at]
            if address in block:
                found.append(pool)
            at -= 1
        return found


@rule(
    "LBS015",
    "error",
    "The class of a Service is one that is served",
    why="A Service with a class is left to whoever serves the class; nobody does, and it stays in <pending>.",
    source=f"{_CODE}/operator/pkg/lbipam/cell.go",
    fix="Turn on what serves the class, or remove loadBalancerClass.",
)
def class_of_nobody(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service of one of Cilium's classes whose feature is off."""
    if fabric.cilium is None:
        return
    for item in fabric.load_balancer_services:
        written = item.get("spec", "loadBalancerClass")
        switch = CLASSES.get(written) if isinstance(written, str) else None
        if switch and fabric.cilium.value(switch, False) not in (True, "true"):  # noqa: FBT003 - the chart's default
            message = f"loadBalancerClass is {written}, and {switch} is off"
            yield _hit(item, ("spec", "loadBalancerClass"), message)


@rule(
    "LBS016",
    "error",
    "Pools hold as many addresses as Services want",
    why="The Services that come last stay in <pending>.",
    source=_LB_IPAM,
    fix="Add addresses to a pool, or let Services share one.",
)
def too_few_addresses(fabric: Fabric) -> Iterator[Hit]:
    """Yield where the Services that surely want an address are more than there are addresses."""
    pools = pools_of(fabric, "any")
    if not pools or any(one.unreadable for one in pools):
        return
    room = sum(block.range.size for pool in pools for block in pool.blocks)
    holdings = Holdings(pools)
    asked = {address for claim in fabric.claims for address in claim.addresses if holdings.of(address)}
    free = [one for one in fabric.claims if one.is_free and one.is_service and not one.sharing_key]
    if len(asked) + len(free) > room:
        message = f"{len(asked) + len(free)} Services want addresses, and all pools hold {room}"
        yield _hit(pools[0].item, ("spec",), message)


@rule(
    "LBS017",
    "warning",
    "A Service that wants IPv6 has a pool with IPv6 addresses",
    why="It gets no address of that family; a Service of IPv6 alone stays in <pending>.",
    source=_LB_IPAM,
    fix="Add IPv6 addresses to a pool, or leave IPv6 out of the Service.",
)
def no_pool_of_family(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service that insists on a family that no pool has."""
    pools = pools_of(fabric, "any")
    ready = pools and not any(one.unreadable for one in pools)
    if not ready or any(block.range.version == _IPV6 for pool in pools for block in pool.blocks):
        return
    for item in fabric.load_balancer_services:
        families = item.items("spec", "ipFamilies")
        if item.get("spec", "ipFamilyPolicy") == "RequireDualStack" or families[:1] == ["IPv6"]:
            key = "ipFamilyPolicy" if item.get("spec", "ipFamilyPolicy") else "ipFamilies"
            yield _hit(item, ("spec", key), "the Service wants an IPv6 address, and no pool has one")


@rule(
    "LBS018",
    "warning",
    "A Service without wishes finds a pool that gives without being asked",
    why="autoAssign: false leaves a pool to Services that name it, so this one stays in <pending>.",
    source="https://metallb.io/configuration/_advanced_ipaddresspool_configuration/#controlling-automatic-address-allocation",
    fix="Name a pool by metallb.io/address-pool, or an address, or let one pool assign by itself.",
)
def nobody_gives_unasked(fabric: Fabric) -> Iterator[Hit]:
    """Yield each Service that asks for nothing, where every pool waits to be asked."""
    pools = pools_of(fabric, "any")
    if not pools or any(one.automatic or one.owner != "metallb" for one in pools) or _metallb_class(fabric):
        return
    for claim in fabric.claims:
        annotations = claim.item.mapping("metadata", "annotations")
        named = any(key.endswith("/address-pool") for key in annotations)
        if (
            claim.is_service
            and claim.is_free
            and not named
            and not claim.item.get("spec", "loadBalancerClass")
        ):
            message = f"the Service asks for nothing, and {pools[0].name} has autoAssign: false"
            yield Hit(place=claim.place, message=message, object=claim.item.label)
