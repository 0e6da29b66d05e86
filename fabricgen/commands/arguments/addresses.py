"""The arguments of `fabricgen addresses`."""

import argparse
from pathlib import Path

from fabricgen.commands.arguments.descriptions import add_format

DESCRIPTION = (
    "Print the address plan of a description, or of each cluster of a repository, as one table. Exits 1 if addresses "
    "have two owners."
)
EXAMPLES = (
    ("fabricgen addresses clusters/home.yaml", "the plan of one cluster"),
    ("fabricgen addresses --suggest 16", "and where 16 more addresses for a pool could come from"),
    (
        "fabricgen addresses ../old-repository --format json",
        "of a GitOps repository that fabricgen did not write",
    ),
)
EXIT_CODES = "0 nothing overlaps, 1 addresses have two owners, 2 the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/addresses.md"
# More addresses than any pool of IPv4 has.
_MOST = 2**24


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        type=Path,
        help="a description, a folder of them, or a repository (default: clusters/ if it is there, else this folder)",
    )
    one.add_argument(
        "--suggest",
        type=_count,
        metavar="N",
        help="suggest a free block for a new pool of N addresses",
    )
    add_format(one)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST}")
    return int(text)
