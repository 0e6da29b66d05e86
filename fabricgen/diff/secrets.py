"""Keeps keys and tokens out of what is shown: by where they stand, and by what they look like.

Used by `compare` for values and by `unified` for lines. A reference to a Secret is no secret.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from fabricgen.impact.impact import Path

HIDDEN: Final = "(not shown)"
_NAMES: Final = frozenset(
    (
        "accesskey",
        "aescbcencryptionsecret",
        "agent-token",
        "apikey",
        "apitoken",
        "auth",
        "bootstraptoken",
        "clientsecret",
        "credentials",
        "datastore-endpoint",
        "identitytoken",
        "passphrase",
        "password",
        "presharedkey",
        "privatekey",
        "secret",
        "secretboxencryptionsecret",
        "secretkey",
        "token",
    )
)
_LOOKS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1|gh[pousr]_[A-Za-z0-9]{20}|github_pat_|K10[0-9a-f]{20,}::"
    r"|LS0tLS1CRUdJTi[A-Za-z0-9+/]{20}"
)
_NAMED: Final = re.compile(
    rf"^ *(?:- )?[\"']?(?:{'|'.join(sorted(_NAMES))})[\"']?:[ \t]+(?![\[{{]|\"\"|''|$)\S",
    re.IGNORECASE | re.MULTILINE,
)
_SECRET: Final = re.compile(r"^kind: Secret$", re.MULTILINE)
_DATA: Final = re.compile(r"^(?:data|stringData):$")


def is_secret(path: Path, value: Any, *, family: str) -> bool:  # noqa: ANN401 - values are whatever YAML holds
    """Tell whether a value must not be shown: by its key, as data of a Secret, or by its looks."""
    if family == "object/Secret" and path[:1] in {("data",), ("stringData",)}:
        return True
    name = next((one for one in reversed(path) if isinstance(one, str)), "")
    return (name.lower() in _NAMES and isinstance(value, str)) or bool(
        isinstance(value, str) and _LOOKS.search(value)
    )


def shown(path: Path, value: Any, *, family: str) -> Any:  # noqa: ANN401 - as above
    """Return the value with whatever is secret in it, or all of it, as `(not shown)`."""
    if isinstance(value, Mapping):
        return {key: shown((*path, str(key)), item, family=family) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown((*path, index), item, family=family) for index, item in enumerate(value)]
    return HIDDEN if value is not None and is_secret(path, value, family=family) else value


def shown_text(text: str) -> str:
    """Return a file's text without the secrets that it looks to hold; most texts come back as they are."""
    if not (_LOOKS.search(text) or _SECRET.search(text) or _NAMED.search(text)):
        return text
    lines: list[str] = []
    inside = -1  # the depth of the key whose lines are hidden
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth <= inside:
            inside = -1
        if inside >= 0:
            lines.append(f"{' ' * depth}{HIDDEN}" if line.strip() else line)
            continue
        if _NAMED.match(line) or _LOOKS.search(line) or _DATA.match(line):
            key, colon, _ = line.partition(":")
            inside = depth if colon else depth - 1  # lines of a block of text are as deep as their first
            lines.append(f"{key}{colon} {HIDDEN}" if colon else f"{' ' * depth}{HIDDEN}")
            continue
        lines.append(line)
    return "\n".join(lines)
