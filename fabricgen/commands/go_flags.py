"""Flags as Go's `flag` package reads them, which is how kubeconform is called: `-strict`, `--n=4`, `-summary=false`.

Used by `validate_options`. Unlike Go, flags may stand after paths. Not argparse, to which `-noise` is `-n oise`, so that
a misspelt flag is told of as a wrong value, which has no `-summary=false`, and takes 6 ms to import.
Source: <https://pkg.go.dev/flag#hdr-Command_line_flag_syntax>
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

    Read = Callable[[str, Any], Any]

# Source: <https://pkg.go.dev/strconv#ParseBool>
_BOOLEANS: Final = dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "false", "FALSE", "False"), False
)


class Flag:
    """One flag.

    Attributes:
        names: without dashes; the first is the one that help shows.
        sets: the attribute of the settings that it sets.
        takes: what its value is called in help; empty for a switch, which needs none.
        read: from the text of the value, and what the setting is so far, to the setting. Raises ValueError with what
            is wrong and, in a second argument, what would be right.
        help: one sentence.
    """

    __slots__ = ("help", "names", "read", "sets", "takes")

    def __init__(self, *names: str, sets: str, read: Read, help: str, takes: str = "") -> None:  # noqa: A002 - argparse calls it that
        self.names = names
        self.sets = sets
        self.read = read
        self.help = help
        self.takes = takes


def text(value: str, _: object) -> str:
    """Return the value as it is; the last one counts."""
    return value


def more(value: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the value after those before it."""
    return (*before, value)


def words(value: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values between commas after those before them."""
    return (*before, *(word for one in value.split(",") if (word := one.strip())))


def number(value: str, _: object) -> int:
    """Return a whole number that is not negative."""
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{value!r} is no number", "a whole number, 0 for one for each core")
    return int(value)


def switch(value: str, _: object) -> bool:
    """Return whether a switch is on."""
    if value not in _BOOLEANS:
        raise ValueError(f"{value!r} is neither true nor false", "")
    return _BOOLEANS[value]


def switch_off(value: str, _: object) -> bool:
    """Return the contrary of a switch, for flags that take something away."""
    return not switch(value, _)


def one_of(*choices: str) -> Read:
    """Return a reader that takes only these values."""

    def read(value: str, _: object) -> str:
        if value not in choices:
            raise ValueError(
                f"{value!r} is not known here", nearest(value, choices) or f"one of {', '.join(choices)}"
            )
        return value

    return read


def read_flags(
    arguments: Sequence[str], flags: Sequence[Flag], *, into: object
) -> tuple[list[str], list[tuple[str, str]]]:
    """Set what the flags among `arguments` say; return the other arguments, and all that is wrong with a hint each."""
    by_name = {name: flag for flag in flags for name in flag.names}
    rest = list(arguments)
    paths: list[str] = []
    wrong: list[tuple[str, str]] = []
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return [*paths, *rest], wrong
        if argument == "-" or not argument.startswith("-"):
            paths.append(argument)
            continue
        name, equals, value = argument.removeprefix("-").removeprefix("-").partition("=")
        flag = by_name.get(name)
        if flag is None:
            wrong.append(
                (f"there is no flag {argument.partition('=')[0]}", nearest(name, tuple(by_name), dash="-"))
            )
        elif not equals and flag.takes and not rest:
            wrong.append((f"{argument} needs a value", f"{argument} {flag.takes}"))
        else:
            wrong += _set(
                flag, value if equals else rest.pop(0) if flag.takes else "true", into=into, said=argument
            )
    return paths, wrong


def _set(flag: Flag, value: str, *, into: object, said: str) -> list[tuple[str, str]]:
    try:
        setattr(into, flag.sets, flag.read(value, getattr(into, flag.sets)))
    except ValueError as error:
        message, hint = error.args
        return [(f"{said.partition('=')[0]}: {message}", hint)]
    return []


def nearest(word: str, known: Sequence[str], *, dash: str = "") -> str:
    """Return a question after the known word that is most like `word`; empty when none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a run that fails pays for it

    near = get_close_matches(word, known, n=1)
    return f"did you mean {dash}{near[0]}?" if near else ""
