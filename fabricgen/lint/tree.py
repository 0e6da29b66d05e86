"""A repository on disk, read once, and asked as often as wanted; `--watch` has it read again what changed."""

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fabricgen.lint.baseline import read_baseline
from fabricgen.lint.engine import Question, entries_of, lint
from fabricgen.lint.files import Files
from fabricgen.lint.outcome import Outcome, in_order
from fabricgen.lint.selection import Selection
from fabricgen.lint.settings import NAME, Settings, read_settings
from fabricgen.lint.since import changed_files
from fabricgen.lint.suppression import Suppressions
from fabricgen.rules import Rule
from fabricgen.validation.cache import Stamp, stamp_of

if TYPE_CHECKING:
    from fabricgen.lint.fixing import Fixes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a run is asked for, besides its paths: which rules, rules of the caller, a Git ref to compare with, a baseline."""

    selection: Selection = field(default_factory=Selection)
    rules: tuple[Rule, ...] = ()
    since: str = ""
    baseline: Path | None = None


@dataclass(kw_only=True)
class Tree:
    """A repository on disk.

    Attributes:
        root: its absolute folder.
        given: the paths that findings are told of, as they were given.
    """

    root: Path
    given: tuple[Path, ...]
    _stamp: Stamp = field(default_factory=list)

    @cached_property
    def settings(self) -> Settings:
        """What its `.fabricgen.yaml` says."""
        self._stamp = stamp_of(str(self.root / NAME))
        return read_settings(self.root)

    @cached_property
    def files(self) -> Files:
        """Its files, read."""
        files = Files(self.root, self.settings.exclude)
        files.refresh()
        return files

    def refresh(self) -> bool:
        """Read again what has changed; tell whether anything has.

        Raises:
            ProblemsError: `.fabricgen.yaml` is wrong now.
        """
        if stamp_of(str(self.root / NAME)) != self._stamp:
            self.__dict__.pop("settings", None)
            self.__dict__.pop("files", None)
            return True
        return bool(self.files.refresh())

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The paths that findings are told of, from the root."""
        return tuple(Path(one).resolve().relative_to(self.root).as_posix() for one in self.given)

    def baseline(self, wishes: Wishes) -> Path | None:
        """Return the file of its baseline, if there is to be one."""
        own = self.root / self.settings.baseline if self.settings.baseline else None
        return wishes.baseline or own

    def question(self, wishes: Wishes) -> Question:
        """Return what is asked of it."""
        file = self.baseline(wishes)
        return Question(
            selection=wishes.selection,
            scope=self.scope,
            suppressions=Suppressions(comments=self.files.comments(), ignores=self.settings.ignore),
            changed=changed_files(self.root, wishes.since) if wishes.since else None,
            baseline=read_baseline(file) if file is not None and file.exists() else None,
            rules=self.rules(wishes),
        )

    def rules(self, wishes: Wishes) -> tuple[Rule, ...]:
        """Return the rules besides fabricgen's: those that its `.fabricgen.yaml` names, and those of the caller."""
        if not self.settings.rules:
            return wishes.rules
        from fabricgen.plugins.rules import check_ids, rules_of  # noqa: PLC0415 - most repositories name none

        return check_ids((*rules_of(self.settings.rules), *wishes.rules))

    def outcome(self, wishes: Wishes) -> Outcome:
        """Return what is found in it; files are called as they are in the repository."""
        return lint(self.files.repository(), self.question(wishes))

    def fixes(self, outcome: Outcome, wishes: Wishes) -> "Fixes":
        """Return what fixing the findings of an outcome of this tree would change."""
        from fabricgen.lint.fixing import plan_fixes  # noqa: PLC0415 - ruamel.yaml, for those who fix

        return plan_fixes(
            self.files.repository(),
            outcome.found,
            still=lambda repository: entries_of(repository, wishes.selection, others=self.rules(wishes)),
        )

    def shown(self, file: str) -> str:
        """Return how a file of it is called from where the command runs."""
        for scope, given in zip(self.scope, self.given, strict=True):
            if file == scope:
                return str(given)
            if scope == "." or file.startswith(f"{scope}/"):
                return os.path.normpath(given / os.path.relpath(file, scope))
        return os.path.relpath(self.root / file)


def seen(outcome: Outcome, tree: Tree) -> Outcome:
    """Return an outcome of a tree with its files called as seen from the current folder."""
    found = (
        replace(one, finding=replace(one.finding, file=tree.shown(one.finding.file))) for one in outcome.found
    )
    return replace(outcome, found=in_order(found))
