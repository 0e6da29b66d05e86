"""Prints docs/commands.md: every command with its arguments, examples and exit codes. Run by `make generated`.

Fed by the parsers that the command line itself uses (`fabricgen.commands.parser`, and `validate_flags`, which has
Go's), and by the errors that a user can meet (`fabricgen.errors`).
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Final

from fabricgen import errors
from fabricgen.commands import validate_options
from fabricgen.commands.help_text import EXIT_CODES
from fabricgen.commands.parser import COMMANDS, command_module, command_parser
from fabricgen.commands.validate_flags import FLAGS, ONE_DASH

HEAD: Final = """\
# Commands

Generated from the parsers by `make generated`: change `fabricgen/commands/`, not this page. `fabricgen COMMAND --help`
says the same; help is for the terminal, results go to stdout, and all else to stderr.
"""
CODES: Final = f"""\
## Exit codes

{EXIT_CODES[0].upper()}{EXIT_CODES[1:]}. Where a command's are
finer, they stand with it. Errors by name, as [Python](library.md) raises them:

| error | exit code | what it says |
|---|---|---|
"""
_ONE_DASH: Final = 1


def commands_page() -> str:
    """Return the whole page, Markdown."""
    index = ["| command | what it does |", "|---|---|"]
    index += [
        f"| [`fabricgen {name}`](#fabricgen-{name}) | {_cell(told)} |" for name, told in COMMANDS.items()
    ]
    sections = (line for name in COMMANDS for line in _section(name))
    return "\n".join([HEAD, *index, "", *sections, CODES + "\n".join(_errors()), ""])


def _section(name: str) -> Iterator[str]:
    yield from (f"## fabricgen {name}", "")
    if name == "validate":
        yield from _validate()
        return
    texts = command_module(name, below="arguments")
    one = command_parser(name)
    yield from (_paragraph(texts.DESCRIPTION), "", "```text", _usage(one), "```", "")
    actions = _actions(one)
    yield from _table(one, without=actions)
    for word, action in (actions.choices if actions else {}).items():
        about = (action.description or "").replace("\n", " ")
        yield from (f"### fabricgen {name} {word}", "", _paragraph(about), "", *_table(action))
    yield from _foot(texts)


def _usage(parser: argparse.ArgumentParser) -> str:
    """Return how a command is called; its flags stand in the table. Not argparse's own words, which change."""
    brackets = {None: "{}", "?": "[{}]", "*": "[{} …]", "+": "{} …", argparse.PARSER: "{} …"}
    names = (
        brackets[one.nargs].format(one.metavar or one.dest.upper())  # type: ignore[index]  # no command takes a number of them
        for one in parser._actions  # noqa: SLF001 - argparse lists them nowhere else
        if not one.option_strings
    )
    return " ".join((parser.prog, "[FLAG …]", *names))


def _actions(parser: argparse.ArgumentParser) -> argparse._SubParsersAction | None:  # type: ignore[type-arg]
    found = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]  # noqa: SLF001 - the same
    return found[0] if found else None


def _table(parser: argparse.ArgumentParser, *, without: argparse.Action | None = None) -> Iterator[str]:
    shown = [
        one
        for one in parser._actions  # noqa: SLF001 - argparse lists them nowhere else
        if one is not without and one.dest != "help" and one.help != argparse.SUPPRESS
    ]
    if not shown:
        return
    yield from ("| argument | what it is |", "|---|---|")
    yield from (f"| {_cell(_names(one))} | {_cell(one.help or '')} |" for one in shown)
    yield ""


def _names(one: argparse.Action) -> str:
    value = one.metavar or ("\\|".join(map(str, one.choices)) if one.choices else one.dest.upper())
    takes = "" if one.nargs == 0 else f" {value if isinstance(value, str) else ' '.join(value)}"
    if not one.option_strings:
        return f"`{takes.strip()}`"
    return ", ".join(f"`{flag}{takes}`" for flag in one.option_strings)


def _validate() -> Iterator[str]:
    yield from ("```text", "fabricgen validate [FLAG…] [FILE | FOLDER | GLOB | -]…", "```", "")
    for title, flags in FLAGS.items():
        yield from (f"### {title}", "", "| flag | what it does |", "|---|---|")
        for flag in flags:
            names = ", ".join(f"`{'-' if _is_go(name) else '--'}{name}`" for name in flag.names)
            yield f"| {names}{f' {flag.takes}' if flag.takes else ''} | {_cell(flag.help)} |"
        yield ""
    yield from _foot(validate_options)


def _is_go(name: str) -> bool:
    return len(name) == _ONE_DASH or name in ONE_DASH


def _foot(texts: ModuleType) -> Iterator[str]:
    if examples := getattr(texts, "EXAMPLES", ()):
        yield from ("```sh", *_examples(examples), "```", "")
    codes = getattr(texts, "EXIT_CODES", "") or EXIT_CODES
    page = getattr(texts, "PAGE", "").removeprefix("docs/")
    yield from (f"Exit codes: {codes}.{f' More: [{page}]({page}).' if page else ''}", "")


def _examples(examples: Iterable[tuple[str, str]]) -> Iterator[str]:
    for command, told in examples:
        yield from (f"# {told}", command)


def _errors() -> Iterator[str]:
    for one in vars(errors).values():
        if isinstance(one, type) and issubclass(one, errors.FabricgenError) and one.__doc__:
            yield f"| `{one.__name__}` | {one.exit_code} | {_cell(one.__doc__.partition(chr(10))[0])} |"


def _paragraph(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("<", "\\<")


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)([|<])", r"\\\1", re.sub(r"\s+", " ", text).replace("%%", "%")).replace(
        "\\\\|", "\\|"
    )


if __name__ == "__main__":
    print(commands_page(), end="")
