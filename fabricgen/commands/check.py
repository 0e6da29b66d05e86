"""`fabricgen check`: does the committed tree say what the descriptions say? Writes nothing."""

import argparse
import json

from fabricgen import pipeline
from fabricgen.commands.descriptions import find_descriptions
from fabricgen.commands.report import changes_of


def run(args: argparse.Namespace) -> int:
    """Compare every tree with what would be rendered. Returns 1 if anything differs."""
    rendered = pipeline.render_all(find_descriptions(args.descriptions), templates=args.templates)
    plans = [pipeline.plan_output(one, args.output) for one in rendered]
    drift = {
        str(plan.root): {kind: paths for kind, paths in changes_of(plan).items() if paths} for plan in plans
    }
    if args.format == "json":
        print(json.dumps(drift, indent=2))
    else:
        for root, kinds in drift.items():
            for kind, paths in kinds.items():
                print("\n".join(f"{root}/{path}: {_SAID[kind]}" for path in paths))
    return 1 if any(drift.values()) else 0


_SAID = {
    "added": "missing",
    "changed": "stale",
    "removed": "no longer wanted",
    "edited by hand": "edited by hand",
    "not ours": "someone else's file in our place",
}
