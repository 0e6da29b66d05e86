"""`fabricgen lint`: what is wrong with the network of a GitOps repository? stdout: findings; stderr: talk."""

import argparse
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

from fabricgen.commands.progress import Progress
from fabricgen.commands.terminal import colorful
from fabricgen.errors import Problem, ProblemsError
from fabricgen.finding import Severity
from fabricgen.lint import Plan, Wishes, lint_all, plan_paths, select_rules, update_baseline
from fabricgen.lint.outcome import Outcome
from fabricgen.lint.output import Telling, tell
from fabricgen.validation.output.places import find_root
from fabricgen.validation.output.sentences import count, one_line


def run(args: argparse.Namespace) -> int:
    """Lint, and fix or watch if that is wanted. Returns 1 if there is anything of the severity to fail on."""
    _refuse_contradictions(args)
    wishes = Wishes(selection=select_rules(args.only, args.skip), since=args.since, baseline=args.baseline)
    paths = args.paths or [Path()]
    with Progress("lint: reading"):
        plan = plan_paths(paths)
    if args.update_baseline:
        with Progress("lint"):
            file, number = update_baseline(plan, wishes)
        print(f"{file}: {count(number, 'finding')} known from now on", file=sys.stderr)
        return 0
    if args.watch:
        from fabricgen.commands.lint_watch import watch  # noqa: PLC0415 - most runs end

        return watch(plan, wishes, lambda outcome: _tell(outcome, plan, args))
    if args.fix:
        is_changed = _fix(plan, wishes, args)
        if args.diff:
            return 1 if is_changed else 0
        plan = plan_paths(paths)
    with Progress("lint"):
        outcome = lint_all(plan, wishes)
    return _tell(outcome, plan, args)


def _refuse_contradictions(args: argparse.Namespace) -> None:
    wrong = {
        "--diff shows what --fix would change; give both": args.diff and not args.fix,
        "--watch and --fix exclude each other: whoever edits a file wants no other hand in it": args.watch
        and args.fix,
        "--watch tells findings as text": args.watch and args.format != "text",
        "--update-baseline knows all findings, so it goes without --since, --fix and --watch": args.update_baseline
        and (args.since or args.fix or args.watch),
    }
    if problems := [Problem(message=message) for message, is_wrong in wrong.items() if is_wrong]:
        raise ProblemsError(problems)


def _fix(plan: Plan, wishes: Wishes, args: argparse.Namespace) -> bool:
    """Show what can be fixed, and fix it unless only that is wanted; tell whether there is anything."""
    from fabricgen.lint.fixing import write_fixes  # noqa: PLC0415 - ruamel.yaml, for those who fix

    out = sys.stdout if args.format == "text" or args.diff else sys.stderr
    changed = False
    for tree in plan.trees:
        with Progress("lint --fix"):
            fixes = tree.fixes(tree.outcome(wishes), wishes)
        changed |= bool(fixes.changed)
        out.write(fixes.diff(lambda file, tree=tree: tree.shown(file)))  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
        if not args.diff:
            write_fixes(tree.root, fixes)
        for one in fixes.refused:
            place = f"{tree.shown(one.found.finding.file)}:{one.found.finding.line}"
            print(one_line(f"{place}: {one.found.finding.rule} is not fixed: {one.reason}"), file=sys.stderr)
        said = "can be fixed" if args.diff else "fixed"
        files = count(len(fixes.changed), "file")
        print(f"{count(len(fixes.fixed), 'finding')} {said} in {files}", file=sys.stderr)
    if plan.descriptions:
        names = ", ".join(str(one) for one in plan.descriptions)
        print(f"{names}: descriptions are changed by hand; their trees follow", file=sys.stderr)
    return changed


def _tell(outcome: Outcome, plan: Plan, args: argparse.Namespace) -> int:
    """Print an outcome; return 1 if it fails."""
    if isinstance(
        sys.stdout, TextIOWrapper
    ):  # a file's name, and the locale, may hold what the other cannot write
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    fail_on = _fail_on(args.fail_on, plan)
    telling = Telling(
        out=sys.stdout,
        color=colorful(args.color),
        root=find_root(os.getcwd()),  # noqa: PTH109 - places are text
        fail_on=fail_on,
        fixes=_fixes(outcome, plan) if args.format == "sarif" else {},
    )
    tell(outcome, args.format, telling)
    if not outcome.files:
        print("no .yaml, .yml or .json file found", file=sys.stderr)
    return 1 if outcome.fails(fail_on) else 0


def _fail_on(wanted: str | None, plan: Plan) -> Severity | None:
    levels: Mapping[str | None, Severity | None] = {
        "error": "error",
        "warning": "warning",
        "info": "info",
        "never": None,
        None: plan.fail_on or "error",
    }
    return levels[wanted]


def _fixes(outcome: Outcome, plan: Plan) -> Mapping[int, Mapping[str, tuple[str, str]]]:
    """Return what fixing each finding would change, by its place in the outcome; of one repository only."""
    from fabricgen.lint.fixing import Workshop  # noqa: PLC0415 - as above

    if len(plan.trees) != 1:
        return {}
    (tree,) = plan.trees
    repository = tree.files.repository()
    return {
        number: {tree.shown(file): texts for file, texts in changes.items()}
        for number, found in enumerate(outcome.found)
        if found.edits and (changes := Workshop.changes_of(found.edits, repository))
    }
