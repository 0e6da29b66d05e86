"""Lines of a text that stands inside of a document as lines of that document. Used by `values`."""

from functools import lru_cache

from fabricgen.yamlio import Position


def outer_position(text: str, *, document: str, key: Position, inner: Position) -> Position:
    """Return where a place in `text`, the value of the key at `key`, is in `document`, both counted from 1.

    Only in a block scalar (`|`) each line stands in a line of its own; of any other text, it is the place of its key.
    A place in an empty line, or behind the end, is in the line before it.
    """
    lines = _lines(text)[: inner.line]
    while lines and not lines[-1].strip():
        lines.pop()
    around = _lines(document)[key.line : key.line + len(lines)]
    if not lines or len(around) < len(lines) or lines[-1].strip() != around[-1].strip():
        return key
    column = inner.column if len(lines) == inner.line else 1 + _indent(lines[-1])
    return Position(key.line + len(lines), column + _indent(around[-1]) - _indent(lines[-1]))


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
