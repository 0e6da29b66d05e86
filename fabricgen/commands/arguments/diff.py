"""The arguments of `fabricgen diff`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_descriptions, add_format

DESCRIPTION = (
    "Show what a render would change: line by line, by meaning with reasons, and what it costs the cluster that runs. "
    "Writes nothing; exits 1 if anything would change."
)
EPILOG = (
    "examples: fabricgen diff · fabricgen diff --against main --format markdown · "
    "fabricgen diff clusters/home.yaml --unified | git apply"
)


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
