"""The order of all steps for a cluster, and what they need around them. Feeds the script and the runbook."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fabricgen.cluster import Cluster
from fabricgen.documents import talos as talos_family
from fabricgen.documents.bootstrap import (
    cilium,
    cilium_troubles,
    docker,
    flux,
    flux_troubles,
    k3s,
    k3s_troubles,
    talos,
    talos_troubles,
)
from fabricgen.documents.bootstrap.images import Image, images
from fabricgen.documents.bootstrap.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of the shell: `line` sets it."""

    line: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that has to be there."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that the script and the runbook say.

    `by_k3s` is the second way to install Cilium, told by the runbook only; `context` is the kubectl context that the
    script insists on; `maintenance` says that nodes wait for their config in maintenance mode; `needs` are sentences
    about what has to be there besides programs.
    """

    steps: tuple[Step, ...]
    by_k3s: tuple[Step, ...]
    variables: tuple[Variable, ...]
    tools: tuple[Tool, ...]
    needs: tuple[str, ...]
    images: tuple[Image, ...]
    context: str
    start: str
    maintenance: bool


def order_of(cluster: Cluster) -> Order:
    """Return the steps of this cluster in their order, each with its real names, addresses and versions."""
    steps = tuple(_with_troubles(cluster, _steps(cluster)))
    needed = {tool for step in steps for tool in step.tools}
    machines = cluster.talos is not None and cluster.talos.docker is None
    return Order(
        steps=steps,
        by_k3s=_by_k3s(cluster),
        variables=tuple(_variables(cluster)),
        tools=tuple(Tool(name=name, version=_version(cluster, name)) for name in sorted(needed)),
        needs=docker.needs(cluster) if cluster.talos and cluster.talos.docker else (),
        images=images(cluster, cluster.talos) if cluster.talos and machines else (),
        context=cluster.name if cluster.talos is None else f"admin@{cluster.name}",
        start="containers" if cluster.talos and cluster.talos.docker else "machines",
        maintenance=machines,
    )


def _steps(cluster: Cluster) -> Iterator[Step]:
    yield from _system(cluster)
    yield from cilium.steps(cluster)
    yield from flux.steps(cluster)


def _system(cluster: Cluster) -> Iterator[Step]:
    if cluster.k3s is not None:
        yield from k3s.steps(cluster, cluster.k3s)
    elif cluster.talos is not None and cluster.talos.docker is None:
        files = [draft.path for draft in talos_family.drafts(cluster)]
        yield from talos.steps(cluster, cluster.talos, files)
    else:
        yield from docker.steps(cluster)


def _by_k3s(cluster: Cluster) -> tuple[Step, ...]:
    if cluster.k3s is None or cluster.cilium is None:
        return ()
    return tuple(_with_troubles(cluster, k3s.helm_chart_steps(cluster, cluster.k3s)))


def _with_troubles(cluster: Cluster, steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps, each with what can go wrong in it."""
    if cluster.k3s is not None:
        system = k3s_troubles.TROUBLES
    elif cluster.talos is not None and cluster.talos.docker is not None:
        system = talos_troubles.IN_DOCKER
    else:
        system = talos_troubles.TROUBLES
    known = {**system, **cilium_troubles.TROUBLES, **flux_troubles.TROUBLES}
    for step in steps:
        yield replace(step, troubles=known[step.name](cluster))


def _variables(cluster: Cluster) -> Iterator[Variable]:
    yield Variable(
        line=f'export SECRETS="${{SECRETS:-$HOME/.config/fabricgen/{cluster.name}}}"',
        why="Keys, tokens and the kubeconfig: outside every repository, for your eyes only",
    )
    yield Variable(
        line='export KUBECONFIG="$SECRETS/kubeconfig"',
        why="A kubeconfig with this cluster alone, so that no command can reach another one",
    )
    if cluster.talos is not None:
        why = "The same for talosctl"
        yield Variable(line='export TALOSCONFIG="$SECRETS/talosconfig"', why=why)


def _version(cluster: Cluster, tool: str) -> str:
    """Return which version of a tool goes with the cluster; empty where any will do."""
    versions = cluster.versions
    talosctl = cluster.talos.docker.talosctl if cluster.talos and cluster.talos.docker else versions.talos
    return {
        "kubectl": f"{versions.kubernetes}, at most one minor away",
        "talosctl": str(talosctl),
        "helm": "3.8 or newer",
        "flux": str(versions.flux),
    }.get(tool, "")
