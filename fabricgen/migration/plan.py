"""Both states -> the plan: which paths there are to go, their steps in one order, each part once. Read this first.

Fed by `of_cluster`, `of_fabric` and `saved`; read by `markdown` and the command.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fabricgen.migration import after, announcing, before, cni, datapath, flux, metallb, servicelb
from fabricgen.migration.differences import Difference, differences
from fabricgen.migration.questions import RUNNING, SWAP, questions
from fabricgen.migration.refusals import refusals
from fabricgen.migration.state import Datapath
from fabricgen.migration.step import NO_OUTAGE, Move, Question, Refusal, Step

_BGP: Final = "bgp"
_PAUSED: Final = "Flux is paused: nothing happens until it is resumed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The way from today to what is wanted.

    Attributes:
        move: both sides.
        differences: every fact that differs, or is not known.
        refusals: what cannot be done; there are no steps then.
        questions: what has to be found out first.
        steps: in the order in which they are done.
        notes: differences that other commands are for.
    """

    move: Move
    differences: tuple[Difference, ...]
    refusals: tuple[Refusal, ...]
    questions: tuple[Question, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...]

    @property
    def is_nothing_to_do(self) -> bool:
        """Whether what runs is what is wanted, as far as a migration goes, and nothing about it is unknown."""
        return not (self.steps or self.refusals or self.questions or self.notes)


def plan_move(move: Move, *, live: bool = False) -> Plan:
    """Return the plan; `live` asks for both CNIs at once, which is refused."""
    refused = refusals(move, live=live)
    asked = questions(move)
    blocked = {one.blocks for one in asked if one.blocks}
    steps = () if refused else tuple(_steps(move, blocked=frozenset(blocked)))
    return Plan(
        move=move,
        differences=differences(move),
        refusals=refused,
        questions=asked,
        steps=steps,
        notes=tuple(_notes(move)),
    )


def _steps(move: Move, *, blocked: frozenset[str]) -> Iterator[Step]:
    """Yield the steps of all paths, between what comes before all and what comes after all."""
    if SWAP in blocked:
        return
    if move.recreates:
        yield from before.steps(move, pauses=False)
        yield after.push(move, why="The new cluster's Flux reads it from there.")
        yield from cni.steps(move)
        yield from after.test(move)
        return
    if flux.outdated(move):
        yield from flux.migration(move)
    if RUNNING in blocked:
        return
    inner = list(_moving(move, balancing="LoadBalancer addresses" not in blocked))
    if inner:
        pauses = move.swaps_cni or any(one.id == "resume-flux" for one in inner)
        yield from before.steps(move, pauses=pauses)
        yield from inner
        yield from after.test(move)


def _moving(move: Move, *, balancing: bool) -> Iterator[Step]:
    leaves = balancing and move.leaves_metallb
    if move.swaps_cni:
        yield from _swapping(move, leaves=leaves, ends=balancing and servicelb.ends(move))
        return
    early, late = list(_early(move, balancing=balancing)), list(_late(move, balancing=balancing))
    names = flux.renamed(move)
    if not (early or late or names or leaves or datapath.goes_native(move)):
        return
    yield from early
    if leaves or names:
        yield from _paused(move, leaves=leaves)
    else:
        yield from _pushed(move)
    yield from late


def _swapping(move: Move, *, leaves: bool, ends: bool) -> Iterator[Step]:
    """Yield the steps of a new CNI; what else changes comes with it."""
    if leaves:
        yield metallb.pinning(move)
    if ends:
        yield servicelb.noting(move)
    yield after.push(move, why=_PAUSED)
    yield from cni.steps(move)
    if leaves:
        yield metallb.stopping(move)
    yield after.resume(
        move, outage="ends here for what only Flux brings: policies, Gateways, LoadBalancer addresses"
    )
    if leaves:
        yield metallb.checking(move)
        yield metallb.removing(move)
    elif ends:
        yield servicelb.checking(move)


