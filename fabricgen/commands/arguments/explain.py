"""The arguments of `fabricgen explain`."""

import argparse
from pathlib import Path

from fabricgen.commands.arguments.descriptions import add_format

DESCRIPTION = "Print settings with value, reason and source; or what a rule of `fabricgen lint` is about."
EXAMPLES = (
    ("fabricgen explain home", "every setting of a cluster"),
    ("fabricgen explain home bpf.masquerade --format json", "one value of Cilium's chart"),
    ("fabricgen explain home infrastructure/cilium", "what stands in one folder of the tree"),
    ("fabricgen explain RTE001", "what a rule is about, and how to put it right"),
)
EXIT_CODES = "0 told, 2 there is no such cluster, setting or rule, 3 a bug of fabricgen"
PAGE = "docs/description.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "cluster",
        metavar="CLUSTER",
        help="name of a cluster in clusters/, a description, or a rule such as RTE001",
    )
    one.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        default="",
        help="only settings of this file, or at or below this path",
    )
    one.add_argument("--templates", type=Path, metavar="FOLDER", help="folder with templates of your own")
    add_format(one)
