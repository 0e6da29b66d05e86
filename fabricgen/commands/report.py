"""`fabricgen report`: a page of HTML for each cluster. stdout: the files; nothing else is written."""

import argparse
import json

from fabricgen import pipeline
from fabricgen.commands.descriptions import find_descriptions
from fabricgen.commands.progress import Progress
from fabricgen.errors import Problem, ProblemsError
from fabricgen.report import Report, gather, page_of, write_page


def run(args: argparse.Namespace) -> int:
    """Write the page of every description. Raises the problems of all of them together, before anything is written."""
    with Progress("report") as progress:
        reports = _gather_all(args, progress)
        pipeline.refuse_same_names(one.name for one in reports)
        pages = [(one.name, page_of(one)) for one in reports]
    files = {name: str(write_page(args.output, name, page)) for name, page in pages}
    print(json.dumps(files, indent=2) if args.format == "json" else "\n".join(files.values()))
    return 0


def _gather_all(args: argparse.Namespace, progress: Progress) -> list[Report]:
    reports: list[Report] = []
    problems: list[Problem] = []
    for path in progress.over(find_descriptions(args.descriptions), "descriptions"):
        try:
            reports.append(gather(path, trees=args.trees, templates=args.templates))
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    return reports
