"""The arguments of `fabricgen advise`."""

import argparse

from fabricgen.commands.arguments.descriptions import add_format

DESCRIPTION = (
    "Say whether Cilium is worth it for a cluster, with every reason, its weight, and its source or sum. A cluster with "
    "Flannel that considers nothing is told what Cilium with careful defaults would take."
)
EPILOG = (
    "examples: fabricgen advise joelclaw · fabricgen advise clusters/home.yaml --format markdown · "
    "fabricgen advise --format json"
)


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "clusters",
        nargs="*",
        metavar="CLUSTER",
        help="names of clusters in clusters/, or descriptions (default: all of clusters/)",
    )
    add_format(one, forms=("text", "json", "markdown"))
