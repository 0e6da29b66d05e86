"""The arguments of `fabricgen init`."""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Start a repository in this folder: a commented description in clusters/, a Makefile, a configuration of pre-commit, a "
    "workflow and a .gitignore. Asks for what no flag says; in a pipe every flag that has no default is needed. A file "
    "that is there stays as it is, and what to add to it is told."
)
EXAMPLES = (
    ("fabricgen init", "asks what it needs to know"),
    (
        (
            "fabricgen init home --distribution talos --nodes-network 10.0.0.0/24 "
            "--node cp-1=10.0.0.11:control-plane:amd64:/dev/sda --git https://github.com/me/home"
        ),
        "asks nothing where nobody can be asked: in a script",
    ),
    (
        (
            "kubectl get nodes -o json | fabricgen init home --distribution k3s --nodes-network 10.0.0.0/24 "
            "--from-nodes - --git ssh://git@git.example.org/me/home"
        ),
        "with the nodes of a cluster that runs",
    ),
    ("fabricgen init --yes --dry-run", "shows what every default would write"),
)
EXIT_CODES = "0 everything is written, 2 something is wrong and nothing is, 3 a bug of fabricgen, 130 broken off and nothing is"
PAGE = "docs/init.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    one.add_argument(
        "name", nargs="?", metavar="NAME", help="name of the cluster (default: the folder's, or home)"
    )
    _add_cluster(one)
    _add_addresses(one)
    _add_setup(one)


def _add_cluster(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--distribution",
        choices=("talos", "k3s", "docker"),
        help="what runs on the machines; docker is Talos in it",
    )
    one.add_argument(
        "--node",
        action="append",
        default=[],
        dest="node",
        metavar="NAME=ADDRESS[:ROLE[:ARCH[:DISK]]]",
        help="a machine; may stand several times. The first is a control plane, others workers, unless they say so; "
        "IPv6 addresses in brackets",
    )
    one.add_argument(
        "--from-nodes",
        type=Path,
        metavar="FILE",
        help="the machines from a list: lines `name address role [arch] [disk]`, or what `kubectl get nodes -o json` "
        "prints; - reads what is piped in",
    )
    one.add_argument(
        "--git", metavar="URL", help="the repository that Flux reads (default: the remote origin of this one)"
    )


def _add_addresses(one: argparse.ArgumentParser) -> None:
    one.add_argument("--nodes-network", metavar="CIDR", help="the LAN of the nodes")
    one.add_argument("--router", metavar="ADDRESS", help="its router (default: the first address)")
    one.add_argument(
        "--endpoint",
        metavar="HOST",
        help="where the Kubernetes API answers (default: with Talos a free address, else the first control plane's)",
    )
    one.add_argument(
        "--load-balancers",
        metavar="RANGE",
        help="addresses for Services of type LoadBalancer: CIDR, first-last, or none (default: 16 free ones)",
    )
    one.add_argument("--pods", metavar="CIDR", help="network of pods (default: one that is apart)")
    one.add_argument("--services", metavar="CIDR", help="network of Services (default: one that is apart)")


def _add_setup(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--forge",
        choices=("github", "forgejo"),
        help="whose workflow (default: forgejo if there is .forgejo/)",
    )
    one.add_argument(
        "--requirement",
        metavar="WHAT",
        help="what pip installs in the workflow, such as git+https://git.example.org/you/fabricgen@v0.1.0 "
        "(default: fabricgen at this version)",
    )
    one.add_argument("--yes", action="store_true", help="take every default instead of asking")
    one.add_argument("--dry-run", action="store_true", help="print the files, write nothing")
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )
