"""The whole way of lint in one place: paths -> repositories -> findings. Read this first.

Fed by the command line or a script; `repository` reads, `fabric` infers, `rules` look, `engine` runs them. A path means
what is told of: all of the repository above it is read, since Flux counts paths from its root. A description is rendered
in memory, and its documents are looked at like any others.
"""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fabricgen.errors import Problem, ProblemsError
from fabricgen.finding import Finding
from fabricgen.lint.baseline import Baseline, entry_of, write_baseline
from fabricgen.lint.engine import Question, is_asked, lint
from fabricgen.lint.outcome import Found, Outcome, joined
from fabricgen.lint.own import known_ids
from fabricgen.lint.paths import Plan, plan_paths
from fabricgen.lint.run import hits_of
from fabricgen.lint.selection import Selection, select
from fabricgen.lint.since import changed_files
from fabricgen.lint.tree import Tree, Wishes, seen
from fabricgen.repository import find_root
from fabricgen.rules import Rule

__all__ = [
    "Found",
    "Outcome",
    "Plan",
    "Question",
    "Tree",
    "Wishes",
    "hits_of",
    "lint",
    "lint_all",
    "lint_path",
    "plan_paths",
    "seen",
    "select_rules",
    "update_baseline",
]


def lint_path(  # noqa: PLR0913 - each is a flag of the command, named where it is given
    path: str | os.PathLike[str] = ".",
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    since: str = "",
    baseline: str | os.PathLike[str] | None = None,
    rules: Sequence[Rule] = (),
) -> tuple[Finding, ...]:
    """Return what the rules find in a repository, a part of it, a file, or a description; by file and line.

    Args:
        path: findings below it are told; files are called as seen from the current folder.
        only: rules that count, by id, family or glob; all if it is empty.
        skip: rules that do not.
        since: a Git ref; only what changed since then, and what depends on it, is told.
        baseline: a file of findings that are known and not told.
        rules: rules of your own that hold besides; they may not have ids of fabricgen's.

    Raises:
        ProblemsError: a path, a rule, `.fabricgen.yaml`, the baseline or the description is wrong.

    Example:
        >>> findings = fabricgen.lint_path("gitops/homeops", only=["CIL"])
        >>> [finding.rule for finding in findings]
        []
    """
    wishes = Wishes(
        selection=select_rules(only, skip, others=rules),
        rules=_own(rules),
        since=since,
        baseline=Path(baseline) if baseline is not None else None,
    )
    return lint_all(plan_paths([Path(path)]), wishes).findings


def _own(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    if not rules:
        return ()
    from fabricgen.plugins.rules import check_ids  # noqa: PLC0415 - most callers have no rules of their own

    return check_ids(rules)


def select_rules(only: Sequence[str], skip: Sequence[str], *, others: Sequence[Rule] = ()) -> Selection:
    """Return the rules that people ask for, by id, family or glob. Raises ProblemsError with the nearest id.

    An id that is none of ours may be one of an installed package's, which is looked for only then.
    """
    known = (*known_ids(), *(rule.id for rule in others))
    try:
        return select(only, skip, known=known)
    except ProblemsError:
        from fabricgen.plugins.rules import installed_rules  # noqa: PLC0415 - most people name rules of ours

        return select(only, skip, known=(*known, *(rule.id for rule in installed_rules())))


def lint_all(plan: Plan, wishes: Wishes) -> Outcome:
    """Return what is found at all paths, as seen from the current folder.

    Raises:
        ProblemsError: as `lint_path`.
    """
    _one_baseline(plan, wishes)
    if wishes.baseline is not None and not wishes.baseline.exists():
        hint = "write it with --update-baseline"
        raise ProblemsError([Problem(message="there is no such file", file=str(wishes.baseline), hint=hint)])
    outcomes = [seen(tree.outcome(wishes), tree) for tree in plan.trees]
    outcomes += [_of_description(one, wishes) for one in plan.descriptions]
    return joined(outcomes)


def _of_description(path: Path, wishes: Wishes) -> Outcome:
    from fabricgen.pipeline import lint_description  # noqa: PLC0415 - rendering takes long to import

    if wishes.since and not _is_changed(path, wishes.since):
        return Outcome()
    return lint_description(path, wishes.selection)


def _is_changed(path: Path, ref: str) -> bool:
    root = find_root(path.parent).resolve()
    return path.resolve().relative_to(root).as_posix() in changed_files(root, ref)


def update_baseline(plan: Plan, wishes: Wishes) -> tuple[Path, int]:
    """Write the findings of a run to its baseline; return the file, and how many there are now.

    Entries that the run is not about (other paths, other rules) stay.

    Raises:
        ProblemsError: as `lint_path`; or it is not told which file, or there is more than one repository.
        OSError: the file cannot be written.
    """
    _one_baseline(plan, wishes)
    files = {one for tree in plan.trees if (one := tree.baseline(wishes)) is not None}
    if len(plan.trees) != 1 or plan.descriptions or len(files) != 1:
        hint = "name it with --baseline, or in .fabricgen.yaml"
        raise ProblemsError(
            [Problem(message="--update-baseline needs one repository and one file", hint=hint)]
        )
    (tree,), (file,) = plan.trees, files
    question = tree.question(replace(wishes, since=""))
    before = question.baseline or Baseline()
    outcome = lint(tree.files.repository(), replace(question, baseline=None))
    kept = Counter({entry: number for entry, number in before.items() if not is_asked(entry, question)})
    entries = kept + Counter(entry_of(one) for one in outcome.found)
    write_baseline(file, entries)
    return file, entries.total()


def _one_baseline(plan: Plan, wishes: Wishes) -> None:
    if wishes.baseline is not None and len(plan.trees) > 1:
        roots = " and ".join(str(tree.root) for tree in plan.trees)
        hint = "run once for each, or name it in the .fabricgen.yaml of each"
        raise ProblemsError([Problem(message=f"one baseline cannot be that of {roots}", hint=hint)])
