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
    r"|(?P<address>https?://[^\s()<>\"'`,;|]*[^\s()<>\"'`,;|.:])"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
)


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
        return Markup("<code>{}</code>").format(_unpadded(found["code"]))
    if found["target"] is not None:
        return _link(found["target"], inline(found["name"]))
    if found["address"] is not None:
        return _link(found["address"], escape(found["address"].removeprefix("https://")))
    return escape(found["escaped"])


def _link(target: str, name: Markup) -> Markup:
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(target, name)


def _unpadded(code: str) -> str:
    """Return what stands between the fences, without the space on each side that a backtick there asks for."""
    padded = code.startswith(" ") and code.endswith(" ") and code.strip()
    return code[1:-1] if padded else code
