"""The arguments of every command, except those of `validate`, which are Go's and stand in `validate_options`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fabricgen import __version__
from fabricgen.commands.lint_arguments import HELP as LINT
from fabricgen.commands.lint_arguments import add_lint
from fabricgen.commands.schemas import add_schemas

COMMANDS = {
    "render": "render descriptions to gitops/<name>/",
    "check": "does gitops/ say what the descriptions say?",
    "validate": "would the API server take these documents?",
    "lint": LINT,
    "addresses": "who has which address, what overlaps, what is free",
    "explain": "why a setting has its value, and where the fact comes from",
    "schema": "print the JSON Schema of descriptions",
}
# More addresses than any pool of IPv4 has.
_MOST = 2**24
EPILOG = "exit codes: 0 fine, 1 findings or drift, 2 the input is wrong, 3 a bug of fabricgen"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="fabricgen",
        description="One description of a homelab Kubernetes cluster in, its whole GitOps network fabric out.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="version", version=f"fabricgen {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_render(commands)
    _add_check(commands)
    commands.add_parser("validate", help=COMMANDS["validate"], add_help=False)
    add_lint(commands)
    _add_addresses(commands)
    _add_explain(commands)
    add_schemas(commands)
    commands.add_parser("schema", help=COMMANDS["schema"], description=COMMANDS["schema"])
    return top


if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names it nowhere else


def _add_render(commands: "_Commands") -> None:
    one = commands.add_parser(
        "render",
        help=COMMANDS["render"],
        description="Render descriptions. Nothing is written when anything is wrong; files that are not ours stay.",
        epilog="examples: fabricgen render · fabricgen render clusters/home.yaml --output deploy",
    )
    _add_descriptions(one)
    one.add_argument(
        "--force",
        action="store_true",
        help="overwrite files of ours that were edited by hand, and foreign ones in our place",
    )


def _add_check(commands: "_Commands") -> None:
    one = commands.add_parser(
        "check",
        help=COMMANDS["check"],
        description="Render in memory and compare with the committed tree. Writes nothing; exits 1 on a difference.",
        epilog="examples: fabricgen check · fabricgen check clusters/home.yaml --output deploy",
    )
    _add_descriptions(one)


def _add_addresses(commands: "_Commands") -> None:
    one = commands.add_parser(
        "addresses",
        help=COMMANDS["addresses"],
        description="Print the address plan of a description, or of each cluster of a repository, as one table. Exits 1 if "
        "addresses have two owners.",
        epilog="examples: fabricgen addresses clusters/home.yaml · fabricgen addresses --suggest 16 · "
        "fabricgen addresses ~/home-ops --format json",
    )
    one.add_argument(
        "path",
        nargs="?",
        type=Path,
        help="a description, a folder of them, or a repository (default: clusters/ if it is there, else this folder)",
    )
    one.add_argument(
        "--suggest",
        type=_count,
        metavar="N",
        help="suggest a free block for a new pool of N addresses",
    )
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST}")
    return int(text)


def _add_explain(commands: "_Commands") -> None:
    one = commands.add_parser(
        "explain",
        help=COMMANDS["explain"],
        description="Print settings with value, reason and source; or what a rule of `fabricgen lint` is about.",
        epilog="examples: fabricgen explain goldentooth · fabricgen explain goldentooth bpf.masquerade --format json · "
        "fabricgen explain RTE001",
    )
    one.add_argument(
        "cluster", help="name of a cluster in clusters/, a description, or a rule such as RTE001"
    )
    one.add_argument(
        "path", nargs="?", default="", help="only settings of this file, or at or below this path"
    )
    one.add_argument("--templates", type=Path, help="folder with templates of your own")
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )


def _add_descriptions(one: argparse.ArgumentParser) -> None:
    one.add_argument("descriptions", nargs="*", type=Path, help="descriptions (default: all of clusters/)")
    one.add_argument(
        "--output",
        type=Path,
        default=Path("gitops"),
        help="a cluster goes to OUTPUT/<name>/ (default: gitops)",
    )
    one.add_argument(
        "--templates",
        type=Path,
        help="folder with templates of your own (default: templates/ beside clusters/)",
    )
    one.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print (default: text)"
    )
