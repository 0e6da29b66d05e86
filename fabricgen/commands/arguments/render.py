"""The arguments of `fabricgen render`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_format

DESCRIPTION = "Render descriptions. Nothing is written when anything is wrong; files that are not ours stay."
EPILOG = "examples: fabricgen render · fabricgen render clusters/home.yaml --output deploy"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_descriptions(one)
    add_format(one)
    one.add_argument(
        "--force",
        action="store_true",
        help="overwrite files of ours that were edited by hand, and foreign ones in our place",
    )
