"""The arguments of `fabricgen plan`."""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Say the steps from what runs today to what a description wants: commands with this cluster's names, checks, what "
    "stops and why, the last point of return, and the way back. Nothing is changed. Exits 1 while something is not known, "
    "2 if it cannot be done."
)
EXAMPLES = (
    ("fabricgen plan --how-to-save", "the commands that save what runs"),
    ("fabricgen plan --from ~/.config/fabricgen/before home", "from what they saved"),
    (
        "fabricgen plan --from ../old-repository --cluster main clusters/home.yaml --format json",
        "from one cluster of a GitOps repository, for a script",
    ),
)
EXIT_CODES = "0 the plan is whole, 1 something is not known yet, 2 it cannot be done or the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/plan.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "wanted", nargs="?", metavar="CLUSTER", help="name of a cluster in clusters/, or a description"
    )
    one.add_argument(
        "--from",
        dest="today",
        type=Path,
        metavar="WHAT",
        help="what runs: a description, a GitOps repository, or what kubectl and talosctl printed (file or folder)",
    )
    one.add_argument("--cluster", default="", help="which cluster of the repository, where it holds several")
    one.add_argument(
        "--considered", action="store_true", help="plan the move to the fabric that the description considers"
    )
    one.add_argument(
        "--live", action="store_true", help="ask for both CNIs at once; says why that is refused"
    )
    one.add_argument(
        "--how-to-save",
        action="store_true",
        help="print the commands that save what runs, and do nothing else",
    )
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="text is Markdown (default: text)"
    )
