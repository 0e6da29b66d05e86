"""Arguments that several commands share: which descriptions, where their trees are, how to print."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def add_descriptions(one: argparse.ArgumentParser) -> None:
    """Add the descriptions, the folder of their trees, and the folder of templates."""
    one.add_argument("descriptions", nargs="*", type=Path, help="descriptions (default: all of clusters/)")
    one.add_argument(
        "--output",
        type=Path,
        default=Path("gitops"),
        help="a cluster goes to OUTPUT/<name>/ (default: gitops)",
    )
    add_templates(one)


def add_templates(one: argparse.ArgumentParser) -> None:
    """Add the folder of templates."""
    one.add_argument(
        "--templates",
        type=Path,
        help="folder with templates of your own (default: templates/ beside clusters/)",
    )


def add_format(one: argparse.ArgumentParser, *, forms: Sequence[str] = ("text", "json")) -> None:
    """Add the form of the result; the first is the default."""
    one.add_argument(
        "--format", choices=tuple(forms), default=forms[0], help=f"how to print (default: {forms[0]})"
    )
