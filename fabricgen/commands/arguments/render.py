"""The arguments of `fabricgen render`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_fleet, add_format

DESCRIPTION = "Render descriptions. Nothing is written when anything is wrong; files that are not ours stay."
EXAMPLES = (
    ("fabricgen render", "every description of clusters/, each to gitops/<name>/"),
    ("fabricgen render clusters/home.yaml --output deploy", "one of them, to deploy/home/"),
    ("fabricgen render --format json", "what was added, changed and removed, for a script"),
)
EXIT_CODES = "0 written, 1 files edited by hand were kept, 2 the input is wrong: nothing is written, 3 a bug of fabricgen"
PAGE = "docs/safety.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_descriptions(one)
    add_fleet(one)
    add_format(one)
    one.add_argument(
        "--force",
        action="store_true",
        help="overwrite files of ours that were edited by hand, and foreign ones in our place",
    )
