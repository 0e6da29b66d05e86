"""The map of a cluster's addresses: each network of the nodes as a grid to scale, with a list of what is where.

Fed by the resolved cluster by way of `places`. Below stand the networks of pods and Services, and how full they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fabricgen.addresses import Network, size_of
from fabricgen.cluster import Cluster
from fabricgen.pictures import mermaid
from fabricgen.pictures.grid import grid, is_drawn
from fabricgen.pictures.picture import Picture
from fabricgen.pictures.places import Place, places_elsewhere, places_in
from fabricgen.pictures.svg import Box, cut, lines, rect, text, width_of

NAME: Final = "addresses"
WIDTH: Final = 920
_EDGE: Final = 20
_ROW: Final = 21
_SWATCH: Final = 12
_GAP: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A network inside the cluster: what is taken of it, in parts of one, and what that means in words."""

    name: str
    network: Network
    used: float
    told: str


def picture(cluster: Cluster) -> Picture:
    """Return the map of a cluster's addresses."""
    lans = [(network, places_in(cluster, network)) for network in cluster.networks.nodes]
    elsewhere = places_elsewhere(cluster)
    shares = tuple(_shares(cluster))
    height, body = _drawn(lans, elsewhere, shares)
    return Picture(
        name=NAME,
        title=f"Address map of {cluster.name}",
        told=_told(lans, elsewhere, shares),
        mermaid=_mermaid(lans, elsewhere, shares),
        width=WIDTH,
        height=height,
        body=body,
    )


def _shares(cluster: Cluster) -> Iterator[Share]:
    networks, nodes = cluster.networks, len(cluster.nodes)
    for network, mask in zip(networks.pods, networks.node_masks, strict=True):
        room = 2 ** (mask - network.prefixlen)
        told = f"a /{mask} for each node: {nodes} of {size_of(room)} in use"
        yield Share(name="pods", network=network, used=nodes / room, told=told)
    for network, dns in zip(networks.services, networks.dns_service, strict=True):
        told = f"{size_of(network.num_addresses)} addresses inside the cluster; DNS answers at {dns}"
        yield Share(name="Services", network=network, used=0, told=told)


def _told(
    lans: Sequence[tuple[Network, Sequence[Place]]], elsewhere: Sequence[Place], shares: Sequence[Share]
) -> str:
    sentences = [
        f"{network}: {'; '.join(f'{one.addresses} {one.label}' for one in places)}"
        for network, places in lans
    ]
    if elsewhere:
        sentences.append(f"outside of it: {'; '.join(f'{one.addresses} {one.label}' for one in elsewhere)}")
    sentences += [f"{one.name} {one.network}: {one.told}" for one in shares]
    return f"{'. '.join(sentences)}."


def _mermaid(
    lans: Sequence[tuple[Network, Sequence[Place]]], elsewhere: Sequence[Place], shares: Sequence[Share]
) -> str:
    groups = [(f"nodes' network {network}", places) for network, places in lans]
    if elsewhere:
        groups.append(("outside of the nodes' networks", elsewhere))
    lines: list[str] = []
    for at, (title, places) in enumerate(groups):
        lines += _group(f"n{at}", title, [(one.label, str(one.addresses), one.kind) for one in places])
    inside = [(f"{one.name}: {one.told}", str(one.network), "plain") for one in shares]
    lines += _group("inside", "inside the cluster", inside)
    looks = {one.kind for _, places in groups for one in places} | {"plain"}
    return mermaid.flowchart("LR", lines, looks=looks)


def _group(key: str, title: str, boxes: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Yield a frame with boxes below each other."""
    yield f"subgraph {key}[{mermaid.label(title)}]"
    yield "  direction TB"
    for at, (what, where, look) in enumerate(boxes):
        yield f"  {key}x{at}[{mermaid.label(where, what)}]:::{look}"
    if len(boxes) > 1:
        yield f"  {' ~~~ '.join(f'{key}x{at}' for at in range(len(boxes)))}"
    yield "end"


def _drawn(
    lans: Sequence[tuple[Network, Sequence[Place]]], elsewhere: Sequence[Place], shares: Sequence[Share]
) -> tuple[float, str]:
    """Return height and elements."""
    y, parts = float(_EDGE), []
    for network, places in lans:
        scale = "" if is_drawn(network) else ", too many to draw"
        title = f"{network}, the nodes' network: {size_of(network.num_addresses)} addresses{scale}"
        parts.append(text(_EDGE, y + 14, title, "head"))
        tall, drawn = grid(network, places, x=_EDGE, y=y + 30, width=WIDTH - 2 * _EDGE)
        listed, rows = _list(places, y=y + 30 + tall)
        parts += (drawn, rows)
        y += 30 + tall + listed + _GAP
    if elsewhere:
        parts.append(text(_EDGE, y + 14, "Outside of the nodes' networks", "head"))
        listed, rows = _list(elsewhere, y=y + 30)
        parts.append(rows)
        y += 30 + listed + _GAP
    parts.append(text(_EDGE, y + 14, "Inside the cluster", "head"))
    y += 30
    for one in shares:
        parts.append(_share(one, y))
        y += 46 if one.used else 26
    return y + _EDGE - _GAP, "".join(parts)


def _list(places: Sequence[Place], *, y: float) -> tuple[float, str]:
    """Return how high the list is, and its rows: colour, addresses, how many, who."""
    wide = max((width_of(str(one.addresses), size=12.5, mono=True) for one in places), default=0)
    count = _EDGE + _SWATCH + 10 + wide + 20
    sizes = max((width_of(one.size) for one in places), default=0)
    who = count + sizes + 20
    rows = []
    for at, one in enumerate(places):
        base = y + (at + 1) * _ROW
        rows.append(rect(Box(x=_EDGE, y=base - 11, width=_SWATCH, height=_SWATCH), one.kind, round_by=2))
        rows.append(text(_EDGE + _SWATCH + 10, base, str(one.addresses), "mono"))
        rows.append(text(count + sizes, base, one.size, "soft", anchor="end"))
        look = "soft" if one.kind == "free" else ""
        rows.append(text(who, base, cut(one.label, WIDTH - _EDGE - who), look))
    return len(places) * _ROW + 8, "".join(rows)


def _share(one: Share, y: float) -> str:
    whole = Box(x=_EDGE, y=y + 24, width=WIDTH - 2 * _EDGE, height=9)
    drawn = lines(_EDGE, y + 15, (cut(f"{one.name} {one.network}: {one.told}", whole.width),))
    if one.used:
        drawn += rect(whole, "free", round_by=2)
        used = Box(x=whole.x, y=whole.y, width=max(2, min(1, one.used) * whole.width), height=whole.height)
        drawn += rect(used, "worker", round_by=2)
    return drawn
