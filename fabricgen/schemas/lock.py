"""`lock.json` of a folder of pulled schemas: what was fetched from where, and the hash of every file.

Written by `pull`, read by `pulled` and by every command about the folder. One entry for each version of a component.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from fabricgen.schemas.errors import SchemaError

LOCK_NAME: Final = "lock.json"
FORMAT: Final = 1
IMPORTED: Final = "imported"
"""The version of what came from the user's own files; nothing but another import changes it."""

_SEGMENT = (
    r"[A-Za-z0-9][A-Za-z0-9._+-]*"  # never `..`, never hidden: a lock edited by hand leads nowhere else
)
_NAME = re.compile(_SEGMENT)
_PATH = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")
_HASH = re.compile(r"[0-9a-f]{64}")
_HINT = (
    "restore it from version control, or delete it and run `fabricgen schemas pull` again"  # it is generated
)


class Pin(NamedTuple):
    """A component in one version; its folder is `<component>/<version>`."""

    component: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was pulled for one pin.

    Attributes:
        sources: upstream's address -> sha256 of what was downloaded from there.
        files: path below the pin's folder -> sha256 of the file.
    """

    sources: Mapping[str, str]
    files: Mapping[str, str]


Lock = Mapping[Pin, Entry]


def hash_of(data: bytes) -> str:
    """Return the sha256 of `data` in hexadecimal."""
    return sha256(data).hexdigest()


def read_lock(folder: Path) -> Lock:
    """Return the lock of `folder`; empty where there is none.

    Raises:
        SchemaError: it cannot be read, or is no lock that this version of fabricgen writes.
    """
    path = folder / LOCK_NAME
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SchemaError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path}: is not JSON: {error}; {_HINT}") from error
    return _parse(document, path)


def dump_lock(lock: Lock) -> bytes:
    """Return the bytes of the file: sorted, the same for the same content."""
    components: dict[str, dict[str, Any]] = {}
    for pin, entry in lock.items():
        body = {"files": dict(entry.files), "sources": dict(entry.sources)}
        components.setdefault(pin.component, {})[pin.version] = body
    document = {"components": components, "format": FORMAT}
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def _parse(document: Any, path: Path) -> Lock:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SchemaError(f"{path}: is no lock of format {FORMAT}; {_HINT}")
    lock: dict[Pin, Entry] = {}
    for component, versions in _mapping(document.get("components"), "components", path).items():
        for version, body in _mapping(versions, component, path).items():
            lock[Pin(_name(component, path), _name(version, path))] = _entry(
                body, f"{component} {version}", path
            )
    return lock


def _entry(body: Any, where: str, path: Path) -> Entry:  # noqa: ANN401 - whatever JSON holds
    both = _mapping(body, where, path)
    sources = _mapping(both.get("sources"), f"{where}: sources", path)
    files = _mapping(both.get("files"), f"{where}: files", path)
    for name in files:
        if not _PATH.fullmatch(name):
            raise SchemaError(f"{path}: {where}: {name!r} is no path below the folder; {_HINT}")
    for name, value in (*sources.items(), *files.items()):
        if not isinstance(value, str) or not _HASH.fullmatch(value):
            raise SchemaError(f"{path}: {where}: {name}: {value!r} is no sha256; {_HINT}")
    return Entry(sources=sources, files=files)


def _mapping(value: Any, where: str, path: Path) -> Mapping[str, Any]:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, dict):
        raise SchemaError(f"{path}: {where}: a mapping is expected; {_HINT}")
    return value


def _name(text: str, path: Path) -> str:
    if not _NAME.fullmatch(text):
        raise SchemaError(f"{path}: {text!r} cannot be the name of a folder; {_HINT}")
    return text
