"""The arguments of `fabricgen diff`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_format
from fabricgen.commands.arguments.lint import add_color

DESCRIPTION = (
    "Show what a render would change: line by line, by meaning with reasons, and what it costs the cluster that runs. "
    "Writes nothing; exits 1 if anything would change."
)
EXAMPLES = (
    ("fabricgen diff", "what the next render would change"),
    (
        "fabricgen diff --against main --format markdown",
        "for a pull request: this branch's descriptions against those of main",
    ),
    (
        "fabricgen diff clusters/home.yaml --unified | git apply --allow-empty",
        "take over the lines without rendering",
    ),
)
EXIT_CODES = "0 nothing would change, 1 something would, or a render would be refused, 2 the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/diff.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_descriptions(one)
    one.add_argument(
        "--against",
        metavar="REF",
        help="compare with the description, templates and tree of a commit (default: with the tree on disk)",
    )
    only = one.add_mutually_exclusive_group()
    only.add_argument("--unified", action="store_true", help="show only the lines, as git would")
    only.add_argument("--meaning", action="store_true", help="show only what they mean")
    add_format(one, forms=("text", "json", "markdown"))
    add_color(one)
