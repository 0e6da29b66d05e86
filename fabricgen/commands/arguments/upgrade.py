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
EPILOG = (
    "examples: fabricgen upgrade · fabricgen upgrade goldentooth --cilium 1.20.2 --dry-run · "
    "fabricgen upgrade goldentooth --talos 1.14.4 --kubernetes 1.36.6"
)
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
        "--output", type=Path, default=Path("gitops"), help="where the trees are (default: gitops)"
    )
    add_templates(one)
    add_format(one, forms=("text", "json", "markdown"))
