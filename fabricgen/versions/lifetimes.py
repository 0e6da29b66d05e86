"""How long upstream looks after a minor: dates where upstream names them, rules where it only has those.

Used by `upgrade`, which tells; nothing is refused because of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fabricgen.versions.cilium import CILIUM
from fabricgen.versions.talos import TALOS
from fabricgen.versions.version import Minor, format_minor

READ_ON: Final = date(2026, 11, 21)
"""The day on which the newest releases of every table of this package were looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """What is known about a minor's end: a clause such as "until 2027-02-28", and who says so.

    `ended` is None where upstream names no end.
    """

    told: str
    ended: bool | None
    source: str


_KUBERNETES_EOL: Final = "https://raw.githubusercontent.com/kubernetes/website/main/data/releases/eol.yaml"
_KUBERNETES_ENDS: Final[Mapping[Minor, date]] = {
    (1, 29): date(2025, 2, 28),
    (1, 30): date(2025, 7, 15),
    (1, 31): date(2025, 11, 11),
    (1, 32): date(2026, 2, 28),
    (1, 33): date(2026, 6, 28),
    (1, 34): date(2026, 10, 27),
    (1, 35): date(2027, 2, 28),
    (1, 36): date(2027, 6, 28),
}
_LAST_IN_FILE: Final[Minor] = (1, 32)
_CILIUM_SUPPORT: Final = "https://github.com/cilium/cilium/blob/v1.20.2/README.rst (Stable Releases)"
_CILIUM_MINORS: Final = 3
_TALOS_SUPPORT: Final = "https://docs.siderolabs.com/talos/v1.14/getting-started/support-matrix"


def kubernetes_lifetime(minor: Minor) -> Lifetime | None:
    """Return until when Kubernetes has patches for a minor; None where no date is known."""
    end = _KUBERNETES_ENDS.get(minor)
    if end is None:
        return None
    page = f"https://kubernetes.io/releases/{format_minor(minor)}/"
    ended = end < READ_ON
    return Lifetime(
        told=f"{'ended' if ended else 'until'} {end.isoformat()}",
        ended=ended,
        source=_KUBERNETES_EOL if minor <= _LAST_IN_FILE else page,
    )


def cilium_lifetime(minor: Minor) -> Lifetime | None:
    """Return whether Cilium still maintains a minor: the last three are; None for one that the table lacks."""
    if minor not in CILIUM:
        return None
    kept = sorted(CILIUM)[-_CILIUM_MINORS:]
    ended = minor < kept[0]
    after = format_minor((minor[0], minor[1] + _CILIUM_MINORS))
    told = f"ended with {after}" if ended else f"until {after} is out"
    return Lifetime(told=told, ended=ended, source=_CILIUM_SUPPORT)


def talos_lifetime(minor: Minor) -> Lifetime | None:
    """Return whether the community gets fixes for a minor of Talos: until the next one; None for an unknown one."""
    if minor not in TALOS:
        return None
    ended = minor < max(TALOS)
    after = f"{format_minor((minor[0], minor[1] + 1))}.0"
    told = f"ended with {after}" if ended else f"until {after} is out"
    return Lifetime(told=told, ended=ended, source=_TALOS_SUPPORT)
