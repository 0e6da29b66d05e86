"""MetalLB: which pools its advertisements announce, by L2 or BGP, from which nodes, and to whom."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fabricgen.fabric import Fabric, Pool, UnknownError
from fabricgen.fabric.selectors import matches
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Hit, rule
from fabricgen.versions import parse_version

_CONFIG: Final = "https://github.com/metallb/metallb/blob/v0.16.1/internal/config/config.go"
_LABEL: Final = "node.kubernetes.io/exclude-from-external-load-balancers"
_LABELLED_SINCE: Final = (1, 8)
Path = tuple[str | int, ...]


def _pools(fabric: Fabric) -> dict[str, Pool]:
    """Return MetalLB's pools by name. Raises UnknownError if they are those of several clusters."""
    pools = [one for one in fabric.pools if one.owner == "metallb"]
    found = {one.name: one for one in pools}
    if len(found) < len(pools):
        raise UnknownError
    return found


def _advertisements(fabric: Fabric) -> list[Item]:
    return [one.item for one in fabric.announcements if one.owner == "metallb"]


def _named(item: Item) -> list[str]:
    names = [one for one in item.items("spec", "ipAddressPools") if isinstance(one, str)]
    if any(is_open(one) for one in names):
        raise UnknownError
    return names


def _selectors(item: Item) -> list[Mapping[str, Any]]:
    return [one for one in item.items("spec", "ipAddressPoolSelectors") if isinstance(one, Mapping)]


def _hit(item: Item, path: Path, message: str) -> Hit:
    return Hit(place=item.place(*path), message=message, object=item.label)


def _missing_pools(fabric: Fabric, kind: str) -> Iterator[Hit]:
    """Yield each name of a pool that is not there, in advertisements of a kind."""
    pools = _pools(fabric)
    for item in (one for one in _advertisements(fabric) if one.kind == kind and pools):
        for number, name in enumerate(_named(item)):
            if name not in pools:
                message = f"there is no pool {name}; there is {', '.join(sorted(pools))}"
                yield _hit(item, ("spec", "ipAddressPools", number), message)


@rule(
    "L2A016",
    "error",
    "The pools of an L2Advertisement are there",
    why="MetalLB passes over the name: the pool that was meant is not announced.",
    source=_CONFIG,
    fix="Write the name of a pool, or leave ipAddressPools out to announce all of them.",
)
def l2_of_missing_pool(fabric: Fabric) -> Iterator[Hit]:
    """Yield each name of a pool that is not there."""
    yield from _missing_pools(fabric, "L2Advertisement")


@rule(
    "L2A017",
    "error",
    "A MetalLB pool is announced",
    why="Services get addresses of it, and nothing reaches them.",
    source="https://metallb.io/configuration/#announce-the-service-ips",
    fix="Write an L2Advertisement or a BGPAdvertisement that names the pool, or one without ipAddressPools.",
)
def pool_unannounced(fabric: Fabric) -> Iterator[Hit]:
    """Yield each pool that no advertisement selects."""
    advertisements = [(_named(one), _selectors(one)) for one in _advertisements(fabric)]
    everything = any(not names and not selectors for names, selectors in advertisements)
    names = {name for named, _ in advertisements for name in named}
    selectors = [one for _, found in advertisements for one in found]
    for name, pool in _pools(fabric).items():
        labels = {key: str(value) for key, value in pool.item.mapping("metadata", "labels").items()}
        if not everything and name not in names and not any(matches(one, labels) for one in selectors):
            yield _hit(pool.item, (), f"no advertisement announces pool {name}")


@rule(
    "L2A018",
    "error",
    "MetalLB may announce from a node",
    why="Talos labels control planes exclude-from-external-load-balancers, and MetalLB announces from no node with the label: where "
    "all nodes are control planes, Services are reached by nobody.",
    source="https://github.com/siderolabs/talos/blob/v1.12.0/pkg/machinery/config/contract.go",
    fix="Set speaker.ignoreExcludeLB: true in MetalLB's chart, or take the label away by a patch of machine.nodeLabels.",
)
def nowhere_to_announce(fabric: Fabric) -> Iterator[Hit]:
    """Yield MetalLB's release where Talos' own label keeps it from announcing."""
    nodes = fabric.nodes
    if (
        not _pools(fabric)
        or not nodes
        or not all(one.control_plane for one in nodes)
        or not _is_labelled(fabric)
    ):
        return
    for one in fabric.helm_releases:
        values = one.item.mapping("spec", "values")
        if one.chart == "metallb" and not one.item.get("spec", "valuesFrom") and one.item.exact:
            speaker = values.get("speaker")
            if not (isinstance(speaker, Mapping) and speaker.get("ignoreExcludeLB")):
                message = (
                    f"all {len(nodes)} nodes are control planes of Talos, and speaker.ignoreExcludeLB is off"
                )
                yield _hit(one.item, ("spec", "values", "speaker"), message)


def _is_labelled(fabric: Fabric) -> bool:
    """Tell whether Talos sets its label, and nothing in the repository is about it."""
    for item in fabric.items:
        if "kind" not in item.body and "talosVersion" in item.body:
            try:
                version = parse_version(str(item.body["talosVersion"]).removeprefix("v"))
            except ValueError:
                return False
            new = (version.major, version.minor) >= _LABELLED_SINCE
            return new and not any(_LABEL in one.text for one in fabric.cluster.repository.documents)
    return False


def _peers(fabric: Fabric) -> list[Item]:
    return [one for one in fabric.of("metallb.io", "BGPPeer") if one.layer is not None or not fabric.layers]


@rule(
    "BGP025",
    "error",
    "The pools of a BGPAdvertisement are there",
    why="MetalLB passes over the name: the pool that was meant is not announced.",
    source=_CONFIG,
    fix="Write the name of a pool, or leave ipAddressPools out to announce all of them.",
)
def bgp_of_missing_pool(fabric: Fabric) -> Iterator[Hit]:
    """Yield each name of a pool that is not there."""
    yield from _missing_pools(fabric, "BGPAdvertisement")


@rule(
    "BGP026",
    "error",
    "A BGPAdvertisement has a BGPPeer",
    why="There is no session, and no router learns of Services.",
    source="https://metallb.io/configuration/#bgp-configuration",
    fix="Write a BGPPeer for the router.",
)
def no_metallb_peer(fabric: Fabric) -> Iterator[Hit]:
    """Yield each advertisement where no peer is, and each name of a peer that is not there."""
    found = {one.name for one in _peers(fabric)}
    for item in (one for one in _advertisements(fabric) if one.kind == "BGPAdvertisement"):
        if not found:
            yield _hit(item, (), f"{item.label} is there, and no BGPPeer")
        for number, name in enumerate(item.items("spec", "peers") if found else ()):
            if isinstance(name, str) and not is_open(name) and name not in found:
                message = f"there is no BGPPeer {name}; there is {', '.join(sorted(found))}"
                yield _hit(item, ("spec", "peers", number), message)
