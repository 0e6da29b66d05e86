"""The versions between here and there: which releases one product has to stop at, whatever the others do.

Fed by `products`; used by `order`, which mixes the ladders of several products.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.errors import Problem
from fabricgen.upgrade.products import NAMES, RELEASES, Product, newest_of, written
from fabricgen.versions import flux_apis
from fabricgen.versions.version import Minor, Version, format_minor, format_range, minor_of

WHY: Final[dict[Product, tuple[str, str]]] = {
    "cilium": (
        "upgrades are tested from one minor to the next, from the latest patch of each",
        "https://github.com/cilium/cilium/blob/v1.20.2/Documentation/operations/upgrade.rst (Version Specific Notes)",
    ),
    "talos": (
        "the change of a node's config is tested between neighbouring minors, from the latest patch of each",
        "https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/lifecycle-management/upgrading-talos",
    ),
    "kubernetes": (
        "an API server must not skip a minor, not even a single one",
        "https://kubernetes.io/releases/version-skew-policy/",
    ),
    "k3s": (
        "Kubernetes is inside, which must not skip a minor; k3s itself does not prevent it",
        "https://docs.k3s.io/upgrades/manual",
    ),
    "gateway-api": ("the CRDs are replaced as they are", "https://gateway-api.sigs.k8s.io/guides/"),
    "flux": (
        "Flux goes from any 2.x to any other, as long as what git holds is served before and after",
        "https://fluxcd.io/flux/installation/upgrade/, https://fluxcd.io/flux/cmd/flux_migrate/",
    ),
}
"""Why a product goes step by step, or need not, and who says so."""

_PATCH_FIRST: Final = frozenset(("cilium", "talos"))


def refusals(product: Product, *, before: Version, after: Version) -> Iterator[Problem]:
    """Yield why nobody goes from `before` to `after`: a pre-release, an unknown minor, a step back."""
    name, known = NAMES[product], newest_of(product)
    wanted = written(product, after)
    if after.prerelease is not None:
        nearest = known.get(minor_of(after))
        hint = (
            f"the newest release of that minor is {written(product, nearest)}" if nearest else _known(product)
        )
        yield Problem(message=f"{name} {wanted} is a pre-release, and a cluster takes releases", hint=hint)
    elif minor_of(after) not in known:
        yield Problem(message=f"{name} {wanted} is unknown to fabricgen", hint=_known(product))
    elif _order(after) < _order(before):
        yield Problem(
            message=f"{name} is at {written(product, before)}: {wanted} is a step back, which is no upgrade",
            hint="to undo one, revert its commit and follow the rollback of its stop",
        )


def _known(product: Product) -> str:
    known = newest_of(product)
    newest = next((version for version in reversed(tuple(known.values())) if version is not None), None)
    ending = f", the newest is {written(product, newest)}" if newest is not None else ""
    return f"known: {format_range(min(known), max(known))}{ending}"


def _order(version: Version) -> tuple[Version, str]:
    """Return what compares two releases: semver leaves out the build, by which k3s counts its own."""
    return version.replace(build=None), version.build or ""


def same(one: Version, other: Version) -> bool:
    """Return whether two versions are one release, its build included."""
    return _order(one) == _order(other)


def ladder(product: Product, *, before: Version, after: Version) -> tuple[Version, ...]:
    """Return the releases to stop at, oldest first, `after` last; empty when there is nothing to do."""
    if same(before, after):
        return ()
    return tuple(dict.fromkeys((*_between(product, before=before, after=after), after)))


def missing(product: Product, *, before: Version, after: Version) -> Iterator[Problem]:
    """Yield each minor on the way of which no release is known, so that it cannot be stopped at."""
    known = newest_of(product)
    for minor in _minors_between(product, before=before, after=after):
        if known[minor] is None:
            yield Problem(
                message=f"{NAMES[product]} {format_minor(minor)} comes first, and fabricgen knows no release of it",
                hint=f"take one from {RELEASES[product]} and go there before: "
                f"--{product} {written(product, Version(*minor, 0))} with its newest patch",
            )


def _between(product: Product, *, before: Version, after: Version) -> Iterator[Version]:
    known = newest_of(product)
    latest = known.get(minor_of(before))
    if (
        product in _PATCH_FIRST
        and minor_of(before) != minor_of(after)
        and latest is not None
        and _order(before) < _order(latest)
    ):
        yield latest
    for minor in _minors_between(product, before=before, after=after):
        if (stop := known[minor]) is not None:
            yield stop


def _minors_between(product: Product, *, before: Version, after: Version) -> tuple[Minor, ...]:
    """Return the minors that must not be skipped, without the first and the last."""
    between = [minor for minor in newest_of(product) if minor_of(before) < minor < minor_of(after)]
    if product == "gateway-api":
        return ()
    if product == "flux":
        return tuple(_flux_minors(minor_of(before), minor_of(after), between=between))
    return tuple(between)


def _flux_minors(here: Minor, there: Minor, *, between: list[Minor]) -> Iterator[Minor]:
    """Yield the minors at which what git holds must be written anew: each goes as far as all of it is served."""
    while not _serves(there, written_for=here):
        reachable = [minor for minor in between if minor > here and _serves(minor, written_for=here)]
        if not reachable:
            return
        here = reachable[-1]
        yield here


def _serves(flux: Minor, *, written_for: Minor) -> bool:
    """Return whether this Flux serves every kind in the version that is written for another."""
    for group, kind in flux_apis.KINDS:
        try:
            version = flux_apis.newest(group, kind, written_for)
        except KeyError:
            continue
        until = flux_apis.versions_of(group, kind)[version].until
        if until is not None and flux >= until:
            return False
    return True
