"""A component of somebody else's package in a cluster: what it is called, where it comes from, what makes its documents.

Made by `plugins` from what a description names; read by `documents`, which knows nothing of packages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedComponent:
    """What `components` of a description switches on.

    Attributes:
        name: of the component, and of its folder below infrastructure/.
        package: that brings it, with its version.
        options: what the description says of it, read by the component's own model.
        why: what it is for, one sentence.
        after, waits: the layers that it waits for, and why.
        keep: why nothing of it is ever pruned; empty if it is.
        minutes: how long it may take to be ready.
        templates: a folder of templates of its own.
        make: gives its drafts, from the cluster and the options.
    """

    name: str
    package: str
    options: Any
    why: str
    after: tuple[str, ...]
    waits: str
    keep: str = ""
    minutes: int = 5
    templates: Path | None = field(default=None, repr=False)
    make: Callable[[Any, Any], Iterable[object]] = field(repr=False)

    @property
    def folder(self) -> str:
        """The folder that its documents stand in, from that of the cluster."""
        return f"infrastructure/{self.name}"
