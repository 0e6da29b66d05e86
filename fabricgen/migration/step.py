"""A step of a migration, and what else a plan is made of: what it refuses, and what it has to be told first.

Fed by the modules of the paths; read by `plan`, `markdown` and the command.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Final

from fabricgen.cluster import Cluster
from fabricgen.documents.bootstrap.step import Check, command, quoted
from fabricgen.documents.bootstrap.step import Step as BootstrapStep
from fabricgen.migration.state import Machine, State

__all__ = [
    "NO_OUTAGE",
    "Check",
    "Move",
    "Question",
    "Refusal",
    "Step",
    "adopted",
    "command",
    "looped",
    "quoted",
]

NO_OUTAGE: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        id: stable, for scripts; each is in a plan once.
        title, why: what is done, and what for.
        commands: lines of bash that can be pasted after the plan's setup.
        checks: what shows that it worked.
        traps: what has gone wrong for others here.
        outage: what stops, for how long, and why; a sum where it can be told.
        rollback: how to get back to before this step.
        is_last_point_of_return: whether this is the last step after which going back costs no outage of its own.
        sources: where the facts are from.
    """

    id: str
    title: str
    why: str
    commands: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    traps: tuple[str, ...] = ()
    outage: str = NO_OUTAGE
    rollback: str
    is_last_point_of_return: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What cannot be done, why, where that is said, and what can be done instead."""

    id: str
    what: str
    why: str
    source: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact that is not known, and the command that tells it; without it `blocks` cannot be planned."""

    what: str
    command: str
    blocks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From `today` to `wanted`, which is what `cluster` means.

    Attributes:
        description: the file of the description.
        is_considered: whether the fabric that the description only considers is wanted.
    """

    today: State
    wanted: State
    cluster: Cluster
    description: str
    is_considered: bool = False

    @property
    def tree(self) -> str:
        """The folder of the cluster's tree, from the root of the repository."""
        return self.cluster.flux.path.removeprefix("./").strip("/")

    @property
    def beside(self) -> str:
        """The description as seen from the tree; empty where it stands outside the repository."""
        inside = not PurePosixPath(self.description).is_absolute()
        return relpath(self.description, self.tree) if inside else ""

    @property
    def swaps_cni(self) -> bool:
        """Whether Cilium takes over from another CNI, or from none."""
        return self.today.cni in {"flannel", "none"} and self.wanted.cni == "cilium"

    @property
    def recreates(self) -> bool:
        """Whether the whole cluster is made anew, so that nothing of it is moved."""
        return self.swaps_cni and self.today.system == "docker"

    @property
    def leaves_metallb(self) -> bool:
        """Whether Cilium takes MetalLB's addresses over."""
        return "metallb" in (self.today.balancers or ()) and "cilium" in (self.wanted.balancers or ())

    @property
    def control_planes(self) -> tuple[Machine, ...]:
        """The control planes as they are today; those that are wanted where that is not known."""
        return tuple(one for one in self._machines if one.control_plane)

    @property
    def workers(self) -> tuple[Machine, ...]:
        """The workers, likewise."""
        return tuple(one for one in self._machines if not one.control_plane)

    @property
    def _machines(self) -> tuple[Machine, ...]:
        return (self.today if _is_usable(self.today.nodes) else self.wanted).nodes or ()


def _is_usable(nodes: Sequence[Machine] | None) -> bool:
    """Tell whether every node has an address and a role, and one of them is a control plane."""
    told = bool(nodes) and all(one.address and one.control_plane is not None for one in nodes or ())
    return told and any(one.control_plane for one in nodes or ())


def adopted(step: BootstrapStep, *, outage: str, rollback: str, sources: tuple[str, ...] = ()) -> Step:
    """Return a step of the bootstrap as one of a migration: the very same commands."""
    return Step(
        id=step.name,
        title=step.title,
        why=step.what,
        commands=step.commands,
        checks=step.checks,
        outage=outage,
        rollback=rollback,
        sources=sources,
    )


def looped(nodes: Sequence[Machine], *lines: str) -> str:
    """Return lines of the shell for each node, with its address as `$node`; a loop stops where a line fails."""
    addresses = [str(one.address) for one in nodes]
    if len(addresses) == 1:
        return "\n".join(line.replace('"$node"', addresses[0]) for line in lines)
    body = "\n".join(f"  {line} || break" for line in lines)
    return f"for node in {' '.join(addresses)}; do\n{body}\ndone"
