"""A network as a grid to scale: each row holds the same number of addresses, left to right, top to bottom.

Fed by `addresses` with the places of a network. A network that is too large for a grid, as those of IPv6 are, is only
listed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from fabricgen.addresses import Network
from fabricgen.pictures.places import Place
from fabricgen.pictures.svg import Box, rect, text, width_of

_LARGEST: Final = 2**16
_ROWS: Final = 16
_NARROW: Final = 32
_SMALL: Final = 256
_TALL: Final = 22
_LOW: Final = 14
_SEEN: Final = 3.0
_NUMBERED: Final = 22
_OVER: Final = ("free", "pool", "reserved", "worker", "control", "router", "dns", "api", "pinned")
"""What is drawn first, so that what is small stays in sight."""


def is_drawn(network: Network) -> bool:
    """Tell whether a network is small enough for a grid."""
    return network.num_addresses <= _LARGEST


def grid(network: Network, places: Sequence[Place], *, x: float, y: float, width: float) -> tuple[float, str]:
    """Return how high the grid is, and its elements; nothing where the network is too large for one."""
    if not is_drawn(network):
        return 0, ""
    columns = _columns(network.num_addresses)
    rows = max(1, network.num_addresses // columns)
    tall = _TALL if columns <= _NARROW else _LOW
    first = [str(network[row * columns]) for row in range(rows)]
    left = max(width_of(one, size=12.5, mono=True) for one in first) + 10
    frame = Box(x=x + left, y=y, width=width - left, height=rows * tall)
    parts = [text(x, y + (row + 1) * tall - tall / 2 + 4, one, "mono soft") for row, one in enumerate(first)]
    for row in range(rows):
        line = Box(x=frame.x, y=frame.y + row * tall + 1, width=frame.width, height=tall - 2)
        parts.append(rect(line, "free"))
    for one in sorted(places, key=lambda place: _OVER.index(place.kind)):
        parts += _place(one, int(network.network_address), frame=frame, columns=columns, tall=tall)
    return frame.height + 8, "".join(parts)


def _columns(size: int) -> int:
    """Return how many addresses a row holds: few enough to be told apart, and never too many rows."""
    if size <= _SMALL:
        return min(size, _NARROW)
    return size // _ROWS


def _place(one: Place, base: int, *, frame: Box, columns: int, tall: float) -> Iterator[str]:
    """Yield a rectangle for each row that a place has a part in; a single one has the end of its address in it."""
    if one.kind == "free":
        return
    first, last = int(one.addresses.first) - base, int(one.addresses.last) - base
    cell = frame.width / columns
    for row in range(first // columns, last // columns + 1):
        start = max(first, row * columns) - row * columns
        end = min(last, row * columns + columns - 1) - row * columns + 1
        box = Box(
            x=frame.x + start * cell,
            y=frame.y + row * tall + 1,
            width=max((end - start) * cell - (1 if cell > _SEEN else 0), _SEEN),
            height=tall - 2,
        )
        yield rect(box, one.kind, told=f"{one.addresses}: {one.label}")
        if cell >= _NUMBERED and one.kind not in {"pool", "reserved"} and one.count == one.addresses.size:
            for at in range(start, end):
                number = str((base + row * columns + at) % 256)
                yield text(
                    frame.x + (at + 0.5) * cell, box.middle + 4, number, "tiny strong", anchor="middle"
                )
