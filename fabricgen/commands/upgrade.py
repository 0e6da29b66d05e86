"""`fabricgen upgrade`: where pins stand, and the way to newer versions. stdout: table or plan; stderr: what was written."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from fabricgen import pipeline
from fabricgen.commands.arguments.upgrade import PRODUCTS
from fabricgen.commands.changes import changes_of, report_kept
from fabricgen.commands.descriptions import find_description, find_descriptions
from fabricgen.commands.progress import Progress
from fabricgen.errors import DescriptionError, Problem, ProblemsError
from fabricgen.load import load_text
from fabricgen.load.source import read_source
from fabricgen.tree import Patience, Plan
from fabricgen.upgrade.as_json import plan_json, standings_json
from fabricgen.upgrade.markdown import plan_markdown, standings_markdown
from fabricgen.upgrade.planning import Place, UpgradePlan, plan_upgrade
from fabricgen.upgrade.products import Product, Target, written
from fabricgen.upgrade.standing import Standings, standings_of
from fabricgen.upgrade.text import plan_text, standings_text
from fabricgen.upgrade.writing import write_first_stop
from fabricgen.versions.version import Version, parse_version

_TABLES: Final[Mapping[str, Callable[[Standings], str]]] = {
    "text": standings_text,
    "markdown": standings_markdown,
}
_PLANS: Final[Mapping[str, Callable[[UpgradePlan], str]]] = {"text": plan_text, "markdown": plan_markdown}


def run(args: argparse.Namespace) -> int:
    """Tell, and with versions write the first stop. Returns 1 if something is left to do by hand."""
    asked = _asked(args)
    places = [_place(path, args) for path in _descriptions(args.clusters, one=bool(asked))]
    if not asked:
        with Progress("upgrade"):
            standings = [_standings(place.description) for place in places]
        _show(standings, args, texts=_TABLES, data=standings_json)
        return 0
    with Progress("upgrade: planning"):
        plans = _plan_all(places, asked)
    _show(plans, args, texts=_PLANS, data=plan_json)
    codes = [_write(plan, place, dry_run=args.dry_run) for plan, place in zip(plans, places, strict=True)]
    return max(codes, default=0)


def _asked(args: argparse.Namespace) -> Target:
    """Return the versions that are asked for. Raises ProblemsError with all that are none."""
    target: dict[Product, Version] = {}
    problems: list[Problem] = []
    for product in PRODUCTS:
        text = getattr(args, product.replace("-", "_"))
        if text is None:
            continue
        try:
            target[product] = parse_version(text)
        except ValueError as error:
            problems.append(Problem(message=f"--{product}: {error}"))
    if problems:
        raise ProblemsError(problems)
    return target


def _descriptions(given: Sequence[str], *, one: bool) -> Sequence[Path]:
    found = find_descriptions(
        [Path(name) if Path(name).is_dir() else find_description(name) for name in given]
    )
    if one and not given and len(found) > 1:
        names = ", ".join(path.stem for path in found)
        message = "versions are asked for, and there are several clusters"
        raise DescriptionError([Problem(message=message, hint=f"say which: {names}")])
    return found


def _place(path: Path, args: argparse.Namespace) -> Place:
    templates = args.templates or pipeline.templates_beside(path)
    return Place(description=path, output=args.output, templates=templates)


def _standings(path: Path) -> Standings:
    text = read_source(path)
    return standings_of(load_text(text, file=str(path)), text)


def _plan_all(places: Sequence[Place], asked: Target) -> list[UpgradePlan]:
    """Return a plan for each description. Raises the problems of all of them together."""
    problems: list[Problem] = []
    plans: list[UpgradePlan] = []
    for place in places:
        try:
            plan = plan_upgrade(read_source(place.description), asked=asked, place=place)
        except ProblemsError as error:
            problems.extend(error.problems)
            continue
        plans.append(plan)
        problems.extend(plan.stops[0].problems if plan.stops else ())
    if problems:
        raise ProblemsError(problems)
    return plans


def _show(
    results: Sequence[Any],
    args: argparse.Namespace,
    *,
    texts: Mapping[str, Callable[[Any], str]],
    data: Callable[[Any], dict[str, Any]],
) -> None:
    if args.format == "json":
        print(json.dumps([data(one) for one in results], indent=2, ensure_ascii=False))
    else:
        print("\n".join(texts[args.format](one) for one in results), end="")


def _write(plan: UpgradePlan, place: Place, *, dry_run: bool) -> int:
    """Write the first stop, unless there is none or only a plan is wanted; say how to go on. Returns the exit code."""
    waiting = 1 if any(stop.problems for stop in plan.stops) else 0
    if not plan.stops:
        _say(f"{plan.file}: nothing to do")
        return 0
    first = plan.stops[0]
    if dry_run:
        _say(f"{plan.file}: nothing is written, as --dry-run asks for")
        return waiting
    done = write_first_stop(plan, place, patience=Patience(tell=_say))
    _say(
        f"{plan.file}: {', '.join(str(move) for move in first.leg.moves)}; comments are kept, read those beside it"
    )
    _say(f"{done.root}: {_counted(done)}")
    if len(plan.stops) > 1:
        _say(f"Next, once this stop's steps are done and all is Ready: {_again(plan)}")
    report_kept([done], out=sys.stderr)
    return 1 if done.edited else waiting


def _counted(plan: Plan) -> str:
    counts = ", ".join(f"{len(paths)} {kind}" for kind, paths in changes_of(plan).items() if paths)
    return counts or "nothing to do"


def _again(plan: UpgradePlan) -> str:
    words = [f"--{product} {written(product, version)}" for product, version in plan.asked.items()]
    return f"fabricgen upgrade {plan.file} {' '.join(words)}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
