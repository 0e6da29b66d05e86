"""`fabricgen check`: does the committed tree say what the descriptions say, and is that right? Writes nothing."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Final

from fabricgen import pipeline
from fabricgen.check.drift import HINTS, WORDS, Kind
from fabricgen.commands.descriptions import find_descriptions
from fabricgen.commands.terminal import colorful
from fabricgen.lint import select_rules
from fabricgen.lint.outcome import Found, Outcome, joined
from fabricgen.lint.output import Telling, tell
from fabricgen.pipeline import Checked
from fabricgen.validation.output.places import find_root
from fabricgen.validation.output.sentences import count, one_line

if TYPE_CHECKING:
    from fabricgen.finding import Severity

_AS_FINDINGS: Final = {"sarif", "github", "junit"}
"""Forms that have no place for drift: there each file that differs is a finding."""


def run(args: argparse.Namespace) -> int:
    """Compare every tree with what would be rendered, and tell what is wrong in it. Returns 1 if there is anything."""
    selection = select_rules(args.only, args.skip)
    descriptions = find_descriptions(args.descriptions)
    checked = pipeline.check_all(descriptions, args.output, templates=args.templates, selection=selection)
    outcome = joined(one.outcome for one in checked)
    fail_on: Severity | None = None if args.fail_on == "never" else args.fail_on
    telling = Telling(
        out=sys.stdout,
        color=colorful(args.color),
        root=find_root(os.getcwd()),  # noqa: PTH109 - places are text
        fail_on=fail_on,
    )
    _tell(checked, outcome, args.format, telling)
    return 1 if any(one.drift.differences for one in checked) or outcome.fails(fail_on) else 0


def _tell(checked: Sequence[Checked], outcome: Outcome, form: str, telling: Telling) -> None:
    if form == "json":
        _write_json(checked, outcome, telling)
    elif form in _AS_FINDINGS:
        drift = (Found(finding=one) for each in checked for one in each.drift.findings())
        tell(replace(outcome, found=(*drift, *outcome.found)), form, telling)
    elif form == "markdown":
        telling.out.write("".join(f"{line}\n" for line in _table(checked)))
        tell(outcome, form, telling)
    else:
        _write_text(checked, outcome, telling)


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


def _write_text(checked: Sequence[Checked], outcome: Outcome, telling: Telling) -> None:
    """Write what differs, then what is found; where there is none of it, that goes to stderr."""
    drifts = any(one.drift.differences for one in checked)
    head = f"drift: {_numbers(checked)}\n"
    (telling.out if drifts else sys.stderr).write(head)
    telling.out.write("".join(f"{line}\n" for line in _lines(checked)))
    if outcome.found:
        telling.out.write("\nfindings:\n" if drifts else "")
        tell(outcome, "text", telling)
    else:
        sys.stderr.write(f"findings: none in {count(outcome.files, 'file')}\n")


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
