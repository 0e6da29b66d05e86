"""How help is laid out, and how a mistyped word is answered.

Fed by `parser` with the texts of `arguments`, and by `validate_options`, whose flags are Go's. Every help has the same
parts in the same order: usage, what the command does, arguments, examples, exit codes, page.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Final

    Examples = Sequence[tuple[str, str]]

EXIT_CODES: Final = "0 fine, 1 findings or drift, 2 the input is wrong, 3 a bug of fabricgen"
_WIDEST: Final = 100
_NARROWEST: Final = 40


def columns() -> int:
    """Return how wide help is: as the terminal, or COLUMNS, within what can be read."""
    text = os.environ.get("COLUMNS", "")
    wide = int(text) if text.isascii() and text.isdecimal() else _terminal()
    return max(_NARROWEST, min(_WIDEST, wide))


def _terminal() -> int:
    try:
        found = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    except (OSError, ValueError):
        found = 0
    return found or _WIDEST


def filled(text: str, *, indent: str = "", width: int = 0) -> str:
    """Return a text in lines of at most `width` characters (default: `columns()`), each below `indent`."""
    lines: list[str] = []
    line = indent
    for word in text.split():
        if len(line) + len(word) > (width or columns()) and line.strip():
            lines.append(line.rstrip())
            line = indent
        line += f"{word} "
    return "\n".join((*lines, line.rstrip()))


def table(rows: Mapping[str, str]) -> str:
    """Return two columns: names, and what is said of them."""
    wide = max(map(len, rows))
    gap = " " * (wide + 4)
    return "\n".join(f"  {name:<{wide}}  {filled(told, indent=gap).lstrip()}" for name, told in rows.items())


def foot(examples: Examples, *, exit_codes: str = "", page: str = "") -> str:
    """Return what ends a help: each example below what it does, ready to be copied; exit codes; the page."""
    parts = ["examples:", *(line for one in examples for line in _example(*one))] if examples else []
    parts += ["", filled(f"exit codes: {exit_codes or EXIT_CODES}")] if parts else []
    parts += [f"page: {page}"] if page else []
    return "\n".join(parts)


def _example(command: str, told: str) -> Iterator[str]:
    yield filled(told, indent="  # ")
    yield f"  {command}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `did you mean …?` with the known word that is most like `word`; empty when none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a run that fails pays for it

    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]}?" if near else ""
