"""Where a reason comes from: Cilium's documentation and chart, at the version in use; and how a choice is told.

Used by every module beside it.
"""

from typing import Any

from fabricgen.cluster import Choice, Cilium
from fabricgen.documents.document import Setting, setting
from fabricgen.versions.version import format_minor, minor_of

ASKED = "asked for in the description"


def docs(cilium: Cilium, page: str) -> str:
    """Return the address of a page of Cilium's documentation, of the minor in use; `page` is its path there."""
    return f"https://docs.cilium.io/en/v{format_minor(minor_of(cilium.version))}/{page}"


def chart(cilium: Cilium) -> str:
    """Return the address of the chart's values, with their defaults and comments, at the version in use."""
    return f"https://github.com/cilium/cilium/blob/v{cilium.version}/install/kubernetes/cilium/values.yaml"


def chosen(path: str, choice: Choice[Any], *, effect: str) -> Setting:
    """Return the setting of a choice. `effect` says what the value does, for where the choice only says who asked."""
    why = f"{effect}; {choice.why}" if choice.asked else choice.why
    return setting(path, choice.value, why=why, source=choice.source)


def told(because: str | None) -> str:
    """Return the description's own reason as the end of a sentence; empty when it gives none."""
    return f"; {because}" if because else ""
