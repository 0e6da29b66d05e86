"""Lines of the files that findings are about: from memory where they are rendered, else from the disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fabricgen.yamlio import YamlSyntaxError, decode, read_limited


class Sources:
    """Reads each file once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._lines: dict[str, Sequence[str]] = {file: text.split("\n") for file, text in texts.items()}

    def line(self, file: str, number: int) -> str | None:
        """Return a line of a file by its number from 1, without its end; None if there is no such line."""
        if file not in self._lines:
            self._lines[file] = _read(file)
        lines = self._lines[file]
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None


def _read(file: str) -> Sequence[str]:
    try:
        return decode(read_limited(Path(file)), source=file).split("\n")
    except YamlSyntaxError:
        return ()
