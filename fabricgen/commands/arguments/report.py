"""The arguments of `fabricgen report`."""

import argparse
from pathlib import Path

from fabricgen.commands.arguments.descriptions import add_format, add_templates

DESCRIPTION = (
    "Write one page of HTML for each cluster: pictures, findings, what a render would change, where every pin stands, "
    "addresses, nodes, and all settings with their reasons, to search in. A page is one file and needs no network."
)
EXAMPLES = (
    ("fabricgen report", "report/<name>.html for every description of clusters/"),
    ("fabricgen report clusters/home.yaml --output public", "one of them, to public/home.html"),
    ("fabricgen report --trees deploy", "the trees to compare with are in deploy/<name>/"),
)
EXIT_CODES = "0 the pages are written, whatever they say, 2 the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/report.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "descriptions",
        nargs="*",
        type=Path,
        metavar="DESCRIPTION",
        help="descriptions, or names of clusters in clusters/ (default: all of clusters/)",
    )
    one.add_argument(
        "--output",
        type=Path,
        default=Path("report"),
        metavar="FOLDER",
        help="a cluster's page goes to FOLDER/<name>.html (default: report)",
    )
    one.add_argument(
        "--trees",
        type=Path,
        default=Path("gitops"),
        metavar="FOLDER",
        help="the trees to compare with are in FOLDER/<name>/ (default: gitops)",
    )
    add_templates(one)
    add_format(one)
