"""The arguments of `fabricgen schemas`: pull, import, list and verify."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fabricgen.commands.help_text import filled, foot
from fabricgen.commands.parser import ActionParser

if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[ActionParser]  # noqa: SLF001 - argparse names it nowhere else

DESCRIPTION = "Fetch the schemas that fabricgen does not bring along, and look after them."
EXAMPLES = (
    ("fabricgen schemas pull", "what the descriptions pin"),
    ("fabricgen schemas list", "what is there"),
    ("fabricgen schemas verify", "is it what was fetched?"),
)
EXIT_CODES = "0 done, 1 a file is not what the lock says, 2 the input is wrong or something could not be had, 3 a bug of fabricgen"
PAGE = "docs/schemas.md"
_DONE = "0 done, 2 the input is wrong, 3 a bug of fabricgen"
_FETCHED = "0 all is there, 2 something could not be had (what could stays), 3 a bug of fabricgen"
_VERIFIED = "0 as fetched, 1 a file is not, 2 there is no lock, 3 a bug of fabricgen"
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
    actions = one.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=ActionParser)
    _add_pull(actions)
    _add_import(actions)
    _add_list(actions)
    _add_verify(actions)


def _add_pull(actions: "_Commands") -> None:
    one = actions.add_parser(
        "pull",
        help="fetch schemas from upstream, at the versions that descriptions pin",
        description=filled(
            "Fetch schemas of CRDs, Talos' machine config and Helm charts' values from upstream, at the versions that "
            "descriptions pin. What is there already is not fetched again."
        ),
        epilog=foot(
            (
                ("fabricgen schemas pull", "what the descriptions of clusters/ pin"),
                ("fabricgen schemas pull clusters/home.yaml --prune", "what one pins, and nothing else"),
                (
                    "fabricgen schemas pull --cilium 1.20.2 --flux 2.9.5",
                    "these versions, whatever is described",
                ),
                (
                    "fabricgen schemas pull --mirror https://mirror.example",
                    "where upstream cannot be reached",
                ),
                ("fabricgen schemas pull --dry-run", "only the addresses"),
            ),
            exit_codes=_FETCHED,
            page=PAGE,
        ),
    )
    one.add_argument(
        "descriptions",
        metavar="DESCRIPTION",
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
        epilog=foot(
            (
                ("kubectl get crd -o yaml | fabricgen schemas import -", "of a cluster that runs"),
                ("fabricgen schemas import crds/", "of files"),
            ),
            exit_codes=_DONE,
            page=PAGE,
        ),
    )
    one.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, or - for what is piped in")
    _add_folder(one)


def _add_list(actions: "_Commands") -> None:
    one = actions.add_parser(
        "list",
        help="what was pulled and imported",
        description="Print what was pulled and imported.",
        epilog=foot((("fabricgen schemas list --format json", "for a script"),), exit_codes=_DONE, page=PAGE),
    )
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )
    _add_folder(one)


def _add_verify(actions: "_Commands") -> None:
    one = actions.add_parser(
        "verify",
        help="are the files those of the lock?",
        description=filled("Compare every file with its hash in lock.json. Uses no network."),
        epilog=foot(
            (("fabricgen schemas verify", "in CI, before schemas are used"),), page=PAGE, exit_codes=_VERIFIED
        ),
    )
    _add_folder(one)


def _add_folder(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--folder",
        metavar="FOLDER",
        type=Path,
        default=Path("schemas"),
        help="where the schemas are (default: schemas)",
    )
