"""Each document against the typed model of its kind: unknown fields, wrong types, values out of range.

Fed by all documents; what has no model (a kind of somebody's own template, Helm values) is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fabricgen import objects
from fabricgen.check.places import Placed, trees
from fabricgen.documents.document import File
from fabricgen.errors import Problem, format_path
from fabricgen.finding import Finding
from fabricgen.objects.talos_contract import Contract, kind_since

# The newest contract of each dialect, by what tells it: no documents, network documents, Kubernetes documents.
_DIALECTS: Final[tuple[Contract, ...]] = ((1, 11), (1, 13), (1, 14))


def wrong_shapes(files: tuple[File, ...]) -> Iterator[Finding]:
    """Yield a finding for each place in which a document is not what its kind allows."""
    for tree in trees(files):
        contract = _contract(tree)
        for one in tree:
            for problem in _problems(one, contract=contract):
                yield _finding(one, problem)


def _finding(one: Placed, problem: Problem) -> Finding:
    return Finding(
        rule="SCH001",
        severity="error",
        file=str(one.document.path),
        object=one.document.label,
        path=format_path(problem.path),
        message=problem.message,
        fix=problem.hint,
    )


def _problems(one: Placed, *, contract: Contract) -> tuple[Problem, ...]:
    body, identity = one.document.body, one.document.identity
    match one.below.parts:
        case ("talos", "talconfig.yaml"):
            return objects.talconfig_problems_of(body)
        case ("talos", "topf.yaml"):
            return objects.topf_problems_of(body)
        case ("talos", "all" | "control-plane" | "worker" | "node", *_):
            return objects.talos_problems_of(body, contract=contract)
        case ("k3s", *folders, _):
            return _k3s_problems(body, folders)
        case _ if one.synced and not (identity.kind and identity.api_version):
            return objects.problems_of(body)
        case _:
            known = (identity.group, identity.kind) in objects.MODELS
            return objects.problems_of(body) if known else ()


def _k3s_problems(body: Mapping[str, Any], folders: Sequence[str]) -> tuple[Problem, ...]:
    """Return what is wrong; the file of a single node may be a server's or an agent's."""
    server = objects.k3s_problems_of(body, role="server")
    agent = objects.k3s_problems_of(body, role="agent")
    if "server" in folders[:1]:
        return server
    return agent if "agent" in folders[:1] else min(server, agent, key=len)


def _contract(tree: tuple[Placed, ...]) -> Contract:
    """Return the newest contract whose configs are written like this tree's patches."""
    kinds = {one.document.identity.kind for one in tree if one.top == "talos"}
    since = [kind_since(kind) for kind in kinds if kind in objects.TALOS_MODELS]
    return next((newest for newest in _DIALECTS if all(first <= newest for first in since)), _DIALECTS[-1])
