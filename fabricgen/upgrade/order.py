"""In which order several products are taken, so that every set on the way works together.

Fed by `ladder` and by the tables of `versions.compatibility`; gives the moves to `planning`. The search goes over all
orders: a set that cannot work is never passed, and one that nobody tests is passed only where there is no way around.
"""

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fabricgen.upgrade.ladder import ladder
from fabricgen.upgrade.products import NAMES, PRODUCTS, Product, Target, written
from fabricgen.versions import CILIUM, Clash, cautions, clashes, kubernetes_of
from fabricgen.versions.version import Minor, Version, minor_of

_UNTESTED: Final = 10
"""What a set that nobody tests costs, in steps: more than any detour that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSet:
    """The versions that run together.

    Attributes:
        versions: by product; those of CRDs that follow Cilium are among them.
        contract: Talos' config contract, where it does not follow the version.
        gateway_api: whether the CRDs of Gateway API are there.
        follows: whether these come with Cilium's version.
        anew: whether the machines are containers, which are made anew for each Talos: no stops on the way.
    """

    versions: Target
    contract: Minor | None
    gateway_api: bool
    follows: bool
    anew: bool = False

    def at(self, changes: Target) -> "VersionSet":
        """Return the set with some versions changed."""
        return replace(self, versions={**self.versions, **changes})

    def clashes(self) -> tuple[Clash, ...]:
        """Return what cannot work."""
        return clashes(**self._pins())

    def cautions(self) -> tuple[Clash, ...]:
        """Return the pairs that nobody upstream tests."""
        return cautions(**self._pins())

    def _pins(self) -> dict[str, Any]:
        k3s = self.versions.get("k3s")
        return {
            "kubernetes": kubernetes_of(k3s) if k3s else self.versions["kubernetes"],
            "talos": self.versions.get("talos"),
            "talos_contract": self.contract,
            "k3s": k3s,
            "cilium": self.versions.get("cilium"),
            "gateway_api": self._crds(),
            "flux": self.versions["flux"],
        }

    def _crds(self) -> Version | None:
        if not self.gateway_api:
            return None
        cilium = self.versions.get("cilium")
        release = CILIUM.get(minor_of(cilium)) if cilium and self.follows else None
        return release.gateway_api if release else self.versions.get("gateway-api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One product from one release to the next."""

    product: Product
    before: Version
    after: Version

    def __str__(self) -> str:
        """Return `Cilium 1.17.18 to 1.18.12`."""
        before, after = written(self.product, self.before), written(self.product, self.after)
        return f"{NAMES[self.product]} {before} to {after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stop of the way: what moves there together, the set it makes, and what had to wait for it, and why."""

    moves: tuple[Move, ...]
    together: VersionSet
    lets_go: tuple[Clash, ...]


_Place = tuple[int, ...]


def find_way(start: VersionSet, target: Target) -> tuple[Leg, ...] | None:
    """Return the legs from `start` to `target`, None if every way leads through a set that cannot work."""
    ladders = {
        product: (start.versions[product], *_steps(start, product, target[product]))
        for product in PRODUCTS
        if product in target
    }
    places = _search(start, ladders)
    return tuple(_legs(start, ladders, places=places)) if places else None


def _steps(start: VersionSet, product: Product, goal: Version) -> tuple[Version, ...]:
    if product == "talos" and start.anew:
        return (goal,)
    return ladder(product, before=start.versions[product], after=goal)


def _search(start: VersionSet, ladders: Mapping[Product, Sequence[Version]]) -> tuple[_Place, ...]:
    """Return the places on the cheapest way, first and last included; empty if there is none."""
    goal = tuple(len(one) - 1 for one in ladders.values())
    first = tuple(0 for _ in ladders)
    queue: list[tuple[int, tuple[int, ...], tuple[_Place, ...]]] = [(0, (), (first,))]
    seen: set[_Place] = set()
    while queue:
        cost, choices, way = heapq.heappop(queue)
        here = way[-1]
        if here == goal:
            return way
        if here in seen:
            continue
        seen.add(here)
        for choice, there in _neighbours(here, ladders):
            together = _set_at(start, ladders, there)
            if not together.clashes():
                price = cost + 1 + _UNTESTED * len(together.cautions())
                heapq.heappush(queue, (price, (*choices, choice), (*way, there)))
    return ()


def _neighbours(here: _Place, ladders: Mapping[Product, Sequence[Version]]) -> Iterator[tuple[int, _Place]]:
    """Yield each next place: one product moves; Cilium and the CRDs that it watches may also move as one."""
    products, ends = tuple(ladders), tuple(len(one) - 1 for one in ladders.values())
    able = [at for at, place in enumerate(here) if place < ends[at]]
    for at in able:
        yield at, _stepped(here, (at,))
    pair = tuple(at for at in able if products[at] in {"gateway-api", "cilium"})
    if len(pair) > 1:
        yield len(products), _stepped(here, pair)


def _stepped(here: _Place, which: Sequence[int]) -> _Place:
    return tuple(place + (at in which) for at, place in enumerate(here))


def _set_at(start: VersionSet, ladders: Mapping[Product, Sequence[Version]], place: _Place) -> VersionSet:
    return start.at({product: steps[at] for (product, steps), at in zip(ladders.items(), place, strict=True)})


def _legs(
    start: VersionSet, ladders: Mapping[Product, Sequence[Version]], *, places: Sequence[_Place]
) -> Iterator[Leg]:
    for here, there in itertools.pairwise(places):
        moved = [at for at, place in enumerate(there) if place != here[at]]
        products = tuple(ladders)
        yield Leg(
            moves=tuple(
                Move(
                    product=products[at],
                    before=ladders[products[at]][here[at]],
                    after=ladders[products[at]][there[at]],
                )
                for at in moved
            ),
            together=_set_at(start, ladders, there),
            lets_go=tuple(_waiting(start, ladders, here=here, moved=moved)),
        )


def _waiting(
    start: VersionSet, ladders: Mapping[Product, Sequence[Version]], *, here: _Place, moved: Sequence[int]
) -> Iterator[Clash]:
    """Yield what would be wrong if another product went first from here: the reasons for this order."""
    ends = tuple(len(one) - 1 for one in ladders.values())
    now = _set_at(start, ladders, here)
    known = {*now.clashes(), *now.cautions()}
    for at, place in enumerate(here):
        if at not in moved and place < ends[at]:
            other = _set_at(start, ladders, _stepped(here, (at,)))
            yield from (one for one in (*other.clashes(), *other.cautions()) if one not in known)
