"""`fabricgen init`: from a few answers to a repository. stdout: what was written; stderr: questions, and what comes next."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from fabricgen import __version__, pipeline
from fabricgen.commands.init_questions import ask_all, faults_of_told
from fabricgen.errors import Problem, ProblemsError
from fabricgen.load import load_text
from fabricgen.publish.origin import find_origin
from fabricgen.starting import (
    STAND_IN,
    Answers,
    FirstNode,
    Key,
    Setup,
    Start,
    Told,
    complete,
    description_text,
    find_described,
    git_url,
    parse_node,
    plan_start,
    read_nodes,
    usual_name,
    write_start,
)

_FLAGS: Final[Mapping[Key, str]] = {
    "name": "NAME",
    "distribution": "--distribution",
    "nodes_network": "--nodes-network",
    "router": "--router",
    "pods": "--pods",
    "services": "--services",
    "nodes": "--node",
    "endpoint": "--endpoint",
    "load_balancers": "--load-balancers",
    "git": "--git",
}
_NEEDED: Final[Mapping[Key, str]] = {
    "distribution": "--distribution talos, k3s or docker",
    "nodes_network": "--nodes-network, such as 10.0.0.0/24",
    "nodes": "--node, such as cp-1=10.0.0.11, or --from-nodes FILE",
    "git": "--git, such as https://github.com/me/home",
}
_REQUIREMENT: Final = re.compile(r"[A-Za-z0-9._~+=<>!,@:/\[\]-]+")
_MOST_BYTES: Final = 16 * 1024 * 1024


def run(args: argparse.Namespace) -> int:
    """Ask, and write everything or nothing. Returns 130 if the questions were broken off."""
    folder = Path()
    told = _told(args, folder)
    try:
        told = _completed(told, args, folder=folder)
    except (EOFError, KeyboardInterrupt):
        print("\nnothing was written", file=sys.stderr)
        return 130
    answers = complete(told)
    start = plan_start(folder, answers, _setup(args, folder))
    pipeline.render_cluster(pipeline.resolve_cluster(load_text(description_text(answers), file="")))
    if not args.dry_run:
        write_start(start)
    _tell(start, args)
    if args.format == "text" and not args.dry_run:
        _tell_next(answers)
    return 0


def _told(args: argparse.Namespace, folder: Path) -> Told:
    """Return what the flags and this folder tell. Raises ProblemsError with every flag that is not in its form."""
    problems: list[Problem] = []
    nodes: tuple[FirstNode, ...] = ()
    try:
        nodes = _nodes(args)
    except ProblemsError as error:
        problems += error.problems
    problems += _odd(args)
    if problems:
        raise ProblemsError(problems)
    remote = git_url(find_origin(folder, ["."], committed=False).source)
    return Told(
        name=args.name,
        distribution=args.distribution,
        nodes_network=args.nodes_network,
        router=args.router,
        pods=args.pods,
        services=args.services,
        nodes=nodes or None,
        endpoint=args.endpoint,
        load_balancers="" if args.load_balancers == "none" else args.load_balancers,
        git=args.git or (remote if remote.startswith(("https://", "http://", "ssh://")) else None),
    )


def _odd(args: argparse.Namespace) -> Iterator[Problem]:
    if args.requirement is not None and _REQUIREMENT.fullmatch(args.requirement) is None:
        message = f"{args.requirement!r} is nothing that pip installs"
        hint = "write fabricgen==0.1.0, or git+https://git.example.org/you/fabricgen@v0.1.0"
        yield Problem(message=message, file="--requirement", hint=hint)
    if args.node and args.from_nodes:
        yield Problem(message="--node and --from-nodes both name the machines", hint="keep one of them")


def _nodes(args: argparse.Namespace) -> tuple[FirstNode, ...]:
    """Return the machines that flags name. Raises ProblemsError with each that is not in its form."""
    if args.from_nodes is not None:
        return read_nodes(_list_of_nodes(args.from_nodes), source=str(args.from_nodes))
    nodes: list[FirstNode] = []
    problems: list[Problem] = []
    for number, text in enumerate(args.node):
        try:
            nodes.append(parse_node(text, is_first=number == 0, place="--node"))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return tuple(nodes)


def _list_of_nodes(path: Path) -> str:
    try:
        if str(path) == "-":
            return sys.stdin.read(_MOST_BYTES)
        with path.open(encoding="utf-8") as file:
            return file.read(_MOST_BYTES)
    except UnicodeDecodeError:
        problem = Problem(message="is not UTF-8", file=str(path))
    except OSError as error:
        problem = Problem(message=f"cannot be read: {error.strerror}", file=str(path))
    raise ProblemsError([problem])


def _completed(told: Told, args: argparse.Namespace, *, folder: Path) -> Told:
    """Return all that is needed: asked for on a terminal, else told. Raises ProblemsError with all that is missing."""
    is_asked = sys.stdin.isatty() and not args.yes
    missing = () if is_asked or args.yes else tuple(key for key in _NEEDED if getattr(told, key) is None)
    problems = [
        *(Problem(message=f"{_NEEDED[key]}: is missing, and nobody can be asked") for key in missing),
        *(_at_flag(key, one, told) for key, one in faults_of_told(told)),
        *(find_described(folder, told.name) if told.name is not None and "/" not in told.name else ()),
    ]
    if problems:
        hint = "; --yes takes every default" if missing else ""
        raise ProblemsError([*problems[:-1], replace(problems[-1], message=problems[-1].message + hint)])
    if is_asked:
        return ask_all(told, folder=folder)
    return replace(told, name=told.name or usual_name(folder.resolve().name))


def _at_flag(key: Key, problem: Problem, told: Told) -> Problem:
    """Return the problem at the flag, or the line of the list, that it comes from."""
    if key == "nodes" and told.nodes and len(problem.path) > 1 and isinstance(problem.path[1], int):
        return problem.at(file=told.nodes[problem.path[1]].place)
    return problem.at(file=_FLAGS[key])


def _setup(args: argparse.Namespace, folder: Path) -> Setup:
    return Setup(
        forge=args.forge or ("forgejo" if (folder / ".forgejo").is_dir() else "github"),
        requirement=args.requirement or f"fabricgen=={__version__}",
    )


def _tell(start: Start, args: argparse.Namespace) -> None:
    if args.format == "json":
        kept = [{"path": one.path, "add": one.missing} for one in start.kept]
        print(json.dumps({"written": dict(start.files), "kept": kept}, indent=2, ensure_ascii=False))
        return
    for path, text in start.files.items():
        print(f"{'would write' if args.dry_run else 'wrote'} {path}")
        if args.dry_run and not path.endswith(".json"):
            print("".join(f"    {line}".rstrip() + "\n" for line in text.splitlines()), end="")
    for one in start.kept:
        print(f"kept {one.path}, which was there" + ("; add to it:" if one.missing else ""))
        print("".join(f"    {line}".rstrip() + "\n" for line in one.missing.splitlines()), end="")


def _tell_next(answers: Answers) -> None:
    description = f"clusters/{answers.name}.yaml"
    if answers.git.startswith(STAND_IN):
        print(f"{description}: flux.git.url is a stand-in; write your repository's there", file=sys.stderr)
    print("next:", file=sys.stderr)
    print(f"  fabricgen render    # {description} to gitops/{answers.name}/", file=sys.stderr)
    print("  fabricgen check     # is it right?", file=sys.stderr)
    print("  git add . && git commit    # what to do then stands in the tree's README.md", file=sys.stderr)
