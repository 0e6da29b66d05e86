"""Looks for secrets in texts that are about to be written, and in the values of a description.

Fed by `load` and the pipeline; what it finds stops both. No message holds a secret, nor a part of one.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.errors import Path, Problem
from fabricgen.secrets.forms import find_forms, hide_forms
from fabricgen.secrets.names import NEEDLES, is_secret, kind_of
from fabricgen.secrets.objects import find_in_objects

NAMED_RULE: Final = "SEC001"
"""What a description can ignore, with a reason: a value that only its key's name calls a secret."""

_ENTRY: Final = re.compile(r"""([\w.\-/]++)["']?[ \t]*(?::(?=[ \t"'\n]|$)|=)[ \t]*""")
_FLAG: Final = re.compile(r"--([a-z][a-z-]+)[ =](\S+)")
_NAMED: Final = re.compile(r"""[ \t]*(?:-[ \t]+)?["']?name["']?:[ \t]*["']?([\w.\-]+)["']?[ \t]*,?$""")
_GIVEN: Final = re.compile(r"""[ \t]*["']?value["']?:[ \t]*(.*)""")
_AFTER: Final = re.compile(rb"""[\w.\-]*["']?[ \t]*(?:[:=]|,?(?:\n|$))""")
"""What follows a name: its value, or the end of a line that says `name: <name>`."""
_BLOCK: Final = re.compile(r"[|>][-+0-9]*")
_HINT: Final = "Keep it out of git: put it into a Secret that is encrypted or made by hand, and name that one"


def find_secrets(texts: Mapping[PurePosixPath, str], *, by_name: bool = True) -> tuple[Problem, ...]:
    """Return a problem for each secret in `texts`, by file and line; none means that they may be published.

    Without `by_name` only what is known by its form is found, and Kubernetes Secrets that are not encrypted.
    """
    return tuple(
        problem for path, text in sorted(texts.items()) for problem in _find_in(path, text, by_name=by_name)
    )


def _find_in(path: PurePosixPath, text: str, *, by_name: bool) -> Iterator[Problem]:
    found: dict[int, str] = {}
    for offset, kind in find_forms(text):
        found.setdefault(text.count("\n", 0, offset) + 1, kind)
    for line, kind in (*(_find_named(text) if by_name else ()), *find_in_objects(text)):
        found.setdefault(line, kind)
    for line, kind in sorted(found.items()):
        yield Problem(message=f"holds {kind}", file=str(path), line=line, hint=_HINT)


def _find_named(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, kind) for values of keys that are called a secret."""
    lower = text.encode(errors="replace").lower()  # bytes are searched five times as fast
    starts = {
        lower.rfind(b"\n", 0, at) + 1
        for needle in NEEDLES
        for at in _all(lower, needle)
        if _AFTER.match(lower, at) or b"--" in lower[max(at - 12, 0) : at]
    }
    lines = text.split("\n") if starts else []
    for number in sorted(lower.count(b"\n", 0, start) for start in starts):
        for kind in _kinds_in(lines[number], following="".join(lines[number + 1 : number + 2])):
            yield number + 1, f"{kind}, by the name of its key ({NAMED_RULE})"


def _all(text: bytes, needle: bytes) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _kinds_in(line: str, *, following: str) -> Iterator[str]:
    """Yield the kinds of secrets in a line; `following` is the next one. Comments are prose."""
    if not line.lstrip().startswith(("#", "//")):
        for name, value in _pairs_of(line, following=following):
            if kind := is_secret(name, value):
                yield kind


def _pairs_of(line: str, *, following: str) -> Iterator[tuple[str, str]]:
    """Yield (name, value) for each name in a line that is called a secret."""
    for match in _ENTRY.finditer(line):
        if kind_of(match[1]):
            value = _value_at(line, match.end())
            if match[0].endswith("="):  # as a shell takes it
                value = value.partition(" ")[0]
            yield match[1], following.strip() if _BLOCK.fullmatch(value) else value
    for match in _FLAG.finditer(line):
        yield match[1], match[2].strip("\"'")
    if (named := _NAMED.fullmatch(line)) and (given := _GIVEN.match(following)):
        yield named[1], _value_at(given[1], 0)


def _value_at(line: str, start: int) -> str:
    """Return the value that begins at `start`: in quotes, or up to a comment or the end of what it stands in."""
    rest = line[start:]
    if rest[:1] in {'"', "'"}:
        return rest[1:].partition(rest[0])[0]
    return re.split(r"[ \t]+#|[,}\]`]|\\n|[ \t]+\|", rest, maxsplit=1)[0].strip().rstrip("\"';")


def find_in_value(value: Any, *, by_name: bool = True) -> tuple[Problem, ...]:  # noqa: ANN401 - what YAML may hold
    """Return a problem, with its path, for each secret in what a YAML document says; `by_name` as in `find_secrets`."""
    return tuple(
        Problem(message=f"holds {kind}", path=path, hint=_HINT)
        for path, _text, kind in _secrets_in(value, ())
        if by_name or NAMED_RULE not in kind
    )


def _secrets_in(value: object, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield (path, text, kind)."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _secrets_in(inner, (*path, str(key)))
            yield from _pairs_in(value, path)
        case list() | tuple():
            for number, inner in enumerate(value):
                yield from _secrets_in(inner, (*path, number))
        case str():
            if kind := _judge(value, path):
                yield path, value, kind
        case _:
            pass


def _pairs_in(value: dict[Any, Any], path: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield the value of `name: GITHUB_TOKEN, value: …`, which is how containers take their environment."""
    name, text = value.get("name"), value.get("value")
    if isinstance(name, str) and isinstance(text, str) and (kind := is_secret(name, text, spaces=True)):
        yield (*path, "value"), text, f"{kind}, by the name of its key ({NAMED_RULE})"


def _judge(text: str, path: Path) -> str:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    for whole in (text, f"{name}: {text}"):
        if found := next(find_forms(whole), None):
            return found[1]
    lines = text.splitlines()
    if len(lines) > 1:  # a file in a value
        return next((kind for _, kind in _find_named(text)), "") or next(
            (kind for _, kind in find_in_objects(text)), ""
        )
    kind = is_secret(name, text, spaces=True)
    return f"{kind}, by the name of its key ({NAMED_RULE})" if kind else ""


def hide_secrets(problem: Problem, value: Any) -> Problem:  # noqa: ANN401 - what YAML may hold
    """Return the problem without any secret of the document `value` in its words."""
    message, hint = hide_forms(problem.message), hide_forms(problem.hint)
    for _path, text, _kind in _secrets_in(value, ()):
        for part in {text, *text.splitlines()}:
            if len(part) > 3:  # noqa: PLR2004 - less says nothing, and is in many words
                message, hint = message.replace(part, "(not shown)"), hint.replace(part, "(not shown)")
    return Problem(
        message=message,
        path=problem.path,
        file=problem.file,
        line=problem.line,
        column=problem.column,
        hint=hint,
    )
