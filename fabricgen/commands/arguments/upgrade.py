"""The arguments of `fabricgen upgrade`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fabricgen.commands.arguments.descriptions import add_format, add_templates

if TYPE_CHECKING:
    from fabricgen.upgrade.products import Product

DESCRIPTION = (
    "Without versions: where every pin stands. With versions: whether they work together, every stop on the way, and what "
    "changes, restarts and is to be done at each; then the description is edited in place and rendered for the first stop. "
    "Run it again for the next one, once Flux is Ready. Exits 1 if a later stop needs a change by hand first."
)
EXAMPLES = (
    ("fabricgen upgrade", "where every pin of every cluster stands"),
    (
        "fabricgen upgrade home --cilium 1.20.2 --dry-run",
        "the way to a version of Cilium; nothing is written",
    ),
    (
        "fabricgen upgrade home --talos 1.13.4 --kubernetes 1.35.2",
        "two at once, in an order that keeps every step working",
    ),
)
EXIT_CODES = "0 told or written, 1 something is left to do by hand, 2 the input is wrong, or versions do not fit, 3 a bug of fabricgen"
PAGE = "docs/upgrade.md"
PRODUCTS: "Final[tuple[Product, ...]]" = ("cilium", "talos", "kubernetes", "k3s", "flux", "gateway-api")


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "clusters",
        nargs="*",
        metavar="CLUSTER",
        help="names of clusters in clusters/, or descriptions (default: all of clusters/; with versions it must be said "
        "unless there is only one)",
    )
    for product in PRODUCTS:
        one.add_argument(f"--{product}", metavar="VERSION", help=f"the version of {product} to go to")
    one.add_argument("--dry-run", action="store_true", help="only tell: nothing is written")
    one.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=Path("gitops"),
        help="where the trees are (default: gitops)",
    )
    add_templates(one)
    add_format(one, forms=("text", "json", "markdown"))
