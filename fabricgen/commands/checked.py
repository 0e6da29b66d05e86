"""What `fabricgen check` says: drift and findings of all descriptions, apart, in every form. Fed by `check`."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fabricgen.check.drift import HINTS, WORDS, Kind
from fabricgen.fleet.checking import check_fleet
from fabricgen.lint import select_rules
from fabricgen.lint.outcome import Found, Outcome, joined
from fabricgen.lint.output import Telling, tell
from fabricgen.memory import Memory, Source
from fabricgen.memory.questions import Order
from fabricgen.pipeline import Checked
from fabricgen.validation.output.sentences import count, one_line

if TYPE_CHECKING:
    from fabricgen.finding import Severity

Said = list[tuple[str, str]]
"""Texts in their order, each with where it goes: `out` or `err`."""

_AS_FINDINGS: Final = {"sarif", "github", "junit"}
"""Forms that have no place for drift: there each file that differs is a finding."""


def check_and_say(
    paths: Sequence[Path], order: Order, memory: Memory, args: argparse.Namespace
) -> tuple[int, Said, tuple[Source, ...] | None]:
    """Return the exit code, what is to be said, and what all that is made of. Raises ProblemsError as `check_fleet`."""
    selection = select_rules(args.only, args.skip)
    fleet = check_fleet(paths, order, selection, memory=memory, jobs=args.jobs)
    outcome = joined(one.outcome for one in fleet.checked)
    fail_on: Severity | None = None if args.fail_on == "never" else args.fail_on
    telling = Telling(out=StringIO(), color=args.colorful, root=args.root, fail_on=fail_on)
    failed = any(one.drift.differences for one in fleet.checked) or outcome.fails(fail_on)
    return int(failed), _said(fleet.checked, outcome, args.format, telling), fleet.made_of


def _said(checked: Sequence[Checked], outcome: Outcome, form: str, telling: Telling) -> Said:
    if form == "json":
        _write_json(checked, outcome, telling)
    elif form in _AS_FINDINGS:
        drift = (Found(finding=one) for each in checked for one in each.drift.findings())
        tell(replace(outcome, found=(*drift, *outcome.found)), form, telling)
    elif form == "markdown":
        telling.out.write("".join(f"{line}\n" for line in _table(checked)))
        tell(outcome, form, telling)
    else:
        return list(_text(checked, outcome, telling))
    return [("out", _written(telling))]


def _written(telling: Telling) -> str:
    telling.out.seek(0)
    return telling.out.read()


def _write_json(checked: Sequence[Checked], outcome: Outcome, telling: Telling) -> None:
    """Write one object: `drift` by tree and kind, `findings`, and how many there are of each."""
    told = StringIO()
    tell(outcome, "json", replace(telling, out=told))
    findings = json.loads(told.getvalue())
    drift = {str(one.drift.root): one.drift.by_kind() for one in checked}
    summary = {"drift": sum(len(one.drift.differences) for one in checked), **findings["summary"]}
    whole = {"drift": drift, "findings": findings["findings"], "summary": summary}
    json.dump(whole, telling.out, indent=2, ensure_ascii=False)
    telling.out.write("\n")


def _text(checked: Sequence[Checked], outcome: Outcome, telling: Telling) -> Iterator[tuple[str, str]]:
    """Yield what differs, then what is found; where there is none of it, that goes to stderr."""
    drifts = any(one.drift.differences for one in checked)
    yield "out" if drifts else "err", f"drift: {_numbers(checked)}\n"
    yield "out", "".join(f"{line}\n" for line in _lines(checked))
    if outcome.found:
        tell(outcome, "text", telling)
        yield "out", "\nfindings:\n" * drifts + _written(telling)
    else:
        yield "err", f"findings: none in {count(outcome.files, 'file')}\n"


def _lines(checked: Sequence[Checked]) -> Iterator[str]:
    kinds: set[Kind] = set()
    for one in checked:
        for difference in one.drift.differences:
            yield one_line(f"{one.drift.root / difference.path}: {difference.message}")
            kinds.add(difference.kind)
            if difference.hint != HINTS[difference.kind]:
                yield one_line(f"    {difference.hint}")
    for kind in (kind for kind in WORDS if kind in kinds and kind != "blocked"):
        yield f"  {WORDS[kind]}: {HINTS[kind]}"


def _numbers(checked: Sequence[Checked]) -> str:
    """Return `3 files in 5 trees: 1 missing, 2 edited by hand`."""
    found = [one.kind for each in checked for one in each.drift.differences]
    trees = count(len(checked), "tree")
    if not found:
        return f"none in {trees}"
    each = ", ".join(f"{found.count(kind)} {WORDS[kind]}" for kind in WORDS if kind in found)
    return f"{count(len(found), 'file')} in {trees}: {each}"


def _table(checked: Sequence[Checked]) -> Iterator[str]:
    """Yield the drift for a comment on a pull request."""
    yield from ("### fabricgen check: drift", "", f"{_numbers(checked)}.", "")
    rows = [(one, each) for each in checked for one in each.drift.differences]
    if rows:
        yield from ("| file | what | what to do |", "|---|---|---|")
    for one, each in rows:
        place = one_line(str(each.drift.root / one.path)).replace("|", "\\|")
        yield f"| `{place}` | {one_line(one.message)} | {one_line(one.hint)} |"
    if rows:
        yield ""
