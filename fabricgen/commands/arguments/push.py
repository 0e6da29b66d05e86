"""The arguments of `fabricgen push`."""

import argparse
from pathlib import Path

from fabricgen.commands.arguments.descriptions import add_format, add_templates

DESCRIPTION = (
    "Publish a cluster's tree as an OCI artifact that Flux reads. What is on disk must be what the description "
    "renders. The same tree gives the same digest. A tag is moved only when everything is there and verified."
)
EXAMPLES = (
    ("fabricgen push oci://ghcr.io/me/home:latest home", "one cluster"),
    (
        "fabricgen push oci://registry.lan:5000/fleet/{cluster} --all --tag v7 --tag latest",
        "every cluster, each to its own repository, with two tags",
    ),
    (
        "fabricgen push oci://ghcr.io/me/home:latest home --dry-run --format json",
        "what would be published; connects to nothing",
    ),
)
EXIT_CODES = "0 published, 2 the input is wrong or the registry refuses (it is told which tags were moved), 3 a bug of fabricgen"
PAGE = "docs/push.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "reference",
        metavar="REFERENCE",
        help="where to: oci://registry/repository:tag; {cluster} in it becomes the name of each cluster",
    )
    _add_what(one)
    _add_origin(one)
    _add_access(one)
    one.add_argument(
        "--tag",
        action="append",
        default=[],
        dest="tags",
        metavar="TAG",
        help="a further tag for the same artifact",
    )
    one.add_argument("--dry-run", action="store_true", help="print the digest; connect to nothing")
    one.add_argument(
        "--digest-file",
        type=Path,
        metavar="FILE",
        help="write repository@digest to a file, one line a cluster",
    )
    add_format(one)


def _add_what(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "clusters",
        nargs="*",
        metavar="CLUSTER",
        help="clusters, by name in clusters/ or by description (default: the only one that is in clusters/)",
    )
    one.add_argument("--all", action="store_true", help="every cluster of clusters/")
    one.add_argument(
        "--tree",
        type=Path,
        metavar="FOLDER",
        help="publish this folder instead, as it is and without a description",
    )
    one.add_argument(
        "--output",
        type=Path,
        default=Path("gitops"),
        metavar="FOLDER",
        help="a cluster's tree is in FOLDER/<name>/ (default: gitops)",
    )
    add_templates(one)
    one.add_argument(
        "--force",
        action="store_true",
        help="publish what is on disk, even if it was edited by hand, is stale, or is not committed",
    )


def _add_origin(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--revision",
        metavar="TEXT",
        help="what Flux shows as the origin's revision (default: the newest commit of the tree)",
    )
    one.add_argument(
        "--source",
        metavar="URL",
        help="what Flux shows as the origin's address (default: git's remote, origin)",
    )


def _add_access(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--username", metavar="NAME", help="user at the registry (default: docker's config.json)"
    )
    one.add_argument(
        "--password-stdin", action="store_true", help="read the user's password or token from stdin"
    )
    one.add_argument(
        "--ca-file", type=Path, metavar="FILE", help="CA that the registry's certificate is from"
    )
    one.add_argument(
        "--plain-http",
        action="store_true",
        help="HTTP instead of HTTPS; with credentials only on this machine",
    )
