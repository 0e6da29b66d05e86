"""What several readers put into the draft in the same way: the API's address, versions in images' tags, lists.

Used by the readers of machines' formats.
"""

import re
from collections.abc import Iterable
from typing import Final

from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.page import Page

TALOS: Final = "distribution.talos"


_GUEST: Final = re.compile(r"^https?://\[?(?P<host>.+?)\]?(?::(?P<port>\d+))?/?$")


_VERSION: Final = re.compile(r":v?(\d+\.\d+\.\d+[^@]*)")


def extend(draft: Draft, path: str, values: Iterable[str], origin: Origin) -> None:
    """Add to a list of the draft what it does not hold yet."""
    old = draft.get(*path.split(".")) or []
    new = [*old, *(one for one in dict.fromkeys(values) if one not in old)]
    if new != old:
        draft.replace(path, new, draft.origins.get(tuple(path.split(".")), origin))


def version(page: Page, draft: Draft, path: tuple[str, ...], key: str) -> None:
    """Read the version out of an image's tag."""
    found = _VERSION.search(str(page.get(*path) or ""))
    if found:
        page.take(*path)
        draft.put(key, found[1], page.origin(*path))


def endpoint(page: Page, draft: Draft, path: tuple[str, ...]) -> None:
    """Read the address of the API."""
    found = _GUEST.match(str(page.get(*path) or ""))
    if found:
        page.take(*path)
        draft.put("endpoint.host", found["host"], page.origin(*path))
        draft.put("endpoint.port", int(found["port"] or 443), page.origin(*path))
