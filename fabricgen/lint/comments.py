"""Suppressions in the files themselves: `# fabricgen: ignore CIL007 the router does this`.

On the line of a finding, or above it; above the first line of an object, it is for all of the object.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fabricgen.yamlio import split_documents

MARK: Final = "fabricgen:"
"""What every suppression holds; a text without it needs no closer look."""
_COMMENT: Final = re.compile(
    r"(?:^|\s)#\s*fabricgen:\s*ignore\b[ \t]*(?P<rules>[A-Za-z0-9]+(?:[ \t]*,[ \t]*[A-Za-z0-9]+)*)?(?P<reason>[^\n]*)"
)
_PASSED_OVER: Final = re.compile(r"\s*(?:#.*|---\s*(?:#.*)?|\.\.\.\s*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A suppression as written.

    Attributes:
        file, line, column: where it stands.
        rules: the ids, in capitals; none if none is written.
        reason: why; empty if it does not say.
        first, last: the lines that it is for.
    """

    file: str
    line: int
    column: int
    rules: tuple[str, ...]
    reason: str
    first: int
    last: int

    def covers(self, rule: str, line: int) -> bool:
        """Tell whether it suppresses findings of the rule at this line."""
        return bool(self.reason) and rule in self.rules and self.first <= line <= self.last


def find_comments(text: str, *, file: str) -> tuple[Comment, ...]:
    """Return the suppressions of a text, in its order."""
    if MARK not in text:
        return ()
    lines = text.replace("\r\n", "\n").split("\n")
    objects = list(_objects(text, lines))
    return tuple(
        _comment(found, lines, objects, file=file, number=number)
        for number, line in enumerate(lines, start=1)
        if (found := _COMMENT.search(line)) is not None
    )


def _comment(
    found: re.Match[str], lines: Sequence[str], objects: Sequence[tuple[int, int]], *, file: str, number: int
) -> Comment:
    above = _PASSED_OVER.match(lines[number - 1]) is not None
    first = _next_content(lines, number) if above else number
    whole = next((one for one in objects if above and one[0] == first), (first, first))
    return Comment(
        file=file,
        line=number,
        column=found.string.index("#", found.start()) + 1,
        rules=tuple(rule.strip().upper() for rule in (found["rules"] or "").split(",") if rule.strip()),
        reason=found["reason"].strip(" \t:-"),
        first=whole[0],
        last=whole[1],
    )


def _objects(text: str, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last line of the content of each document."""
    for chunk in split_documents(text):
        yield _next_content(lines, chunk.line - 1), chunk.line + chunk.text.count("\n")


def _next_content(lines: Sequence[str], after: int) -> int:
    """Return the number of the first line below `after` that is more than a comment; `after` if there is none."""
    for number in range(after, len(lines)):
        if _PASSED_OVER.match(lines[number]) is None:
            return number + 1
    return after
