"""The path of a packet from a client on the LAN to a pod, as a picture.

Fed by the resolved cluster by way of `stations`; what the values of a chart say beyond the description's features is
not looked at.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from fabricgen.cluster import Cluster
from fabricgen.pictures import mermaid
from fabricgen.pictures.picture import Picture
from fabricgen.pictures.station import Station
from fabricgen.pictures.stations import answers_of, stations_of
from fabricgen.pictures.svg import Box, lines, rect, text, tip, track, width_of, wrapped

NAME: Final = "packet"
WIDTH: Final = 760
_EDGE: Final = 20
_RAIL: Final = 40
_INSET: Final = 14
_STEP: Final = 16
_GAP: Final = 22
_WORDS: Final = {"plain": "", "policy": "policy", "crypt": "encryption"}


def picture(cluster: Cluster, *, servicelb: bool) -> Picture:
    """Return the picture of a cluster; `servicelb` tells whether k3s' own load balancer runs."""
    there = tuple(stations_of(cluster, servicelb=servicelb))
    back = answers_of(cluster)
    height, body = _drawn(there, back)
    return Picture(
        name=NAME,
        title=f"Path of a packet to a pod of {cluster.name}",
        told=_told(there, back),
        mermaid=_mermaid(there, back),
        width=WIDTH,
        height=height,
        body=body,
    )


def _told(there: Sequence[Station], back: Sequence[str]) -> str:
    way = " ".join(f"{at}. {one.zone}, {one.title}: {one.told}." for at, one in enumerate(there, 1))
    return f"{way} The answer: {' '.join(back)}"


def _mermaid(there: Sequence[Station], back: Sequence[str]) -> str:
    rows: list[str] = []
    numbered = list(enumerate(there))
    for at, (zone, group) in enumerate(groupby(numbered, key=lambda one: one[1].zone)):
        rows += (f"subgraph z{at}[{mermaid.label(zone)}]", "  direction TB")
        rows += (f"  s{place}[{mermaid.label(one.title, one.told)}]:::{one.look}" for place, one in group)
        rows.append("end")
    rows += (f"s{place} --> s{place + 1}" for place, _ in numbered[:-1])
    rows.append(f"s{len(there) - 1} -. {mermaid.label(*back)} .-> s0")
    return mermaid.flowchart("TB", rows, looks=(one.look for one in there))


def _drawn(there: Sequence[Station], back: Sequence[str]) -> tuple[float, str]:
    """Return height and elements: a frame for each zone, a card for each station, the way back along the right."""
    inner = WIDTH - 2 * _EDGE - 2 * _INSET - _RAIL
    parts: list[str] = []
    cards: list[tuple[Box, Station, tuple[str, ...]]] = []
    y = float(_EDGE)
    for zone, group in groupby(there, key=lambda one: one.zone):
        found = list(group)
        top, y = y, y + 34
        for one in found:
            wrapped_lines = wrapped(one.told, inner - 28)
            box = Box(x=_EDGE + _INSET, y=y, width=inner, height=34 + len(wrapped_lines) * _STEP)
            cards.append((box, one, wrapped_lines))
            y = box.bottom + _GAP
        y += _INSET - _GAP
        frame = Box(x=_EDGE, y=top, width=WIDTH - 2 * _EDGE - _RAIL, height=y - top)
        parts += (rect(frame, "panel", round_by=8), text(_EDGE + _INSET, top + 22, zone, "soft bold small"))
        y += 12
    parts += (_card(at, *one) for at, one in enumerate(cards, 1))
    parts += (_down(one[0], other[0]) for one, other in pairwise(cards))
    boxes = [one[0] for one in cards]
    parts.append(_back(boxes[0], boxes[-1]))
    told, height = _answer(back, y)
    return height, "".join((*parts, told))


def _card(at: int, box: Box, one: Station, told: Sequence[str]) -> str:
    rim = "" if one.look == "plain" else f" rim-{one.look}"
    drawn = rect(box, f"card{rim}", round_by=6, told=one.source)
    drawn += text(box.x + 14, box.y + 22, f"{at}. {one.title}", "bold")
    if word := _WORDS[one.look]:
        wide = width_of(word, size=12) + 14
        badge = Box(x=box.right - wide - 10, y=box.y + 8, width=wide, height=19)
        drawn += rect(badge, one.look, round_by=9)
        drawn += text(badge.x + wide / 2, badge.y + 13.5, word, "small strong", anchor="middle")
    return drawn + lines(box.x + 14, box.y + 41, told, step=_STEP)


def _down(one: Box, other: Box) -> str:
    x = one.x + one.width / 2
    return track([(x, one.bottom), (x, other.y - 7)]) + tip(x, other.y, towards="down")


def _back(first: Box, last: Box) -> str:
    rail = WIDTH - _EDGE - 12
    points = [
        (last.right, last.middle),
        (rail, last.middle),
        (rail, first.middle),
        (first.right + 8, first.middle),
    ]
    return track(points, "edge back") + tip(first.right, first.middle, towards="left")


def _answer(back: Sequence[str], y: float) -> tuple[str, float]:
    """Return what is said about the way back, and where the picture ends."""
    rows = tuple(_sentences(back))
    drawn = track([(_EDGE, y + 12), (_EDGE + 30, y + 12)], "edge back")
    drawn += text(_EDGE + 40, y + 17, "The answer", "bold")
    return drawn + lines(_EDGE, y + 38, rows, step=_STEP), y + 38 + (len(rows) - 1) * _STEP + _EDGE


def _sentences(back: Sequence[str]) -> Iterator[str]:
    for one in back:
        yield from wrapped(one, WIDTH - 2 * _EDGE)
