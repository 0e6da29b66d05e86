"""Values and sentences as Markdown that says what they say: nothing in them is taken for markup.

Used by the README and the runbook. Templates pass each table cell through the filter `md` besides, which keeps a cell
one cell. Source: https://github.github.com/gfm/ , backslash escapes and code spans.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from fabricgen import yamlio

_LONGEST_VALUE: Final = 160
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_MARKUP = re.compile(r"[\\*<\[\]`~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ADDRESS = re.compile(r"https?://[^\s,;]+")


def code(value: object) -> str:
    """Return a value as a code span on one line; what is long is cut, and text of many lines only counted."""
    if isinstance(value, str) and "\n" in value:
        return f"text of {value.count(chr(10))} lines"
    plain = isinstance(value, str) and value.isprintable() and value
    text = str(value) if plain else yamlio.inline(value)
    if len(text) > _LONGEST_VALUE:
        text = f"{text[: _LONGEST_VALUE - 2]} …"
    return _span(text)


def _span(text: str) -> str:
    """Return text between more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def prose(text: str) -> str:
    """Return a sentence with everything escaped that Markdown would take for markup, except code spans."""
    return "".join(_escaped(text))


def _escaped(text: str) -> Iterator[str]:
    done = 0
    for span in _CODE.finditer(text):
        yield _MARKUP.sub(r"\\\g<0>", text[done : span.start()])
        yield span[0]
        done = span.end()
    yield _MARKUP.sub(r"\\\g<0>", text[done:])


def source(text: str) -> str:
    """Return where a fact comes from, with each address in it as a short link."""
    parts: list[str] = []
    done = 0
    for found in _ADDRESS.finditer(text):
        parts += (prose(text[done : found.start()]), _link(found[0]))
        done = found.end()
    return "".join((*parts, prose(text[done:])))


def _link(address: str) -> str:
    target = (
        address.replace("<", "%3C")
        .replace(">", "%3E")
        .replace("(", "%28")
        .replace(")", "%29")
        .replace("|", "%7C")
    )
    return f"[{_name(address)}]({target})"


def _name(address: str) -> str:
    """Return the host; for a repository also whose it is."""
    parts = urlsplit(address)
    host = parts.hostname or address
    folders = [part for part in parts.path.split("/") if part]
    return "/".join((host, *folders[:2])) if host == "github.com" else host
