"""What can stand where the cursor is, for the shells' completion.

Asked by the script of `fabricgen completion` through argcomplete, which tells the line by environment variables and
takes the answers on a file descriptor of its own. Used by `cli`, before anything else is imported.
"""

import argparse
import os
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any, Final

import argcomplete
from argcomplete.completers import DirectoriesCompleter, FilesCompleter

from fabricgen.commands.descriptions import FOLDER, SUFFIXES
from fabricgen.commands.parser import COMMANDS, Parser, command_parser, parser

_SECOND: Final = "2"
"""What argcomplete reads as: the second word of the line is the program. So each command is completed by its parser."""


def complete() -> None:
    """Answer the shell, and end the process. Never raises: a shell has no use for that."""
    line = os.environ["COMP_LINE"]
    point = os.environ.get("COMP_POINT", "")
    argcomplete.autocomplete(
        _parser_for(line[: int(point)] if point.isdecimal() else line),
        always_complete_options=False,
        default_completer=_candidates,  # type: ignore[arg-type]  # typed as a class, documented as any callable
    )


def _parser_for(line: str) -> argparse.ArgumentParser:
    """Return the parser that knows the word at the end of the line."""
    words = line.split()
    name = words[1] if len(words) > (1 if line[-1:].isspace() else 2) else ""
    if name != "help" and name not in COMMANDS:
        return parser()
    os.environ["_ARGCOMPLETE"] = _SECOND
    if name == "validate":
        return _validate()
    if name == "help":
        one = Parser(prog="fabricgen help")
        one.add_argument("topic", choices=tuple(COMMANDS))
        return one
    return command_parser(name)


def _validate() -> argparse.ArgumentParser:
    """Return the flags of `validate`, which has a reader of its own, as argparse would have them."""
    from fabricgen.commands.validate_flags import FLAGS, ONE_DASH  # noqa: PLC0415 - one command has them

    one = Parser(prog="fabricgen validate", add_help=False)
    for flag in (flag for flags in FLAGS.values() for flag in flags):
        names = [f"-{name}" if len(name) == 1 or name in ONE_DASH else f"--{name}" for name in flag.names]
        about = flag.help.replace("%", "%%")
        if flag.takes:
            one.add_argument(*names, metavar=flag.takes, help=about, choices=_choices(flag.sets))
        else:
            one.add_argument(*names, action="store_true", help=about)
    one.add_argument("paths", nargs="*", metavar="PATH")
    return one


def _choices(sets: str) -> tuple[str, ...] | None:
    from fabricgen.validation.output import FORMS  # noqa: PLC0415 - one command has them

    return {"output": tuple(FORMS), "color": ("auto", "always", "never")}.get(sets)


def _candidates(*, prefix: str, action: argparse.Action, parser: Any, **_: Any) -> Iterable[str]:  # noqa: ANN401 - argcomplete's
    """Return what an argument without fixed values can be, by what help calls it."""
    match action.metavar:
        case "CLUSTER" if parser.prog.endswith(" explain") and prefix[:1].isupper():
            return _rules(prefix)
        case "CLUSTER":
            return (*_clusters(), *FilesCompleter(_endings())(prefix))
        case "DESCRIPTION":
            return FilesCompleter(_endings())(prefix)
        case "RULES":
            return _rules(prefix)
        case "REF":
            return _refs()
        case "FOLDER":
            return DirectoriesCompleter()(prefix)
        case "FILE" | "WHAT" | "PLACE":
            return FilesCompleter()(prefix)
        case "PATH" if not parser.prog.endswith(" explain"):
            return FilesCompleter()(prefix)
    return ()


def _endings() -> tuple[str, ...]:
    return tuple(sorted(SUFFIXES))


def _clusters() -> Iterator[str]:
    """Yield the names that stand for descriptions; nothing where there is no folder of them."""
    try:
        yield from sorted(one.stem for one in FOLDER.iterdir() if one.suffix in SUFFIXES)
    except OSError:
        return


def _rules(prefix: str) -> Iterator[str]:
    """Yield rules and their families, after what stands before the last comma."""
    from fabricgen.lint.own import every_rule  # noqa: PLC0415 - 0.1 s, where rules are asked for

    before = prefix[: prefix.rfind(",") + 1]
    names = sorted(rule.id for rule in every_rule())
    yield from (before + name for name in (*dict.fromkeys(name[:3] for name in names), *names))


def _refs() -> list[str]:
    """Return the branches and tags of the repository that this folder is in."""
    command = ["git", "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    except OSError:
        return []
    return said.stdout.split()
