"""Arguments that several commands share: which descriptions, where their trees are, how to print."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def add_descriptions(one: argparse.ArgumentParser) -> None:
    """Add the descriptions, the folder of their trees, and the folder of templates."""
    one.add_argument(
        "descriptions",
        nargs="*",
        type=Path,
        metavar="DESCRIPTION",
        help="descriptions, or names of clusters in clusters/ (default: all of clusters/)",
    )
    one.add_argument(
        "--output",
        type=Path,
        default=Path("gitops"),
        metavar="FOLDER",
        help="a cluster goes to FOLDER/<name>/ (default: gitops)",
    )
    add_templates(one)


def add_templates(one: argparse.ArgumentParser) -> None:
    """Add the folder of templates."""
    one.add_argument(
        "--templates",
        type=Path,
        metavar="FOLDER",
        help="folder with templates of your own (default: templates/ beside clusters/)",
    )


def add_format(one: argparse.ArgumentParser, *, forms: Sequence[str] = ("text", "json")) -> None:
    """Add the form of the result; the first is the default."""
    one.add_argument(
        "--format", choices=tuple(forms), default=forms[0], help=f"how to print (default: {forms[0]})"
    )


def add_fleet(one: argparse.ArgumentParser) -> None:
    """Add what is about many descriptions, and about the memory of earlier runs."""
    one.add_argument("--all", action="store_true", help="all of clusters/, which is also the default")
    one.add_argument(
        "--jobs", type=_jobs, default=0, metavar="N", help="processes to use (default: one for each core)"
    )
    one.add_argument(
        "--no-cache",
        dest="cached",
        action="store_false",
        help="do everything again, and remember nothing (the memory is in FABRICGEN_CACHE, else in ~/.cache/fabricgen)",
    )


def _jobs(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number
