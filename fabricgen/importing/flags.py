"""What people tell by `--set path=value` and `--node name=address:role`; nothing else counts against it.

Fed by the command; feeds the draft before all readers.
"""

from collections.abc import Iterable
from typing import Any, Final

from fabricgen.addresses import parse_address
from fabricgen.errors import Problem, ProblemsError
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.machines import Machines

_ROLES: Final = {
    "control-plane": "control-plane",
    "worker": "worker",
    "server": "control-plane",
    "agent": "worker",
}


_FLAG: Final = Origin(note="told by a flag")


def apply_flags(draft: Draft, machines: Machines, *, sets: Iterable[str], nodes: Iterable[str]) -> None:
    """Put what `--set path=value` and `--node name=address:role` say; nothing else counts against them.

    Raises ProblemsError for flags that cannot be read.
    """
    problems = [one for text in sets if (one := _set(draft, machines, text)) is not None]
    problems += [one for text in nodes if (one := _node(machines, text)) is not None]
    if problems:
        raise ProblemsError(problems)


def _set(draft: Draft, machines: Machines, text: str) -> Problem | None:
    from fabricgen.yamlio import YamlSyntaxError, read_value  # noqa: PLC0415 - only for a flag

    key, equals, written = text.partition("=")
    if not equals or not key or not written:
        return Problem(message=f"--set {text}: write path=value, such as --set kubernetes=1.34.2")
    try:
        value = _plain(read_value(written), written)
    except YamlSyntaxError:
        value = written
    first, _, rest = key.partition(".")
    name, _, inside = rest.partition(".")
    if first == "nodes" and inside:
        machines.put(name, inside, value, _FLAG)
    else:
        draft.put(key, value, _FLAG)
    return None


def _plain(read: Any, text: str) -> Any:  # noqa: ANN401 - whatever YAML reads
    """Return text for what only looks like a number, such as a version."""
    return text if isinstance(read, float) or read is None else read


def _node(machines: Machines, text: str) -> Problem | None:
    name, equals, rest = text.partition("=")
    address, _, role = rest.rpartition(":")
    try:
        known = str(parse_address(address.strip("[]")))
    except ValueError:
        known = ""
    if not equals or not known or role not in _ROLES:
        example = "--node cp-1=10.0.0.11:control-plane"
        return Problem(
            message=f"--node {text}: write name=address:role, such as {example}; the other role is worker"
        )
    machines.put(name, "address", known, _FLAG)
    machines.put(name, "role", _ROLES[role], _FLAG)
    return None
