"""Lists of nodes as people and kubectl have them -> first nodes.

Used by `commands.init`: flags, answers, and files of `--from-nodes`.
"""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from fabricgen.errors import Problem, ProblemsError
from fabricgen.starting.answers import FirstNode

_ROLES: Final = {
    "control-plane": "control-plane",
    "controlplane": "control-plane",
    "master": "control-plane",
    "server": "control-plane",
    "worker": "worker",
    "agent": "worker",
}
_ARCHES: Final = ("amd64", "arm64")
_LINE: Final = "write: name address role [arch] [disk]"
_FLAG: Final = "write name=address[:role[:arch[:disk]]], an IPv6 address in brackets"
_CONTROL_PLANES: Final = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def parse_node(text: str, *, is_first: bool, place: str) -> FirstNode:
    """Return the node that `name=address[:role[:arch[:disk]]]` means; without a role the first is the control plane.

    Raises ProblemsError if that is not its form; whether the address and the name are right, the rules say.
    """
    name, equals, rest = text.partition("=")
    if rest.startswith("["):
        address, bracket, rest = rest[1:].partition("]")
        parts = [address if bracket else "", *rest.removeprefix(":").split(":", 2)]
    else:
        parts = rest.split(":", 3)
    if not (name and equals and parts[0]):
        raise ProblemsError([Problem(message=f"{text!r} is no node", file=place, hint=_FLAG)])
    return parse_words([name, *(one for one in parts if one)], is_first=is_first, place=place, hint=_FLAG)


def parse_words(words: list[str], *, is_first: bool, place: str, hint: str = _LINE) -> FirstNode:
    """Return the node of name, address, role, arch and disk, the last three as far as they are there.

    Raises ProblemsError with what is not its form.
    """
    if not 2 <= len(words) <= 5:  # noqa: PLR2004 - as the hint says
        found = f"has {len(words)} words" if len(words) > 1 else "has no address" if words else "is empty"
        raise ProblemsError([Problem(message=found, file=place, hint=hint)])
    name, address, *more = words
    role, arch, disk = (*more, *("", "", "")[len(more) :])
    problems = [*_unknown(role, "role", _ROLES, place), *_unknown(arch, "architecture", _ARCHES, place)]
    if problems:
        raise ProblemsError(problems)
    usual = "control-plane" if is_first else "worker"
    return FirstNode(
        name=name,
        address=address,
        role=_ROLES[role] if role else usual,
        arch=arch or "amd64",
        disk=disk,
        place=place,
    )


def _unknown(
    word: str, what: str, known: Mapping[str, str] | tuple[str, ...], place: str
) -> Iterator[Problem]:
    if word and word not in known:
        near = get_close_matches(word, tuple(known), n=1)
        hint = f"did you mean {near[0]}?" if near else f"write {' or '.join(dict.fromkeys(_named(known)))}"
        yield Problem(message=f"{word!r} is no {what}", file=place, hint=hint)


def _named(known: Mapping[str, str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(known.values()) if isinstance(known, Mapping) else known


def read_nodes(text: str, *, source: str) -> tuple[FirstNode, ...]:
    """Return the nodes of a list: lines `name address role [arch] [disk]`, or what `kubectl get nodes -o json` prints.

    Words stand apart by blanks or commas; empty lines and what follows a # are passed over. Raises ProblemsError with
    everything that cannot be read, by line.
    """
    found = _from_kubectl(text, source) if text.lstrip().startswith("{") else _from_lines(text, source)
    if not found:
        raise ProblemsError([Problem(message="holds no node", file=source, hint=_LINE)])
    return found


def _from_lines(text: str, source: str) -> tuple[FirstNode, ...]:
    nodes: list[FirstNode] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].replace(",", " ").split()
        if not words or words[:2] == ["name", "address"]:
            continue
        try:
            nodes.append(parse_words(words, is_first=not nodes, place=f"{source}:{number}"))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return tuple(nodes)


def _from_kubectl(text: str, source: str) -> tuple[FirstNode, ...]:
    hint = "write it with: kubectl get nodes -o json"
    try:
        items = json.loads(text).get("items", [])
        return tuple(_from_object(one, f"{source}: items[{at}]") for at, one in enumerate(items))
    except json.JSONDecodeError as error:
        problem = Problem(message=f"is no JSON: {error.msg}", file=source, line=error.lineno, hint=hint)
    except (AttributeError, KeyError, StopIteration, TypeError, RecursionError):
        problem = Problem(message="is no list of nodes of Kubernetes", file=source, hint=hint)
    raise ProblemsError([problem])


def _from_object(node: Any, place: str) -> FirstNode:  # noqa: ANN401 - whatever JSON holds
    """Return a Node of Kubernetes, with its first InternalIP. Raises KeyError or StopIteration if it has none."""
    status, metadata = node["status"], node["metadata"]
    labels = metadata.get("labels", {})
    address = next(one["address"] for one in status["addresses"] if one["type"] == "InternalIP")
    return FirstNode(
        name=str(metadata["name"]),
        address=str(address),
        role="control-plane" if any(label in labels for label in _CONTROL_PLANES) else "worker",
        arch=str(status["nodeInfo"]["architecture"]),
        place=place,
    )
