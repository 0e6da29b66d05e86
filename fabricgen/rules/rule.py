"""What a rule is, and what it says when it is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from fabricgen.errors import Path
from fabricgen.finding import Severity
from fabricgen.repository import Item, Place

if TYPE_CHECKING:
    from fabricgen.fabric import Fabric

Operation = Literal["set", "rename", "remove", "append"]
Check = Callable[["Fabric"], Iterator["Hit"]]


class Edit(NamedTuple):
    """A mechanical fix: one change at one path of a document, comments and everything else kept.

    `set` writes `value` (making the mappings on the way), `rename` gives the key at the end of the path the name
    `value`, `remove` takes the key away, `append` adds `value` to a list.

    Example:
        >>> def check(fabric):
        ...     for item in fabric.of("", "Service"):
        ...         edit = fabricgen.Edit.of(item, "set", ("spec", "type"), "LoadBalancer")
        ...         yield fabricgen.Hit.at(item, ("spec", "type"), "opens a port on every node", edit)
    """

    place: Place
    document: int
    """Which document of the file, from 0."""
    operation: Operation
    path: Path
    value: Any = None

    @classmethod
    def of(
        cls,
        item: Item,
        operation: Operation,
        path: Path,
        value: Any = None,  # noqa: ANN401 - values are of any kind
    ) -> "Edit":
        """Return a change of the document that an object is written in."""
        return cls(item.place(*path), item.origin.index, operation, path, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place where a rule is broken.

    Attributes:
        place: where to look; the place that a person would change.
        message: what is wrong here, with this cluster's values: one sentence.
        object: the object as people name it, `Kind namespace/name`.
        edits: what would fix it, where that is mechanical.
        same: further places where the same holds; of all of them the first that somebody asks about is told.

    Example:
        >>> def check(fabric):
        ...     for item in fabric.of("", "Service"):
        ...         yield fabricgen.Hit.at(item, ("spec",), f"{item.name} is a Service")
    """

    place: Place
    message: str
    object: str = ""
    edits: tuple[Edit, ...] = ()
    same: tuple["Hit", ...] = ()

    @classmethod
    def at(cls, item: Item, path: Path, message: str, *edits: Edit) -> "Hit":
        """Return the hit at a path of an object."""
        return cls(place=item.place(*path), message=message, object=item.label, edits=edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the catalogue.

    Attributes:
        id: its name for ever, such as `CIL007`.
        severity: error if it cannot work or loses traffic, data or encryption; warning if it will bite; info else.
        title: the rule in one sentence.
        why: what happens when it is broken.
        source: where the fact comes from.
        fix: what to do.
        since, until: the first version, and the first version no more, for which it holds; empty is no bound.

    Example:
        >>> rule = fabricgen.Rule(
        ...     id="HSE001",
        ...     severity="warning",
        ...     title="Every object has an owner",
        ...     why="Nobody knows whom to ask.",
        ...     source="https://example.org/owners",
        ...     fix="Label it.",
        ...     check=lambda fabric: iter(()),
        ... )
        >>> fabricgen.lint_path("gitops/homeops", only=["HSE001"], rules=[rule])
        ()
    """

    id: str
    severity: Severity
    title: str
    why: str
    source: str
    fix: str
    since: str = ""
    until: str = ""
    check: Check


RULES: Final[dict[str, Rule]] = {}
"""Every rule of the modules that are imported, by id."""


def rule(  # noqa: PLR0913 - these are the parts of a rule, each named where it is given
    id: str,  # noqa: A002 - what it is called everywhere
    severity: Severity,
    title: str,
    *,
    why: str,
    source: str,
    fix: str,
    since: str = "",
    until: str = "",
) -> Callable[[Check], Check]:
    """Make the function below a rule of the catalogue."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"there are two rules {id}")
        RULES[id] = Rule(
            id=id,
            severity=severity,
            title=title,
            why=why,
            source=source,
            fix=fix,
            since=since,
            until=until,
            check=check,
        )
        return check

    return register
