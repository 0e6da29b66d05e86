"""Durations as Flux writes them."""

import re
from typing import Final

_PART: Final = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>ms|s|m|h)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(written: object) -> float | None:
    """Return the seconds of `1h30m`; None for what is no such duration."""
    if not isinstance(written, str) or not written or _PART.sub("", written):
        return None
    return sum(float(one["number"]) * _SECONDS[one["unit"]] for one in _PART.finditer(written))
