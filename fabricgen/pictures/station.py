"""A station on the path of a packet. Made by `stations`, drawn by `packet`."""

from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.cluster import Cilium
from fabricgen.versions.version import format_minor, minor_of

LAN: Final = "On the LAN"
TAKES: Final = "On the node that takes the packet"
BETWEEN: Final = "Between the nodes"
HAS: Final = "On the node that has the pod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station: where it is, what it is called, what happens there, and where that is said.

    `look` tells a policy point and encryption from everything else.
    """

    zone: str
    title: str
    told: str
    source: str
    look: Literal["plain", "policy", "crypt"] = "plain"


def docs(cilium: Cilium, page: str) -> str:
    """Return the address of a page of Cilium's documentation, of the minor in use."""
    return f"https://docs.cilium.io/en/v{format_minor(minor_of(cilium.version))}/{page}"
