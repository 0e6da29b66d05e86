"""The whole way of an import: read, put together, settle, compare. Writes nothing.

Fed with a path and the flags; feeds the command.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fabricgen import pipeline
from fabricgen.errors import FabricgenError, Problem, ProblemsError
from fabricgen.fabric import Fabric, UnknownError
from fabricgen.importing.announcing import read_announcements
from fabricgen.importing.cilium import read_cilium, read_pod_pools
from fabricgen.importing.cluster_template import read_cluster_template
from fabricgen.importing.differing import Change, changes, fact_changes
from fabricgen.importing.draft import Draft, Left, Origin
from fabricgen.importing.environment import read_environment
from fabricgen.importing.filling import fill
from fabricgen.importing.flags import apply_flags
from fabricgen.importing.flux import read_flux, read_git
from fabricgen.importing.gateways import read_gateways
from fabricgen.importing.k3s import is_told, read_k3s
from fabricgen.importing.machine_files import read_machine_files
from fabricgen.importing.machines import Machines
from fabricgen.importing.material import read_material
from fabricgen.importing.metallb import read_metallb
from fabricgen.importing.missing import missing
from fabricgen.importing.policies import read_policies
from fabricgen.importing.pools import hold_vips, read_pools
from fabricgen.importing.schematics import find_schematics, find_stems
from fabricgen.importing.settling import Settled, settle
from fabricgen.importing.talhelper import read_talhelper
from fabricgen.importing.talm import read_talm
from fabricgen.importing.talos import read_contract, read_talos
from fabricgen.importing.topf import read_topf
from fabricgen.migration.differences import Difference
from fabricgen.pipeline import Rendered
from fabricgen.repository import Repository

_PINS: Final = (("talos", "distribution.talos.version"), ("kubernetes", "kubernetes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What people say beside the path.

    Attributes:
        name: of the cluster; empty for what the files call it.
        cluster: which one of a repository with several.
        sets, nodes: the texts of `--set` and `--node`.
    """

    name: str = ""
    cluster: str = ""
    sets: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import.

    Attributes:
        name: of the cluster.
        text: the description as YAML; valid if there are no problems.
        problems: what is missing or wrong, with the flag that tells it.
        rendered: what the description renders to; None while there are problems.
        left: what is not carried.
        read: the files that a tool's own format was found in, and which.
        nodes, settings: how many there are in the description.
        changes, facts: what a render would have otherwise.
    """

    name: str
    text: str
    problems: tuple[Problem, ...]
    rendered: Rendered | None
    left: tuple[Left, ...]
    read: dict[str, str]
    nodes: int
    settings: int
    changes: tuple[Change, ...] = ()
    facts: tuple[Difference, ...] = ()


def import_path(path: Path, wanted: Wanted | None = None) -> Imported:
    """Return the description of the cluster at `path`, and what differs.

    Raises:
        ProblemsError: nothing can be read there, several clusters could be meant, or a flag cannot be read.
    """
    wanted = wanted or Wanted()
    fabric = read_material(path, cluster=wanted.cluster)
    draft = Draft()
    draft.put("name", wanted.name or None, Origin(note="told by a flag"))
    _read(fabric, draft, wanted)
    root = fabric.cluster.repository.root
    if root is not None:
        read_git(root, draft)
    fill(draft, name=wanted.name or _name(fabric, path), complete=not fabric.layers)
    lacking = tuple(missing(draft))
    settled = settle(draft, source=str(path), file="the description")
    if lacking:
        settled = Settled(text=settled.text, cluster=None, problems=lacking)
    return _compared(fabric, draft, settled, source=str(path))


def _name(fabric: Fabric, path: Path) -> str:
    if fabric.name:
        return fabric.name
    return path.resolve().name if path.is_dir() else path.stem


def _read(fabric: Fabric, draft: Draft, wanted: Wanted) -> None:
    """Let every reader put in what it finds; who is first in this order is believed first."""
    machines = Machines(draft)
    apply_flags(draft, machines, sets=wanted.sets, nodes=wanted.nodes)
    machines.schematics = find_schematics(fabric.items)
    machines.stems = find_stems(fabric.items)
    machines.files = {item.origin.file: item.body for item in fabric.items if item.origin.index == 0}
    read_pod_pools(fabric, draft)
    read_talhelper(fabric, draft, machines)
    read_topf(fabric, draft, machines)
    read_talm(fabric, draft, machines)
    read_machine_files(fabric, draft, machines)
    read_talos(fabric, draft, machines)
    if is_told(fabric) and not fabric.talos:
        read_k3s(fabric, draft, machines)
    _pins(fabric, draft)
    read_environment(fabric, draft)
    read_cilium(fabric, draft)
    read_cluster_template(fabric, draft, machines)
    machines.finish()
    _cni(fabric, draft)
    read_flux(fabric, draft)
    read_metallb(fabric, draft)
    read_pools(fabric, draft)
    read_announcements(fabric, draft)
    read_gateways(fabric, draft)
    read_policies(fabric, draft)
    hold_vips(draft)
    _unreadable(fabric.cluster.repository, draft)


def _pins(fabric: Fabric, draft: Draft) -> None:
    """Put versions that only upgrade plans or images tell."""
    for product, path in _PINS:
        facts = getattr(fabric.pins, product)
        if facts and (product != "talos" or fabric.talos):
            newest = max(facts, key=lambda one: one.value)
            if draft.get(*path.split(".")) is None:
                place = newest.place
                draft.put(path, str(newest.value), Origin(place=f"{place.file}:{place.line}"))


def _cni(fabric: Fabric, draft: Draft) -> None:
    """Put flannel where nothing says that another CNI runs; Talos and k3s bring it along."""
    if (
        draft.get("distribution", "talos") is None
        and fabric.talos
        and draft.get("distribution", "k3s") is None
    ):
        draft.values.setdefault("distribution", {})["talos"] = {}
    read_contract(fabric, draft)
    if draft.get("cni") is not None:
        return
    names = _texts(one.get("cluster", "network", "cni", "name") for one in fabric.talos)
    deleted = any(one.kind == "KubeFlannelCNIConfig" and one.get("$patch") for one in fabric.talos)
    backends = _texts(one.get("flannel-backend") for one in fabric.k3s)
    told = bool(fabric.talos or fabric.k3s)
    if told and names <= {"flannel"} and not deleted and "none" not in backends:
        draft.values["cni"] = {"flannel": {}}
        draft.origins["cni", "flannel"] = Origin(note="nothing installs another CNI")


def _unreadable(repository: Repository, draft: Draft) -> None:
    for one in repository.unreadable:
        draft.leave(
            Left(
                place=f"{one.file}:{one.line}",
                path="the whole file",
                why=f"it cannot be read: {one.message}",
                todo="if it is about the network, correct it, and import again",
            )
        )


def _compared(fabric: Fabric, draft: Draft, settled: Settled, *, source: str) -> Imported:
    problems = settled.problems
    rendered = None
    if settled.cluster is not None:
        try:
            rendered = pipeline.render_cluster(settled.cluster)
        except ProblemsError as error:
            problems = tuple(error.problems)
        except FabricgenError as error:
            problems = (Problem(message=str(error)),)
    found: tuple[Change, ...] = ()
    facts: tuple[Difference, ...] = ()
    if rendered is not None:
        found = changes(fabric, rendered, draft)
        try:
            facts = fact_changes(fabric, rendered, source=source)
        except UnknownError:
            facts = ()
    return Imported(
        name=str(draft.get("name")),
        text=settled.text,
        problems=problems,
        rendered=rendered,
        left=tuple(draft.left),
        read=draft.read,
        nodes=len(draft.get("nodes") or ()),
        settings=_count(draft.values),
        changes=found,
        facts=facts,
    )


def _count(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 1


def _texts(values: Iterable[object]) -> set[str]:
    """Return the values that are told, as texts: what is no text is not one that is known."""
    return {str(one) for one in values if one is not None}
