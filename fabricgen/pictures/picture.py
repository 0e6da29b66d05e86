"""A picture of a cluster in both forms: Mermaid, which GitHub and Forgejo draw, and a drawing of our own.

Made by `addresses`, `layers` and `packet`; the README takes the Mermaid, the tree and the report the drawing.
"""

from dataclasses import dataclass
from typing import Final

from fabricgen.pictures.style import STYLE
from fabricgen.pictures.svg import escaped, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture.

    Attributes:
        name: what its file is called, and what its ids begin with.
        title: its name for people.
        told: what it shows, for whoever does not see it.
        mermaid: the text of a Mermaid diagram, without the fence.
        width, height: of the drawing, in pixels.
        body: the drawing's elements.
    """

    name: str
    title: str
    told: str
    mermaid: str
    width: float
    height: float
    body: str

    def inline(self) -> str:
        """Return the drawing as an element of a page, which brings the styles."""
        return self._svg(style="")

    def file(self) -> str:
        """Return the drawing as a file of its own, light or dark as the reader's system is."""
        return self._svg(style=f"<style>\n{STYLE}</style>\n")

    def _svg(self, *, style: str) -> str:
        width, height = number(self.width), number(self.height)
        return (
            f'<svg xmlns="{_SVG}" class="picture" role="img" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" aria-labelledby="{self.name}-title {self.name}-told">\n'
            f'<title id="{self.name}-title">{escaped(self.title)}</title>\n'
            f'<desc id="{self.name}-told">{escaped(self.told)}</desc>\n'
            f'{style}<rect class="paper" width="{width}" height="{height}"/>\n{self.body}</svg>\n'
        )


_SVG: Final = "http://www.w3.org/2000/svg"
