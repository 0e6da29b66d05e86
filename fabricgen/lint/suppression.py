"""Findings that somebody switched off, with a reason, and suppressions that are not what they should be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fabricgen.finding import Finding
from fabricgen.lint.comments import Comment
from fabricgen.lint.outcome import Found
from fabricgen.lint.own import LNT001, LNT002, LNT003
from fabricgen.lint.selection import Selection, names_rule, nearest_rule
from fabricgen.lint.settings import Ignore
from fabricgen.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressions:
    """All suppressions of a repository: those in comments, and those for whole files."""

    comments: tuple[Comment, ...] = ()
    ignores: tuple[Ignore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """Findings that count, how many do not, and what is wrong with the suppressions."""

    kept: tuple[Found, ...]
    suppressed: int
    wrong: tuple[Found, ...]


def sift(
    found: Iterable[Found], suppressions: Suppressions, *, selection: Selection, known: Sequence[str]
) -> Sifted:
    """Return the findings that nothing suppresses; `known` are the ids of all rules.

    A suppression counts as unused only if its rule had its chance: if the run is about it.
    """
    by_file: dict[str, list[Comment]] = {}
    for comment in suppressions.comments:
        by_file.setdefault(comment.file, []).append(comment)
    kept: list[Found] = []
    used: set[tuple[int, str]] = set()
    number = 0
    for one in found:
        covering = list(_covering(one.finding, by_file.get(one.finding.file, ()), suppressions.ignores))
        used |= {(id(by), one.finding.rule) for by in covering}
        if covering:
            number += 1
        else:
            kept.append(one)
    wrong = [*_wrong_comments(suppressions.comments, used, selection, known)]
    wrong += _wrong_ignores(suppressions.ignores, {by for by, _ in used}, selection, known)
    return Sifted(
        kept=tuple(kept),
        suppressed=number,
        wrong=tuple(Found(finding=one) for one in wrong if selection.takes(one.rule)),
    )


def _covering(
    finding: Finding, comments: Iterable[Comment], ignores: Iterable[Ignore]
) -> Iterator[Comment | Ignore]:
    yield from (one for one in comments if one.covers(finding.rule, finding.line))
    yield from (one for one in ignores if one.covers(finding.rule, finding.file))


def _wrong_comments(
    comments: Iterable[Comment], used: set[tuple[int, str]], selection: Selection, known: Sequence[str]
) -> Iterator[Finding]:
    for one in comments:
        if not one.reason or not one.rules:
            yield _told(LNT003, one, message=_incomplete(one))
            continue
        for rule in one.rules:
            if rule not in known:
                yield _told(LNT002, one, message=f"there is no rule {rule}; {nearest_rule(rule, known)}")
            elif (id(one), rule) not in used and selection.takes(rule):
                yield _told(LNT001, one, message=f"{rule} finds nothing here that would be suppressed")


def _incomplete(comment: Comment) -> str:
    if not comment.rules:
        return "this suppression names no rule"
    return f"this suppression of {', '.join(comment.rules)} has no reason"


def _wrong_ignores(
    ignores: Iterable[Ignore], used: set[int], selection: Selection, known: Sequence[str]
) -> Iterator[Finding]:
    for one in ignores:
        meant = [rule for rule in known if names_rule((one.rule,), rule)]
        if not meant:
            hint = nearest_rule(one.rule, known)
            yield _told(LNT002, one, message=f"there is no rule {one.rule}; {hint}")
        elif id(one) not in used and all(selection.takes(rule) for rule in meant):
            where = f" in {', '.join(one.paths)}" if one.paths else ""
            yield _told(LNT001, one, message=f"{one.rule} finds nothing{where} that would be suppressed")


def _told(rule: Rule, by: Comment | Ignore, *, message: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=by.file,
        line=by.line,
        column=by.column,
        message=message,
        why=rule.why,
        source=rule.source,
        fix=rule.fix,
    )
