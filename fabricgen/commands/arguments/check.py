"""The arguments of `fabricgen check`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_format

DESCRIPTION = "Render in memory and compare with the committed tree. Writes nothing; exits 1 on a difference."
EPILOG = "examples: fabricgen check · fabricgen check clusters/home.yaml --output deploy"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_descriptions(one)
    add_format(one)
