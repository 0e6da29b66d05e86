"""The arguments of `fabricgen check`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_format
from fabricgen.commands.arguments.lint import FORMS, add_color, add_rules

DESCRIPTION = (
    "Render in memory, compare with the committed tree, and look at what is rendered as the API server, the charts and "
    "`fabricgen lint` do. Writes nothing."
)
EPILOG = (
    "exit codes: 0 the trees are as rendered and right, 1 drift or findings (each is told apart), 2 the input is wrong · "
    "examples: fabricgen check · fabricgen check clusters/home.yaml --output deploy · fabricgen check --format github"
)


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
    add_format(one, forms=FORMS)
    add_color(one)
