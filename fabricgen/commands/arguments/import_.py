"""The arguments of `fabricgen import`."""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Read what you have (talhelper, topf, talm, Talos patches, cluster-template, k3s, a Flux repository, Helm values) and "
    "write the description that renders the same fabric. Says what is not carried, with its place, and what a render "
    "would have otherwise, with its reason. Never writes over a file. Exits 2, and writes nothing, while a fact is missing."
)
EXAMPLES = (
    (
        "fabricgen import ../old-repository --cluster main --dry-run",
        "what one cluster of a repository becomes",
    ),
    ("fabricgen import ../old-repository --cluster main --name attic", "the same, to clusters/attic.yaml"),
    (
        "fabricgen import values.yaml --set kubernetes=1.34.2 --node cp-1=10.0.0.11:control-plane --draft",
        "from Cilium's values alone, with what they do not tell; --draft writes it with the rest missing",
    ),
)
EXIT_CODES = "0 written or shown, 2 the input is wrong or a fact is missing, 3 a bug of fabricgen"
PAGE = "docs/import.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument("path", type=Path, metavar="PATH", help="a repository, a folder of it, or one file")
    one.add_argument(
        "--name", metavar="NAME", default="", help="name of the cluster (default: what the files call it)"
    )
    one.add_argument(
        "--cluster", metavar="NAME", default="", help="which cluster, where the repository holds several"
    )
    one.add_argument(
        "--output", type=Path, metavar="FILE", help="the description to write (default: clusters/<name>.yaml)"
    )
    one.add_argument(
        "--set",
        dest="sets",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a value of the description that the files do not tell, or tell otherwise; as often as needed",
    )
    one.add_argument(
        "--node",
        dest="nodes",
        action="append",
        default=[],
        metavar="NAME=ADDRESS:ROLE",
        help="a machine that the files do not tell; the role is control-plane or worker",
    )
    one.add_argument("--dry-run", action="store_true", help="print the description instead of writing it")
    one.add_argument(
        "--draft", action="store_true", help="write it even while a fact is missing: `render` then says which"
    )
    one.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="form of the report (default: text)",
    )
