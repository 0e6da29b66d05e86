"""`fabricgen render`: descriptions to trees. stdout: what changed; stderr: what was kept and why."""

import argparse
import json
import sys

from fabricgen import pipeline
from fabricgen.commands.changes import changes_of, report_kept
from fabricgen.commands.descriptions import find_descriptions
from fabricgen.tree import Patience, Plan


def run(args: argparse.Namespace) -> int:
    """Render everything in memory, plan every tree, then write. Returns 1 if a file edited by hand was kept."""
    rendered = pipeline.render_all(find_descriptions(args.descriptions), templates=args.templates)
    plans = [pipeline.plan_output(one, args.output, force=args.force) for one in rendered]
    plans = list(pipeline.write_output(plans, patience=Patience(tell=_tell)))
    _print(plans, as_json=args.format == "json")
    report_kept(plans, out=sys.stderr)
    return 1 if any(plan.edited for plan in plans) else 0


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _print(plans: list[Plan], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({str(plan.root): changes_of(plan) for plan in plans}, indent=2))
        return
    for plan in plans:
        counts = ", ".join(f"{len(paths)} {kind}" for kind, paths in changes_of(plan).items() if paths)
        print(f"{plan.root}: {counts or 'nothing to do'}")
