"""Bodies of documents against their models: what `check` asks of everything that is emitted.

Fed by `registry` and `problems`. Talos' documents are checked by `talos_contract`, since they depend on the
contract.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from fabricgen.errors import Problem
from fabricgen.objects.problems import problems_in
from fabricgen.objects.registry import FILES, MODELS
from fabricgen.objects.wording import nearest

_K3S_MODELS = {"server": "ServerConfig", "agent": "AgentConfig"}


def problems_of(body: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what is wrong with one document for kubectl, kustomize or Flux; paths count from the body's root.

    A kind without a model gives one Problem that says so: nothing is passed in silence.
    """
    api_version, kind = body.get("apiVersion"), body.get("kind")
    missing = [name for name in ("apiVersion", "kind") if not isinstance(body.get(name), str)]
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return tuple(Problem(message="this must be given, as text", path=(name,)) for name in missing)
    group = api_version.rpartition("/")[0]
    if (group, kind) not in MODELS:
        return (_no_model(group, kind),)
    return problems_in(body, model=MODELS[group, kind])


def k3s_problems_of(
    body: Mapping[str, Any], *, role: Literal["server", "agent"], fragment: bool = False
) -> tuple[Problem, ...]:
    """Return what is wrong with a k3s `config.yaml` of a server or an agent.

    A `fragment` is one of several files that k3s merges (`config.yaml.d`): nothing is missing in it.
    """
    found = [_for_role(problem, role=role) for problem in problems_in(body, model=FILES[_K3S_MODELS[role]])]
    if role == "agent" and not fragment and "server" not in body:
        found.append(Problem(message="this must be given: an agent joins a server", path=("server",)))
    return tuple(found)


def _for_role(problem: Problem, *, role: str) -> Problem:
    """Return the problem with a better hint, if it is about a key that only the other role has."""
    other = "agent" if role == "server" else "server"
    own, foreign = (
        {field.alias for field in FILES[_K3S_MODELS[one]].model_fields.values()} for one in (role, other)
    )
    if {*problem.path[:1]} & (foreign - own):
        return replace(problem, hint=f"only {other}s have this key")
    return problem


def talconfig_problems_of(body: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what is wrong with talhelper's `talconfig.yaml`."""
    return problems_in(body, model=FILES["TalhelperConfig"])


def topf_problems_of(body: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what is wrong with `topf.yaml`."""
    return problems_in(body, model=FILES["TopfConfig"])


def _no_model(group: str, kind: str) -> Problem:
    kinds = [known for there, known in MODELS if there == group]
    groups = [there for there, known in MODELS if known == kind]
    elsewhere = f"{kind} is known in the group {' and '.join(one or 'core' for one in groups)}"
    hint = elsewhere if groups else nearest(kind, kinds)
    return Problem(
        message=f"there is no model of {kind} in the group {group or 'core'}", path=("kind",), hint=hint
    )
