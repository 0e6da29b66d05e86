"""Every command with one line about it, and the parser of the whole command line.

Fed by `arguments`, of which only the module of the command that is asked for is imported. `validate` has Go's flags,
which stand in `validate_options`.
"""

import argparse
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import ModuleType

from fabricgen import __version__

COMMANDS = {
    "render": "render descriptions to gitops/<name>/",
    "check": "does gitops/ say what the descriptions say, and is it right?",
    "diff": "what would a render change, why, and what restarts?",
    "validate": "would the API server take these documents?",
    "lint": "what is wrong with the network of a GitOps repository, anyone's?",
    "addresses": "who has which address, what overlaps, what is free",
    "explain": "why a setting has its value, and where the fact comes from",
    "upgrade": "where every pin stands, and the safe way to a newer version",
    "plan": "the steps from what runs today to what the description wants",
    "advise": "is the move to Cilium worth it for this cluster?",
    "push": "publish a cluster's tree as an OCI artifact for Flux",
    "schema": "print the JSON Schema of descriptions",
    "schemas": "fetch the schemas that fabricgen does not bring along, and look after them",
}
EPILOG = "exit codes: 0 fine, 1 findings or drift, 2 the input is wrong, 3 a bug of fabricgen"


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what the command line says; `command` is the command. Exits as argparse does."""
    return parser(next((word for word in words if word in COMMANDS), "")).parse_args(words)


def parser(wanted: str = "") -> argparse.ArgumentParser:
    """Return the parser with the arguments of one command; the others are there by name only."""
    top = argparse.ArgumentParser(
        prog="fabricgen",
        description="One description of a homelab Kubernetes cluster in, its whole GitOps network fabric out.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="version", version=f"fabricgen {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        if name == "validate" or name != wanted:
            commands.add_parser(name, help=summary, add_help=False)
            continue
        arguments = command_module(name, below="arguments")
        one = commands.add_parser(
            name, help=summary, description=arguments.DESCRIPTION, epilog=arguments.EPILOG
        )
        arguments.add(one)
    return top


def command_module(name: str, *, below: str = "") -> ModuleType:
    """Return the module of a command; that with its arguments if `below` says so."""
    folder = f"fabricgen.commands.{below}" if below else "fabricgen.commands"
    return import_module(f"{folder}.{name}_" if iskeyword(name) else f"{folder}.{name}")
