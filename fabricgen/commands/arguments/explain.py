"""The arguments of `fabricgen explain`."""

import argparse
from pathlib import Path

from fabricgen.commands.arguments.descriptions import add_format

DESCRIPTION = "Print settings with value, reason and source; or what a rule of `fabricgen lint` is about."
EPILOG = (
    "examples: fabricgen explain goldentooth · fabricgen explain goldentooth bpf.masquerade --format json · "
    "fabricgen explain RTE001"
)


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "cluster", help="name of a cluster in clusters/, a description, or a rule such as RTE001"
    )
    one.add_argument(
        "path", nargs="?", default="", help="only settings of this file, or at or below this path"
    )
    one.add_argument("--templates", type=Path, help="folder with templates of your own")
    add_format(one)
