"""Each document against the schema of its kind: unknown fields, wrong types, values out of range, broken CEL rules.

Fed by all documents; what has no schema (a kind of somebody's own template, Helm values) is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fabricgen import objects
from fabricgen.check.fault import Fault
from fabricgen.check.places import Placed, trees
from fabricgen.documents.document import File
from fabricgen.errors import Problem
from fabricgen.objects.talos_contract import Contract, kind_since
from fabricgen.validation.validators import Validators

# The newest contract of each dialect, by what tells it: no documents, network documents, Kubernetes documents.
_DIALECTS: Final[tuple[Contract, ...]] = ((1, 11), (1, 13), (1, 14))


def wrong_shapes(files: tuple[File, ...], *, validators: Validators) -> Iterator[Fault]:
    """Yield a fault for each place in which a document is not what its kind allows."""
    for tree in trees(files):
        contract = _contract(tree)
        for one in tree:
            for rule, problem in _problems(one, contract=contract, validators=validators):
                yield Fault(
                    document=one.document,
                    rule=rule,
                    path=problem.path,
                    message=problem.message,
                    fix=problem.hint,
                )


def _problems(one: Placed, *, contract: Contract, validators: Validators) -> tuple[tuple[str, Problem], ...]:
    """Return what is wrong, each with the rule that it breaks."""
    identity = one.document.identity
    validator = validators.find((identity.api_version, identity.kind)) if identity.kind else None
    if validator is not None:
        return validator.problems(one.document.body)
    return tuple(("SCH001", problem) for problem in _model_problems(one, contract=contract))


def _model_problems(one: Placed, *, contract: Contract) -> tuple[Problem, ...]:
    """Return what the models of documents say that are no Kubernetes objects, or name no kind."""
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
            return ()


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
