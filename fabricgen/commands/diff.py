"""`fabricgen diff`: what a render would change, why, and what restarts. Writes nothing."""

import argparse
import sys
from importlib import import_module

from fabricgen import pipeline
from fabricgen.commands.descriptions import find_descriptions
from fabricgen.commands.progress import Progress
from fabricgen.commands.terminal import colorful
from fabricgen.diff.output import Telling
from fabricgen.diff.report import report_commit, report_disk


def run(args: argparse.Namespace) -> int:
    """Render in memory and compare. Returns 1 if a render would change anything, or would be refused."""
    paths = find_descriptions(args.descriptions)
    with Progress("diff") as progress:
        rendered = pipeline.render_all(progress.over(paths, "rendered"), templates=args.templates)
        reports = [
            report_commit(one, args.output / one.cluster.name, description=path, ref=args.against)
            if args.against
            else report_disk(one, pipeline.plan_output(one, args.output), description=path)
            for path, one in zip(progress.over(paths, "compared"), rendered, strict=True)
        ]
    color = colorful(args.color)
    telling = Telling(out=sys.stdout, unified=not args.meaning, meaning=not args.unified, color=color)
    import_module(f"fabricgen.diff.output.{args.format}").write(reports, telling)
    return 1 if any(one.differs for one in reports) else 0
