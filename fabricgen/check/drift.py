"""How a tree on disk differs from what its description renders to, a sentence a file.

Fed by the plan of a render, which knows from the ownership record whose a file is; told by `fabricgen check`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from fabricgen.check.bootstrap import RELEASE
from fabricgen.documents.bootstrap.cilium import VALUES
from fabricgen.errors import Problem
from fabricgen.finding import Finding
from fabricgen.tree import RECORD_NAME, Plan

Kind = Literal["missing", "stale", "unwanted", "edited", "foreign", "blocked"]

_KINDS: Final[Mapping[str, Kind]] = {
    "add": "missing",
    "change": "stale",
    "remove": "unwanted",
    "edited": "edited",
    "foreign": "foreign",
}
_RULES: Final[Mapping[Kind, str]] = {
    "missing": "DRF001",
    "stale": "DRF002",
    "unwanted": "DRF003",
    "edited": "DRF004",
    "foreign": "DRF005",
    "blocked": "DRF006",
}
WORDS: Final[Mapping[Kind, str]] = {
    "missing": "missing",
    "stale": "stale",
    "unwanted": "no longer wanted",
    "edited": "edited by hand",
    "foreign": "someone else's file in our place",
    "blocked": "in the way",
}
HINTS: Final[Mapping[Kind, str]] = {
    "missing": "`fabricgen render` writes it",
    "stale": "the description, a template or fabricgen changed since; `fabricgen diff` shows what, `fabricgen render` "
    "writes it",
    "unwanted": "it is ours, and the description asks for it no more; `fabricgen render` removes it",
    "edited": "change the description or a template instead; `fabricgen render --force` overwrites it",
    "foreign": "move it away; `fabricgen render --force` overwrites it",
    "blocked": "nothing of the tree can be compared before that is mended",
}
_VALUES: Final = (
    "edited by hand: it holds the values of Cilium, which are byte for byte the same in "
    f"{VALUES} and {RELEASE}, or Flux would change the network while the cluster comes up"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A file that is not what it should be; `path` is below the tree's root."""

    path: str
    kind: Kind
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All that differs in the tree at `root`, by path."""

    root: Path
    differences: tuple[Difference, ...]

    def by_kind(self) -> dict[str, list[str]]:
        """Return the paths of each kind that there is."""
        found: dict[str, list[str]] = {}
        for kind in WORDS:
            if paths := [one.path for one in self.differences if one.kind == kind]:
                found[kind] = paths
        return found

    def findings(self) -> Iterator[Finding]:
        """Yield each difference as a finding, for the forms that know nothing else."""
        for one in self.differences:
            yield Finding(
                rule=_RULES[one.kind],
                severity="error",
                file=str(self.root / one.path),
                message=f"drift: {one.message}",
                fix=one.hint,
            )


def drift_of(plan: Plan) -> Drift:
    """Return what a render would change, and what would stop it."""
    found = [_difference(_KINDS[one.kind], str(one.path)) for one in plan.changes if one.kind in _KINDS]
    return Drift(root=plan.root, differences=(*found, *_of_record(plan, is_all=not found)))


def blocked(root: Path, problems: tuple[Problem, ...]) -> Drift:
    """Return the drift of a tree that cannot be compared: its record is garbled, or something is in the way."""
    found = (
        Difference(
            path=str(Path(one.file).relative_to(root)) if Path(one.file).is_relative_to(root) else one.file,
            kind="blocked",
            message=one.message,
            hint=one.hint or HINTS["blocked"],
        )
        for one in problems
    )
    return Drift(root=root, differences=tuple(found))


def _difference(kind: Kind, path: str) -> Difference:
    message = _VALUES if kind == "edited" and path in {VALUES, RELEASE} else WORDS[kind]
    return Difference(path=path, kind=kind, message=message, hint=HINTS[kind])


def _of_record(plan: Plan, *, is_all: bool) -> Iterator[Difference]:
    """Yield what is wrong with the ownership record, if it is not just as old as the files."""
    if not (plan.root / RECORD_NAME).exists():
        hint = "without it nobody knows which files are ours; `fabricgen render` writes it, commit it with the files"
        yield Difference(path=RECORD_NAME, kind="missing", message=WORDS["missing"], hint=hint)
    elif is_all and plan.record_changed:
        message = "stale: it does not say which files are ours"
        yield Difference(path=RECORD_NAME, kind="stale", message=message, hint="`fabricgen render` writes it")
