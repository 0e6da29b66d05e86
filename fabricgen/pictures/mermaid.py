"""Flowcharts of Mermaid, whatever the labels hold. Used by every picture.

Source of the escapes: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
"""

import re
from collections.abc import Iterable
from typing import Final

from fabricgen.pictures.style import LIGHT

_PLAIN: Final = re.compile(r"[^\w .,:/()+-]|[^\S ]")
_BREAK: Final = "<br/>"
# Fills with the colour of text that can be read on them, in light and dark pages alike.
_CLASSES: Final = {
    **{name: (LIGHT[name], "#ffffff") for name in ("control", "worker", "router", "api", "dns", "pinned")},
    "pool": (LIGHT["pool"], "#1f2328"),
    "reserved": (LIGHT["reserved"], "#1f2328"),
    "free": ("#ffffff", "#57606a"),
    "plain": ("#ffffff", "#1f2328"),
    "policy": (LIGHT["policy"], "#ffffff"),
    "crypt": (LIGHT["crypt"], "#ffffff"),
}


def label(*parts: str) -> str:
    """Return a label of several lines in quotes; every character that could be markup is an entity."""
    told = (_PLAIN.sub(_entity, " ".join(part.split())) for part in parts if part)
    return f'"{_BREAK.join(told)}"'


def _entity(found: re.Match[str]) -> str:
    return f"#{ord(found[0])};"


def flowchart(direction: str, lines: Iterable[str], *, looks: Iterable[str]) -> str:
    """Return a flowchart; `looks` are the classes that its nodes have."""
    styles = (
        f"  classDef {look} fill:{_CLASSES[look][0]},color:{_CLASSES[look][1]},stroke:#57606a"
        for look in sorted(set(looks))
    )
    return "\n".join((f"flowchart {direction}", *(f"  {line}" for line in lines), *styles)) + "\n"
