"""Which rules a run is about: `--only` and `--skip`, by id, family or glob.

Fed by the command line, and by suppressions of whole files, which name rules the same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from fabricgen.errors import Problem, ProblemsError

_FAMILY: Final = 3
_MISREAD: Final = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The rules that count; `only` empty is all of them."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def takes(self, rule: str) -> bool:
        """Tell whether the rule counts."""
        return (not self.only or names_rule(self.only, rule)) and not names_rule(self.skip, rule)


def names_rule(patterns: Iterable[str], rule: str) -> bool:
    """Tell whether one of the patterns (`CIL007`, `CIL`, `CIL0*`) means the rule."""
    return any(one in {rule, rule[:_FAMILY]} or fnmatchcase(rule, one) for one in patterns)


def select(only: Sequence[str], skip: Sequence[str], *, known: Sequence[str]) -> Selection:
    """Return the selection that people wrote, several with commas in one word or in several.

    Raises:
        ProblemsError: with every pattern that means no rule, and the nearest id.
    """
    selection = Selection(only=_words(only), skip=_words(skip))
    problems = [
        Problem(message=f"{flag} {one}: there is no such rule", hint=nearest_rule(one, known))
        for flag, words in (("--only", selection.only), ("--skip", selection.skip))
        for one in words
        if not any(names_rule((one,), rule) for rule in known)
    ]
    if problems:
        raise ProblemsError(problems)
    return selection


def nearest_rule(word: str, known: Sequence[str]) -> str:
    """Return a hint at the rule or family that is meant."""
    digits = word[:_FAMILY].upper() + word[_FAMILY:].upper().translate(_MISREAD)
    if digits in known:
        return f"did you mean {digits}?"
    names = [*known, *dict.fromkeys(rule[:_FAMILY] for rule in known)]
    near = get_close_matches(word.upper(), names, n=1)
    return f"did you mean {near[0]}?" if near else "docs/rules/README.md lists all rules"


def _words(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip().upper() for one in given for word in one.split(",") if word.strip())
