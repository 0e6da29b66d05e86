"""Flags of k3s where people write them: INSTALL_K3S_EXEC and calls in scripts, ExecStart of a systemd unit.

Fed with files that are no YAML; each command becomes a document with the keys of config.yaml.
"""

import os
import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

from fabricgen.repository import Item, Repository, SourceDocument

_FILES: Final = re.compile(r"\.(?:sh|service|env|md|just|mk|txt)$|^(?:Makefile|justfile)$")
_MOST_BYTES: Final = 200_000
_EXEC: Final = re.compile(r"INSTALL_K3S_EXEC=(?P<quote>[\"'])(?P<flags>.*?)(?P=quote)", re.DOTALL)
_CALL: Final = re.compile(
    r"(?:^|[\s|/])k3s\s+(?P<flags>(?:server|agent)\b[^\n|;&]*)|\bsh -s - (?P<pipe>[^\n|;&]*)"
)
_VERSION: Final = re.compile(r"INSTALL_K3S_VERSION=[\"']?(?P<version>v\d+\.\d+\.\d+\+k3s\d+)")
_FEW: Final = 1
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv"})


def find_commands(repository: Repository) -> Iterator[Item]:
    """Yield every command that starts or installs k3s with flags, in the order of the files."""
    if repository.root is None:
        return
    yield from _commands_below(repository.root)


@lru_cache(maxsize=1)
def _commands_below(root: Path) -> tuple[Item, ...]:
    return tuple(_search(root))


def _search(root: Path) -> Iterator[Item]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in _SKIPPED)
        for name in sorted(files):
            path = Path(folder) / name
            if _FILES.search(name) and (text := _text(path)) is not None and "k3s" in text.lower():
                file = PurePosixPath(path.relative_to(root).as_posix())
                yield from _of_text(str(file), text)


def _text(path: Path) -> str | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _of_text(file: str, text: str) -> Iterator[Item]:
    joined = re.sub(r"\\\n\s*", lambda found: " " * len(found[0]), text)
    version = _VERSION.search(joined)
    for found in (*_EXEC.finditer(joined), *_CALL.finditer(joined)):
        flags = next((one for one in (found.groupdict().get(key) for key in ("flags", "pipe")) if one), "")
        body = read_flags(flags)
        if version is not None:
            body.setdefault("k3s_version", version["version"])
        if len(body) > _FEW:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            line = text.count("\n", 0, start) + 1
            document = SourceDocument(file, "", line, 0, body)
            yield Item(origin=document, body=body)


def read_flags(text: str) -> dict[str, Any]:
    """Return flags as keys of config.yaml, `role` among them; a flag that is there twice is a list."""
    try:
        words = shlex.split(text, comments=False)
    except ValueError:
        return {}
    found: dict[str, Any] = {}
    words = [word for word in words if word]
    if words and words[0] in {"server", "agent"}:
        found["role"] = words.pop(0)
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.startswith("--"):
            continue
        key, equals, value = word[2:].partition("=")
        if not equals and at < len(words) and not words[at].startswith("-"):
            value, equals = words[at], "="
            at += 1
        _add(found, key, value if equals else True)
    return found


def _add(found: dict[str, Any], key: str, value: object) -> None:
    if key not in found:
        found[key] = {"true": True, "false": False}.get(str(value), value)
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]
