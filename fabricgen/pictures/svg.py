"""Elements of SVG as text: the same input gives the same bytes, and nothing that people wrote is taken for markup.

Used by the drawings. Widths of text are estimated on the wide side, since nobody knows the fonts of the reader.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# What XML 1.0 allows: https://www.w3.org/TR/xml/#charsets
_NO_CHARACTER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MONO: Final = 0.615
# Widths of DejaVu Sans, which is wider than most, in parts of its size.
_WIDTHS: Final = {
    **dict.fromkeys("iljI.,:;|!'`", 0.33),
    **dict.fromkeys(' ft()[]/-rJ"', 0.44),
    **dict.fromkeys("mwMWOQ@%", 0.9),
}
_UPPER: Final = 0.72
_OTHER: Final = 0.63
_WIDE: Final = 1.05
_BOLD: Final = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Half-way down."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


def number(value: float) -> str:
    """Return a number with at most two decimals, and none that are not needed."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def escaped(text: str) -> str:
    """Return text that XML and HTML take for nothing but text."""
    return html.escape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text))


def rect(box: Box, look: str, *, round_by: float = 0, told: str = "") -> str:
    """Return a rectangle; `look` are classes, `told` is shown where a mouse rests on it."""
    place = (
        f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
    )
    corner = f' rx="{number(round_by)}"' if round_by else ""
    title = f"<title>{escaped(told)}</title>" if told else ""
    return f'<rect class="{look}" {place}{corner}>{title}</rect>\n'


def text(x: float, y: float, content: str, look: str = "", *, anchor: str = "") -> str:
    """Return a line of text on the base line `y`."""
    names = f' class="{look}"' if look else ""
    where = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{names} x="{number(x)}" y="{number(y)}"{where}>{escaped(content)}</text>\n'


def lines(x: float, y: float, content: Sequence[str], look: str = "", *, step: float = 17) -> str:
    """Return several lines of text, the first on the base line `y`."""
    return "".join(text(x, y + at * step, line, look) for at, line in enumerate(content))


def curve(start: tuple[float, float], end: tuple[float, float], look: str = "edge") -> str:
    """Return a curve that leaves and arrives level."""
    (x1, y1), (x2, y2) = start, end
    half = number((x1 + x2) / 2)
    path = f"M{number(x1)} {number(y1)}C{half} {number(y1)} {half} {number(y2)} {number(x2)} {number(y2)}"
    return f'<path class="{look}" d="{path}"/>\n'


def track(points: Iterable[tuple[float, float]], look: str = "edge") -> str:
    """Return straight lines from point to point."""
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f'<path class="{look}" d="M{path}"/>\n'


def tip(x: float, y: float, *, towards: str) -> str:
    """Return the tip of an arrow that ends here, `towards` right, down or left."""
    dx, dy = {"right": (-9, 4.5), "left": (9, 4.5), "down": (4.5, -9)}[towards]
    one, other = (
        ((x + dx, y - dy), (x + dx, y + dy)) if towards != "down" else ((x - dx, y + dy), (x + dx, y + dy))
    )
    corners = " ".join(f"{number(a)},{number(b)}" for a, b in ((x, y), one, other))
    return f'<polygon class="tip" points="{corners}"/>\n'


def width_of(content: str, *, size: float = 13, mono: bool = False, bold: bool = False) -> float:
    """Return about how wide a line of text is, in pixels; rather more than less."""
    if mono and content.isascii():
        return len(content) * size * _MONO
    plain = sum(_WIDTHS.get(one, _character(one)) for one in content) * size
    return plain * _BOLD if bold else plain


def _character(one: str) -> float:
    if not one.isascii():
        return _WIDE
    return _UPPER if one.isupper() else _OTHER


def wrapped(content: str, width: float, *, size: float = 13, bold: bool = False) -> tuple[str, ...]:
    """Return text as lines no wider than `width`; words that are wider are cut."""
    return tuple(_wrapped(content, width, size=size, bold=bold))


def _wrapped(content: str, width: float, *, size: float, bold: bool) -> Iterator[str]:
    line = ""
    for word in _pieces(content, width, size=size, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size=size, bold=bold) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _pieces(content: str, width: float, *, size: float, bold: bool) -> Iterator[str]:
    """Yield the words, those that do not fit a line in parts."""
    for word in content.split():
        piece = ""
        for one in word:
            if piece and width_of(piece + one, size=size, bold=bold) > width:
                yield piece
                piece = ""
            piece += one
        yield piece


def cut(content: str, width: float, *, size: float = 13, mono: bool = False) -> str:
    """Return text on one line, with an ellipsis where it is too long."""
    plain = " ".join(content.split())
    if width_of(plain, size=size, mono=mono) <= width:
        return plain
    while plain and width_of(f"{plain}…", size=size, mono=mono) > width:
        plain = plain[:-1]
    return f"{plain.rstrip()}…"
