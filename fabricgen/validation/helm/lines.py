"""Lines of a text that stands inside of a document as lines of that document. Used by `values`."""

from fabricgen.yamlio import Position


def outer_position(text: str, *, document: str, key: Position, inner: Position) -> Position:
    """Return where a place in `text`, the value of the key at `key`, is in `document`, both counted from 1.

    Only in a block scalar (`|`) each line stands in a line of its own; of any other text, it is the place of its key.
    """
    within = _line(text, inner.line)
    around = _line(document, key.line + inner.line)
    if not within.strip() or within.strip() != around.strip():
        return key
    return Position(key.line + inner.line, inner.column + _indent(around) - _indent(within))


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return lines[number - 1] if number <= len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
