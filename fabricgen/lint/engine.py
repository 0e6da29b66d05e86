"""A repository -> what is wrong with it: rules, suppressions, what a change touches, the baseline, in this order."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from fabricgen.fabric import Fabric, infer
from fabricgen.lint.baseline import Baseline, Entry, entry_of, split_known
from fabricgen.lint.outcome import Found, Outcome, in_order
from fabricgen.lint.own import YML001, every_rule, known_ids
from fabricgen.lint.run import find_all
from fabricgen.lint.selection import Selection
from fabricgen.lint.since import touched
from fabricgen.lint.suppression import Suppressions, sift
from fabricgen.lint.unreadable import find_unreadable
from fabricgen.repository import Repository, split_clusters
from fabricgen.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a repository.

    Attributes:
        selection: the rules that count.
        scope: files and folders, from the root, that findings are told of; `.` is everything.
        suppressions: what was switched off.
        changed: the files that a change touches; None asks about everything.
        baseline: findings that are known; None where there is no baseline.
        rules: rules besides fabricgen's own, of other packages or of the caller.
        complete: whether the repository is all that Flux will ever apply, as what fabricgen renders is.
    """

    selection: Selection = field(default_factory=Selection)
    scope: tuple[str, ...] = (".",)
    suppressions: Suppressions = field(default_factory=Suppressions)
    changed: AbstractSet[str] | None = None
    baseline: Baseline | None = None
    rules: tuple[Rule, ...] = ()
    complete: bool = False

    def is_about(self, file: str) -> bool:
        """Tell whether findings in this file are told."""
        return any(one in {".", file} or file.startswith(f"{one}/") for one in self.scope)


def lint(repository: Repository, question: Question, *, besides: Sequence[Found] = ()) -> Outcome:
    """Return what the rules have to say about a repository; `besides` is what others found in it."""
    fabrics = tuple(
        replace(infer(cluster), complete=question.complete) for cluster in split_clusters(repository)
    )
    found = [
        *(one for one in besides if question.selection.takes(one.finding.rule)),
        *find_every(repository, fabrics, question.selection, others=question.rules),
    ]
    known = (*known_ids(), *(rule.id for rule in question.rules))
    sifted = sift(found, question.suppressions, selection=question.selection, known=known)
    told = _told([*sifted.kept, *sifted.wrong], fabrics, question)
    new, left = split_known(told, question.baseline or Baseline())
    return Outcome(
        found=in_order(new),
        suppressed=sifted.suppressed,
        known=len(told) - len(new),
        gone=_gone(left, question),
        files=len(repository.by_file),
        documents=len(repository.documents),
    )


def entries_of(
    repository: Repository, selection: Selection, *, others: Sequence[Rule] = ()
) -> frozenset[Entry]:
    """Return what is found in a repository, whether it is told or not, as a baseline knows it."""
    fabrics = [infer(cluster) for cluster in split_clusters(repository)]
    return frozenset(entry_of(one) for one in find_every(repository, fabrics, selection, others=others))


def find_every(
    repository: Repository, fabrics: Sequence[Fabric], selection: Selection, *, others: Sequence[Rule] = ()
) -> Sequence[Found]:
    """Return everything that the selected rules find, suppressed or not; `others` are rules besides our own."""
    rules = [rule for rule in (*every_rule(), *others) if selection.takes(rule.id)]
    unreadable = find_unreadable(repository, fabrics) if selection.takes(YML001.id) else ()
    return [*unreadable, *find_all(fabrics, rules)]


def _told(found: Sequence[Found], fabrics: Sequence[Fabric], question: Question) -> list[Found]:
    """Return the findings that are in the scope, and that the change touches, in order."""
    change = None if question.changed is None else touched(fabrics, question.changed)

    def is_told(file: str, clusters: tuple[str, ...]) -> bool:
        return question.is_about(file) and (change is None or change.tells(file, clusters))

    inside = (one.within(is_told) for one in found)
    return list(in_order(one for one in inside if one is not None))


def _gone(left: Baseline, question: Question) -> tuple[str, ...]:
    """Return the entries of the baseline that this run would have found and did not."""
    if question.changed is not None:
        return ()
    return tuple(str(entry) for entry in sorted(left) if is_asked(entry, question))


def is_asked(entry: Entry, question: Question) -> bool:
    """Tell whether a run would find what the entry stands for."""
    return question.is_about(entry.file) and question.selection.takes(entry.rule)
