"""Kubernetes Secrets that are not encrypted. Used by the scan; reads YAML only where such an object may be."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from fabricgen.errors import Path
from fabricgen.secrets.names import is_reference
from fabricgen.yamlio import YamlSyntaxError, read_documents

_KIND: Final = re.compile(r"""kind["']?:[ \t]*["']?Secret\b""")
# No secret by themselves: whom to trust, whom to ask, under what name.
_PUBLIC: Final = frozenset(
    {"ca.crt", "tls.crt", "known_hosts", "identity.pub", "username", "url", "type", "name"}
)
_LEFT_OUT: Final = re.compile(r"\s*(?:[$<{]|ENC\[|\*{3}|$)")
_WHAT: Final = "a Kubernetes Secret that is not encrypted"


def find_in_objects(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, kind) for each value of a Secret that is there for all to read."""
    if "Secret" not in text or not _KIND.search(text):
        return
    try:
        documents = read_documents(text, source="")
    except YamlSyntaxError:
        return  # a file about Secrets, none itself; what is one by its form is found all the same
    for document in documents:
        for path, value in _secrets_of(document.value, ()):
            position = document.positions.get(path)
            if _is_readable(str(path[-1]), value):
                yield (position.line if position else 1), _WHAT


def _secrets_of(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _secrets_of(inner, (*path, number))
    elif isinstance(value, dict):
        if value.get("kind") == "Secret" and value.get("apiVersion") == "v1" and "sops" not in value:
            for part in ("data", "stringData"):
                entries = value.get(part)
                for key, inner in entries.items() if isinstance(entries, dict) else ():
                    yield (*path, part, str(key)), str(inner if inner is not None else "")
        elif value.get("kind") != "Secret":
            yield from _secrets_of(value.get("items"), (*path, "items"))


def _is_readable(key: str, value: str) -> bool:
    return key not in _PUBLIC and not any(
        _LEFT_OUT.match(one) or is_reference(one.strip()) for one in (value, _plain(value))
    )


def _plain(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
