"""`fabricgen plan`: the steps from what runs to what is wanted. stdout: the plan as Markdown or JSON; stderr: talk."""

import argparse
import json
import sys

from fabricgen.commands.descriptions import find_description
from fabricgen.commands.progress import Progress
from fabricgen.errors import Problem, ProblemsError
from fabricgen.migration import Plan, as_data, as_markdown, how_to_save, plan_from


def run(args: argparse.Namespace) -> int:
    """Print the plan. Returns 2 if it is refused, 1 while something is not known, else 0."""
    if args.how_to_save:
        print(how_to_save(), end="")
        return 0
    _must_be_told(args)
    with Progress("plan"):
        plan = plan_from(
            args.today,
            find_description(args.wanted),
            cluster=args.cluster,
            considered=args.considered,
            live=args.live,
        )
    print(json.dumps(as_data(plan), indent=2) if args.format == "json" else as_markdown(plan), end="")
    if args.format == "json":
        print()
    return _told(plan)


def _must_be_told(args: argparse.Namespace) -> None:
    problems = []
    if args.today is None:
        hint = "--from a description, a repository, or what was saved: see `fabricgen plan --how-to-save`"
        problems.append(Problem(message="what runs today is not told", hint=hint))
    if args.wanted is None:
        hint = "name a cluster of clusters/, or a description"
        problems.append(Problem(message="what is wanted is not told", hint=hint))
    if problems:
        raise ProblemsError(problems)


def _told(plan: Plan) -> int:
    if plan.refusals:
        print("refused: the plan says why, and what can be done instead", file=sys.stderr)
        return 2
    if plan.questions:
        print(f"not known yet: {len(plan.questions)} of the facts that matter", file=sys.stderr)
        return 1
    return 0
