"""The arguments of `fabricgen doctor`."""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Look at how a repository is set up: versions and what pins them, descriptions, the editor's schema, trees, pulled "
    "schemas, git, hooks, workflows, Renovate, and the programs that a cluster needs. Writes nothing, and asks no network."
)
EXAMPLES = (
    ("fabricgen doctor", "this repository"),
    ("fabricgen doctor ../home-ops", "another one"),
    ("fabricgen doctor --format json", "for a script"),
)
EXIT_CODES = "0 nothing is broken, 1 something is, 2 there is no such folder, 3 a bug of fabricgen"
PAGE = "docs/doctor.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "folder", nargs="?", type=Path, default=Path(), help="the repository (default: this folder)"
    )
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )
