"""The arguments of `fabricgen schemas`: pull, import, list and verify."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names it nowhere else

DESCRIPTION = "Fetch the schemas that fabricgen does not bring along, and look after them."
EPILOG = "examples: fabricgen schemas pull · fabricgen schemas list · fabricgen schemas verify"
PINNED = (
    "cilium",
    "flux",
    "flux-operator",
    "gateway-api",
    "grafana-operator",
    "metallb",
    "prometheus-operator",
    "talos",
)
"""The components of `schemas.pull.upstream`, told here once more so that `--help` imports nothing; a test compares."""


def add(one: argparse.ArgumentParser) -> None:
    """Add the four actions."""
    actions = one.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_pull(actions)
    _add_import(actions)
    _add_list(actions)
    _add_verify(actions)


def _add_pull(actions: "_Commands") -> None:
    one = actions.add_parser(
        "pull",
        help="fetch schemas from upstream, at the versions that descriptions pin",
        description="Fetch schemas of CRDs, Talos' machine config and Helm charts' values from upstream, at the versions that "
        "descriptions pin. What is there already is not fetched again.",
        epilog="examples: fabricgen schemas pull · fabricgen schemas pull clusters/home.yaml · "
        "fabricgen schemas pull --cilium 1.20.2 --flux 2.9.5 · fabricgen schemas pull --mirror https://mirror.example",
    )
    one.add_argument(
        "descriptions",
        nargs="*",
        type=Path,
        help="descriptions (default: all of clusters/, unless versions are given)",
    )
    for component in PINNED:
        one.add_argument(
            f"--{component}", action="append", default=[], metavar="VERSION", help=_version_help(component)
        )
    one.add_argument(
        "--mirror",
        default="",
        metavar="URL",
        help="fetch https://<host>/<path> from URL/<host>/<path> instead",
    )
    one.add_argument(
        "--update", action="store_true", help="fetch everything again, and take over what changed upstream"
    )
    one.add_argument("--prune", action="store_true", help="remove versions that are not wanted any more")
    one.add_argument("--dry-run", action="store_true", help="print the addresses, fetch nothing")
    _add_folder(one)


def _version_help(component: str) -> str:
    if component == "gateway-api":
        return "this version of gateway-api; 1.1.0+experimental is its experimental channel"
    return f"this version of {component}"


def _add_import(actions: "_Commands") -> None:
    one = actions.add_parser(
        "import",
        help="make schemas of CustomResourceDefinitions that you have",
        description="Make schemas of CustomResourceDefinitions in files, instead of those imported before.",
        epilog="examples: kubectl get crd -o yaml | fabricgen schemas import - · fabricgen schemas import crds/",
    )
    one.add_argument("paths", nargs="+", help="files, folders, or - for what is piped in")
    _add_folder(one)


def _add_list(actions: "_Commands") -> None:
    one = actions.add_parser(
        "list", help="what was pulled and imported", description="Print what was pulled and imported."
    )
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )
    _add_folder(one)


def _add_verify(actions: "_Commands") -> None:
    one = actions.add_parser(
        "verify",
        help="are the files those of the lock?",
        description="Compare every file with its hash in lock.json. Uses no network; exits 1 on a difference.",
    )
    _add_folder(one)


def _add_folder(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--folder", type=Path, default=Path("schemas"), help="where the schemas are (default: schemas)"
    )
