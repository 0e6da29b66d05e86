"""A cell of Markdown -> HTML: code spans, links, escapes, and nothing else; all text is escaped.

It reads what `documents.markdown` writes, which the README's tables are made of. Used by the page's template.
"""

import re
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

_TOKEN: Final = re.compile(
    r"(?P<fence>`+)(?!`)(?P<code>.+?)(?<!`)(?P=fence)(?!`)"
    r"|\[(?P<name>(?:\\.|[^\]\\])*)\]\((?P<target>https?://[^\s()<>\"]+)\)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
)

_AFTER: Final = re.compile(r"(?<=[./,])(?=\w)")


def inline(text: str) -> Markup:
    """Return a line of Markdown as HTML in which nothing but ours is markup."""
    return Markup("").join(_parts(text))


def _parts(text: str) -> Iterator[Markup]:
    done = 0
    for found in _TOKEN.finditer(text):
        yield escape(text[done : found.start()])
        yield _markup(found)
        done = found.end()
    yield escape(text[done:])


def _markup(found: re.Match[str]) -> Markup:
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(_breakable(_unpadded(found["code"])))
    if found["target"] is not None:
        link = Markup('<a href="{}" rel="noreferrer">{}</a>')
        return link.format(found["target"], inline(found["name"]))
    return escape(found["escaped"])


def _breakable(code: str) -> Markup:
    """Return code in which a line may end after each dot and slash."""
    return Markup("<wbr>").join(_AFTER.split(code))


def _unpadded(code: str) -> str:
    """Return what stands between the fences, without the space on each side that a backtick there asks for."""
    padded = code.startswith(" ") and code.endswith(" ") and code.strip()
    return code[1:-1] if padded else code
