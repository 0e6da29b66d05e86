"""The arguments of `fabricgen check`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_fleet, add_format
from fabricgen.commands.arguments.lint import FORMS, add_color, add_rules

DESCRIPTION = (
    "Render in memory, compare with the committed tree, and look at what is rendered as the API server, the charts and "
    "`fabricgen lint` do. Writes nothing."
)
EXAMPLES = (
    ("fabricgen check", "every description of clusters/ against gitops/"),
    ("fabricgen check clusters/home.yaml --output deploy", "one of them, whose tree is in deploy/home/"),
    ("fabricgen check --format github", "in a workflow: findings stand beside the lines of a pull request"),
    ("fabricgen check --fail-on warning --skip CIL010", "stricter, but for one rule"),
)
EXIT_CODES = "0 the trees are as rendered and right, 1 drift or findings (each is told apart), 2 the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/check.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_descriptions(one)
    add_rules(one)
    one.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        default="error",
        help="exit 1 for findings from this severity up (default: error); drift always fails",
    )
    add_fleet(one)
    add_format(one, forms=FORMS)
    add_color(one)