def _paused(move: Move, *, leaves: bool) -> Iterator[Step]:
    """Yield what is done while Flux is paused: a release let go of, MetalLB replaced."""
    names = flux.renamed(move)
    if leaves:
        yield metallb.pinning(move)
    yield after.push(move, why=_PAUSED)
    if names:
        yield flux.handing_over(*names)
    if leaves:
        yield metallb.rolling(move)
        yield from _together(move)
        yield metallb.stopping(move)
    yield after.resume(move, outage="goes on until Cilium announces the addresses" if leaves else NO_OUTAGE)
    if leaves:
        yield metallb.checking(move)
        yield metallb.removing(move)
    else:
        yield from _together(move)
    if names:
        yield flux.forgetting(*names)


def _together(move: Move) -> Iterator[Step]:
    """Yield the restart of all agents, as soon as the new values are there, if nodes would not understand each other."""
    if datapath.goes_native(move):
        yield datapath.all_at_once(move)


def _early(move: Move, *, balancing: bool) -> Iterator[Step]:
    """Yield what must be there before the new values are."""
    if datapath.brings_gateways(move):
        yield from datapath.early_crds(move)
    if datapath.is_stricter(move):
        yield datapath.strict_later(move)
    if balancing and announcing.changes_to_bgp(move):
        yield announcing.router(move)
        yield announcing.both(move)
        yield announcing.drop_l2(move)


def _late(move: Move, *, balancing: bool) -> Iterator[Step]:
    """Yield what follows the new values."""
    if datapath.encrypts(move):
        yield datapath.encrypted(move)
    if datapath.is_stricter(move):
        yield datapath.strict_now(move)
    if datapath.brings_gateways(move):
        yield datapath.gateways_on(move)
    if balancing and announcing.changes_to_bgp(move):
        yield announcing.only_bgp(move)


def _pushed(move: Move) -> Iterator[Step]:
    """Yield the push, after which Flux applies the new values."""
    yield after.push(move, why="From here on Flux may apply it at any moment.")
    outage = (
        "between pods of different nodes, from the first agent that restarts until the next step is done: go on at once"
        if datapath.goes_native(move)
        else "agents restart one after the other; connections that stand go on, new ones wait for their node's agent"
    )
    why = "Flux upgrades the release, and the agents restart with the new values."
    yield datapath.applied(move, why=why, outage=outage)
    yield from _together(move)


def _notes(move: Move) -> Iterator[str]:
    """Yield what differs and is no migration."""
    today, wanted = move.today, move.wanted
    pairs = (
        ("Talos", today.talos, wanted.talos, "talos"),
        ("k3s", today.k3s, wanted.k3s, "kubernetes"),
        ("Kubernetes", None if today.k3s else today.kubernetes, wanted.kubernetes, "kubernetes"),
        (
            "Cilium",
            today.cilium.version if today.cilium else None,
            wanted.cilium.version if wanted.cilium else None,
            "cilium",
        ),
    )
    for name, before_it, after_it, flag in pairs:
        if before_it is None or after_it is None or str(before_it) == str(after_it) or move.recreates:
            continue
        upgrade = f"`fabricgen upgrade {move.cluster.name} --{flag} {after_it}`"
        yield f"{name} {before_it} is to be {after_it}: {upgrade}, before or after this plan, never in the middle."
    yield from _unplanned(move)


def _unplanned(move: Move) -> Iterator[str]:
    """Yield what is switched off, or changes hands the other way round: no path here knows its traps."""
    if move.swaps_cni:
        return
    today, wanted = move.today, move.wanted
    before_it, after_it = today.cilium or Datapath(), wanted.cilium or Datapath()
    pairs = (
        ("kube-proxy goes while Cilium stays", today.kube_proxy is True and wanted.kube_proxy is False),
        ("kube-proxy comes back", today.kube_proxy is False and wanted.kube_proxy is True),
        ("WireGuard is switched off", before_it.wireguard is True and after_it.wireguard is False),
        (
            "Cilium's Gateway API is switched off",
            before_it.gateway_api is True and after_it.gateway_api is False,
        ),
        (
            "LoadBalancer addresses go from Cilium to MetalLB",
            "cilium" in (today.balancers or ()) and "metallb" in (wanted.balancers or ()),
        ),
        (
            "announcements go from BGP to L2",
            today.announced == frozenset({_BGP}) and "l2" in (wanted.announced or ()),
        ),
    )
    for what, is_so in pairs:
        if is_so:
            yield f"{what}: there is no path for this here. `fabricgen diff` says what it touches."
