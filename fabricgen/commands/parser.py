"""Every command with one line about it, and the parser of the whole command line.

Fed by `arguments`, of which only the module of the command that is asked for is imported. `validate` has Go's flags,
which stand in `validate_options`. How help looks is told by `help_text`.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import Any, NoReturn

from fabricgen import __version__
from fabricgen.commands.help_text import columns, filled, foot, nearest, table

COMMANDS = {
    "import": "what you have today, as a description, and what a render would change",
    "init": "start a repository: a description, and what makes work with it easy",
    "render": "render descriptions to gitops/<name>/",
    "check": "does gitops/ say what the descriptions say, and is it right?",
    "diff": "what would a render change, why, and what restarts?",
    "validate": "would the API server take these documents?",
    "lint": "what is wrong with the network of a GitOps repository, anyone's?",
    "addresses": "who has which address, what overlaps, what is free",
    "explain": "why a setting has its value, and where the fact comes from",
    "upgrade": "where every pin stands, and the safe way to a newer version",
    "plan": "the steps from what runs today to what the description wants",
    "report": "a page of HTML for each cluster: pictures, findings, settings with reasons",
    "advise": "is the move to Cilium worth it for this cluster?",
    "doctor": "is this repository set up well? versions, schemas, hooks, workflows, programs",
    "push": "publish a cluster's tree as an OCI artifact for Flux",
    "schema": "print the JSON Schema of descriptions",
    "schemas": "fetch the schemas that fabricgen does not bring along, and look after them",
    "completion": "a script that completes commands, flags and names in bash, zsh or fish",
}
_WITH_ACTIONS = {"schemas"}
_ABOUT = "One description of a homelab Kubernetes cluster in, its whole GitOps network fabric out."
_EXAMPLES = (
    ("fabricgen render", "write the tree of every description in clusters/"),
    ("fabricgen check", "is what is committed what would be written, and is it right?"),
    ("fabricgen help lint", "all about one command"),
)


class Parser(argparse.ArgumentParser):
    """A parser whose refusals name the nearest right word, and where help is. Flags cannot be shortened."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - argparse's own, which has fifteen
        super().__init__(
            **{
                "formatter_class": _layout,
                "allow_abbrev": False,
                **settings,
            }
        )

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong and what is right, and exit with 2."""
        hint = _hint(message, self.format_help())
        told = f"{self.prog}: {message}{f'; {hint}' if hint else ''}"
        self.exit(2, f"{told}\n`{self.prog} --help` tells of every argument, with examples\n")


class ActionParser(Parser):
    """The parser of one action of a command: what it does not know is refused by it, since it knows its own flags."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - argparse's overloads
        """Parse; refuse what is not known."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return parsed, unknown


def _layout(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, width=columns(), max_help_position=28)


def _hint(message: str, known: str) -> str:
    """Return the nearest right word, for a refusal of argparse."""
    if choice := re.search(r"invalid choice: '?(.*?)'? \(choose from (.*)\)$", message):
        return nearest(choice[1], re.findall(r"[\w.-]+", choice[2]))
    if unknown := re.match(r"unrecognized arguments: (-\S+)", message):
        return nearest(
            unknown[1].partition("=")[0], dict.fromkeys(re.findall(r"(?<![\w-])--?[a-z][\w-]*", known))
        )
    return ""


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what the command line says; `command` is the command. Exits as argparse does."""
    name = words[0] if words else ""
    if name not in COMMANDS:
        return _parse_top(words)
    one = command_parser(name)
    try:
        # Flags may stand between names: `push REFERENCE --tag v1 home`. Not with actions, nor where `--` ends flags.
        simple = name in _WITH_ACTIONS or "--" in words
        arguments = one.parse_args(words[1:]) if simple else one.parse_intermixed_args(words[1:])
    except argparse.ArgumentError as error:  # raised, not told, by parse_intermixed_args of some versions
        one.error(str(error))
    arguments.command = name
    return arguments


def _parse_top(words: Sequence[str]) -> argparse.Namespace:
    top = parser()
    if not words:
        top.print_help(sys.stderr)
        top.exit(2)
    if not words[0].startswith("-"):
        hint = nearest(words[0], (*COMMANDS, "help")) or "`fabricgen --help` lists them"
        top.exit(2, f"fabricgen: there is no command {words[0]}; {hint}\n")
    return top.parse_args(words)


def parser(wanted: str = "") -> argparse.ArgumentParser:
    """Return the parser with the arguments of one command; the others are there by name only."""
    top = Parser(
        prog="fabricgen",
        description=f"{filled(_ABOUT)}\n\ncommands:\n{table(COMMANDS)}",
        epilog=foot(_EXAMPLES),
        usage="fabricgen COMMAND [ARGUMENT]...",
    )
    top.add_argument("--version", action="version", version=f"fabricgen {__version__}")
    # The list of commands stands in the description: argparse would indent it wrongly.
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", required=True, help=argparse.SUPPRESS, title=argparse.SUPPRESS
    )
    for name, summary in COMMANDS.items():
        if name == "validate" or name != wanted:
            commands.add_parser(name, help=summary, add_help=False)
            continue
        arguments = command_module(name, below="arguments")
        arguments.add(commands.add_parser(name, help=summary, **_texts(arguments)))
    return top


def command_parser(name: str) -> Parser:
    """Return the parser of one command, for the words after its name."""
    arguments = command_module(name, below="arguments")
    one = Parser(prog=f"fabricgen {name}", **_texts(arguments))
    arguments.add(one)
    return one


def _texts(arguments: ModuleType) -> dict[str, Any]:
    return {
        "description": filled(arguments.DESCRIPTION),
        "epilog": foot(arguments.EXAMPLES, exit_codes=arguments.EXIT_CODES, page=arguments.PAGE),
    }


def command_module(name: str, *, below: str = "") -> ModuleType:
    """Return the module of a command; that with its arguments if `below` says so."""
    folder = f"fabricgen.commands.{below}" if below else "fabricgen.commands"
    return import_module(f"{folder}.{name}_" if iskeyword(name) else f"{folder}.{name}")
