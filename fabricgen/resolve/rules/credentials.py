"""Rules about secrets in the free parts of a description: it is committed to git, and so is all that is made of it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from fabricgen.description import Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums

# Private keys as PEM and in base64, and tokens that say by their beginning what they are.
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1|\bgh[pousr]_\w{16}|\bgithub_pat_\w{16}|\bglpat-[\w-]{16}"
    r"|://[^/\s:@]+:[^/\s@]+@"
)
_PEM_IN_BASE64 = "LS0tLS1CRUdJTi"


def rule_free_values_hold_no_secrets(description: Description) -> Iterator[Problem]:
    """Whoever can read the repository would have them. The value itself is not shown."""
    k3s = description.distribution.k3s
    free: list[tuple[Path, object]] = [
        ((*path, "values"), cilium.values) for path, cilium in ciliums(description)
    ]
    if k3s is not None:
        free += [
            (("distribution", "k3s", "server"), k3s.server),
            (("distribution", "k3s", "agent"), k3s.agent),
        ]
    for start, values in free:
        for path, text in _texts(values, start):
            key = str(path[-1]).lower()
            if _SECRET.search(text) or (text.startswith(_PEM_IN_BASE64) and key.endswith("key")):
                yield Problem(
                    message="this looks like a secret, and this file is committed to git",
                    path=path,
                    hint="put it in a Secret of the cluster, and name that here",
                )


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
