"""The arguments of `fabricgen advise`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_format

DESCRIPTION = (
    "Say whether Cilium is worth it for a cluster, with every reason, its weight, and its source or sum. A cluster with "
    "Flannel that considers nothing is told what Cilium with careful defaults would take."
)
EXAMPLES = (
    ("fabricgen advise home", "for one cluster"),
    ("fabricgen advise clusters/home.yaml --format markdown", "to be kept beside the decision"),
    ("fabricgen advise --format json", "for all of clusters/, for a script"),
)
EXIT_CODES = "0 told, 2 the input is wrong, 3 a bug of fabricgen"
PAGE = "docs/advise.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "clusters",
        nargs="*",
        metavar="CLUSTER",
        help="names of clusters in clusters/, or descriptions (default: all of clusters/)",
    )
    add_format(one, forms=("text", "json", "markdown"))
