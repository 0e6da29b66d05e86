"""The Flux layers and what waits for what, as a picture.

Fed by `documents` with the layers of a cluster, which knows them; a layer is drawn right of all that it waits for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from fabricgen.pictures import mermaid
from fabricgen.pictures.picture import Picture
from fabricgen.pictures.svg import Box, curve, lines, rect, tip, wrapped

NAME: Final = "layers"
_CARD: Final = 172
_GAP: Final = 36
_EDGE: Final = 16
_BETWEEN: Final = 14
_LANE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer: its name, what is in it, the layers of this cluster that it waits for, and why it waits."""

    name: str
    holds: str
    after: tuple[str, ...] = ()
    waits: str = ""


def picture(cluster: str, layers: Sequence[Layer]) -> Picture:
    """Return the picture of a cluster's layers, in whatever order they are given."""
    layers = tuple(_in_order(layers))
    known = {one.name: one for one in layers}
    needed = _needed(known)
    width, height, body = _drawn(layers, needed)
    return Picture(
        name=NAME,
        title=f"Flux layers of {cluster}",
        told=_told(layers),
        mermaid=_mermaid(layers, needed),
        width=width,
        height=height,
        body=body,
    )


def _in_order(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Yield each layer after those that it waits for; those that wait for each other come last, and wait no more."""
    left, done = list(layers), set[str]()
    while left:
        ready = [one for one in left if done.issuperset(one.after)]
        found = ready or [
            replace(one, after=tuple(name for name in one.after if name in done)) for one in left
        ]
        yield from found
        done.update(one.name for one in found)
        left = [one for one in left if one.name not in done]


def _needed(known: Mapping[str, Layer]) -> dict[str, tuple[str, ...]]:
    """Return what each layer waits for itself, without what it waits for through another one."""
    through: dict[str, set[str]] = {}
    for name, one in known.items():
        through[name] = {far for after in one.after for far in (after, *through[after])}
    return {
        name: tuple(after for after in one.after if not any(after in through[other] for other in one.after))
        for name, one in known.items()
    }


def _told(layers: Sequence[Layer]) -> str:
    told = (
        f"{one.name} ({one.holds}) waits for {', '.join(one.after)}"
        if one.after
        else f"{one.name} ({one.holds}) waits for nothing"
        for one in layers
    )
    return f"{'; '.join(told)}." if layers else "There are no layers."


def _mermaid(layers: Sequence[Layer], needed: Mapping[str, Sequence[str]]) -> str:
    at = {one.name: f"l{number}" for number, one in enumerate(layers)}
    boxes = (f"{at[one.name]}[{mermaid.label(one.name, one.holds)}]:::plain" for one in layers)
    edges = (f"{at[after]} --> {at[one.name]}" for one in layers for after in needed[one.name])
    return mermaid.flowchart("LR", (*boxes, *edges), looks=("plain",))


def _ranks(needed: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many layers are at most one after another before each."""
    ranks: dict[str, int] = {}
    for name, after in needed.items():
        ranks[name] = max((ranks[one] + 1 for one in after), default=0)
    return ranks


def _drawn(layers: Sequence[Layer], needed: Mapping[str, Sequence[str]]) -> tuple[float, float, str]:
    """Return width, height and elements: a column for each rank, and lanes for arrows that pass a column."""
    ranks = _ranks(needed)
    columns: list[list[str]] = [[] for _ in range(max(ranks.values(), default=0) + 1)]
    for one in layers:
        columns[ranks[one.name]].append(one.name)
    paths = [(after, name) for name, all_after in needed.items() for after in all_after]
    for after, name in paths:
        for rank in range(ranks[after] + 1, ranks[name]):
            columns[rank].append(_lane(after, name, rank))
    boxes = _placed(columns, {one.name: one for one in layers}, needed)
    arrows = "".join(
        _arrow([boxes[stop] for stop in _stops(after, name, ranks)]) for after, name in sorted(paths)
    )
    cards = "".join(_card(one, boxes[one.name]) for one in layers)
    width = 2 * _EDGE + len(columns) * _CARD + (len(columns) - 1) * _GAP
    height = max((box.bottom for box in boxes.values()), default=0) + _EDGE
    return width, height, arrows + cards


def _lane(after: str, name: str, rank: int) -> str:
    return f"{after}>{name}>{rank}"


def _stops(after: str, name: str, ranks: Mapping[str, int]) -> Iterator[str]:
    yield after
    for rank in range(ranks[after] + 1, ranks[name]):
        yield _lane(after, name, rank)
    yield name


def _placed(
    columns: Sequence[Sequence[str]], known: Mapping[str, Layer], needed: Mapping[str, Sequence[str]]
) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for rank, names in enumerate(columns):
        y = float(_EDGE)
        for name in sorted(names, key=lambda one: _height_of_needed(one, boxes, needed)):
            layer = known.get(name)
            tall = _LANE if layer is None else _card_height(layer)
            boxes[name] = Box(x=_EDGE + rank * (_CARD + _GAP), y=y, width=_CARD, height=tall)
            y += tall + _BETWEEN
    return boxes


def _height_of_needed(name: str, boxes: Mapping[str, Box], needed: Mapping[str, Sequence[str]]) -> float:
    """Return how far down, on average, that stands which a layer or a lane comes from."""
    sources = needed.get(name) or (name.partition(">")[0],)
    found = [boxes[one].middle for one in sources if one in boxes]
    return sum(found) / len(found) if found else 0


def _holds(layer: Layer) -> tuple[str, ...]:
    return wrapped(layer.holds, _CARD - 24, size=12)


def _card_height(layer: Layer) -> float:
    return 34 + 16 * len(_holds(layer))


def _card(layer: Layer, box: Box) -> str:
    told = f"waits for {', '.join(layer.after)}: {layer.waits}" if layer.after else "waits for nothing"
    return (
        rect(box, "card", round_by=6, told=told)
        + lines(box.x + 12, box.y + 21, (layer.name,), "bold")
        + lines(box.x + 12, box.y + 39, _holds(layer), "small soft", step=16)
    )


def _arrow(stops: Sequence[Box]) -> str:
    drawn = []
    for start, end in pairwise(stops):
        last = end is stops[-1]
        drawn.append(curve((start.right, start.middle), (end.x - (8 if last else 0), end.middle)))
        drawn.append(
            tip(end.x, end.middle, towards="right")
            if last
            else curve((end.x, end.middle), (end.right, end.middle))
        )
    return "".join(drawn)
