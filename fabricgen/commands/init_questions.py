"""The questions of `fabricgen init`: each answer is judged at once by the description's own rules. Talks on stderr.

Fed by `init` with what flags have told; plain lines in and out, so that every terminal will do.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from fabricgen.errors import Problem, ProblemsError
from fabricgen.starting import (
    Answers,
    FirstNode,
    Key,
    Told,
    complete,
    find_described,
    find_faults,
    next_node,
    parse_words,
    usual_name,
)

_QUESTIONS: Final[Mapping[Key, str]] = {
    "name": "Name of the cluster",
    "distribution": "What runs on the machines: talos, k3s, or docker for Talos in it",
    "nodes_network": "Network of the nodes",
    "router": "Its router",
    "nodes": "",
    "endpoint": "Where the Kubernetes API answers",
    "load_balancers": "Addresses for Services of type LoadBalancer, or none",
    "git": "Git repository that Flux reads",
}
_DISTRIBUTIONS: Final = ("talos", "k3s", "docker")


def ask_all(told: Told, *, folder: Path) -> Told:
    """Return what was told with an answer to every question. Raises EOFError if the answers end."""
    _say("An empty answer takes what stands in brackets. Ctrl-C leaves nothing behind.")
    for key in _QUESTIONS:
        if getattr(told, key) is None:
            told = _ask_nodes(told) if key == "nodes" else _ask(key, told, folder=folder)
    return told


def faults_of_told(told: Told) -> tuple[tuple[Key, Problem], ...]:
    """Return what is wrong with what was told; what is only a default so far is nobody's fault."""
    return tuple((key, one) for key, one in find_faults(complete(told)) if getattr(told, key) is not None)


def _ask(key: Key, told: Told, *, folder: Path) -> Told:
    """Ask until the answer is right."""
    while True:
        default = _default(key, complete(told), folder=folder)
        given = _line(f"{_QUESTIONS[key]} [{default}]: ") or default
        problems = [*_refused(key, given, folder=folder)]
        wanted = told if problems else _with(told, key, "" if given == "none" else given)
        problems = problems or [one for _, one in faults_of_told(wanted)]
        if not problems:
            return wanted
        _say_all(problems)


def _with(told: Told, key: Key, text: str) -> Told:
    return replace(told, **{key: text})  # type: ignore[arg-type]  # the keys of text, and a distribution that is one


def _default(key: Key, answers: Answers, *, folder: Path) -> str:
    if key == "name":
        return usual_name(folder.resolve().name)
    return str(getattr(answers, key)) or "none"


def _refused(key: Key, given: str, *, folder: Path) -> Iterator[Problem]:
    """Yield what the rules of a description cannot say."""
    if key == "distribution" and given not in _DISTRIBUTIONS:
        near = get_close_matches(given, _DISTRIBUTIONS, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        yield Problem(message=f"{given!r} is none of {', '.join(_DISTRIBUTIONS)}", hint=hint)
    if key == "name" and "/" not in given and "\0" not in given:
        yield from find_described(folder, given)


def _ask_nodes(told: Told) -> Told:
    """Ask for nodes until there is an empty answer; the first has a default, the others take arch and disk from it."""
    nodes: tuple[FirstNode, ...] = ()
    usual: FirstNode | None = complete(told).nodes[0]
    while True:
        words = _words(usual) if usual else ""
        form = "name address role arch" + (" disk" if usual and usual.disk else "")
        asked = f"{form}, or nothing if that is all; such as {words}" if nodes else f"{form} [{words}]"
        answer = _line(f"Node {len(nodes) + 1}: {asked}: ")
        if not answer and nodes:
            return replace(told, nodes=nodes)
        try:
            nodes = (*nodes, _node(answer or words, told, after=nodes, usual=usual))
        except ProblemsError as error:
            _say_all(list(error.problems))
        else:
            usual = next_node(nodes)


def _node(text: str, told: Told, *, after: tuple[FirstNode, ...], usual: FirstNode | None) -> FirstNode:
    """Return the node of an answer. Raises ProblemsError if it is none, or does not fit those before it."""
    node = parse_words(text.split(), is_first=not after, place="")
    if usual is not None:
        node = replace(node, disk=node.disk or usual.disk)
    problems = [one for _, one in faults_of_told(replace(told, nodes=(*after, node)))]
    if problems:
        raise ProblemsError(problems)
    return node


def _words(node: FirstNode) -> str:
    return " ".join(filter(None, (node.name, node.address, node.role, node.arch, node.disk)))


def _line(prompt: str) -> str:
    """Return one line of the user's. Raises EOFError at the end of the input."""
    while True:
        print(prompt, end="", file=sys.stderr, flush=True)
        try:
            return input().strip()
        except UnicodeDecodeError:
            _say("  is not UTF-8")


def _say_all(problems: list[Problem]) -> None:
    for one in problems:
        _say(f"  {one}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
