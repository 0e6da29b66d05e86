"""The newest versions that work together, by the tables of `versions`: what a new cluster starts with.

Used by `text`. No pair of them clashes, and upstream tests each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from fabricgen.versions import CILIUM, FLUX, K3S, KUBERNETES, TALOS, Minor, Version, cautions, clashes

FLUX_OPERATOR: Final = Version(0, 58, 1)
_NEWEST_FLUX_OF_OPERATOR: Final[Minor] = (2, 9)
"""The newest minor of Flux whose manifests the operator brings along.

Source: https://github.com/controlplaneio-fluxcd/flux-operator/tree/v0.58.1/config/data/flux
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What to pin. `system` is Talos or k3s; `kubernetes` is that inside k3s where it is k3s."""

    system: Version
    kubernetes: Version
    cilium: Version
    flux: Version
    flux_operator: Version


@cache
def newest_together(*, with_k3s: bool) -> Versions:
    """Return the newest versions that work together: Kubernetes first, then the others in its range."""
    return next(_together(with_k3s=with_k3s))


def _together(*, with_k3s: bool) -> Iterator[Versions]:
    for kubernetes, system in _systems(with_k3s=with_k3s):
        for cilium in _newest_first({minor: one.newest for minor, one in CILIUM.items()}):
            for flux in _newest_first({minor: one.newest for minor, one in FLUX.items()}):
                found = Versions(
                    system=system,
                    kubernetes=kubernetes,
                    cilium=cilium,
                    flux=flux,
                    flux_operator=FLUX_OPERATOR,
                )
                if _work(found, with_k3s=with_k3s):
                    yield found


def _systems(*, with_k3s: bool) -> Iterator[tuple[Version, Version]]:
    """Yield Kubernetes with what runs it, newest first."""
    if with_k3s:
        known = {minor: one.newest for minor, one in K3S.items() if one.newest is not None}
        yield from ((one.replace(build=None), one) for one in _newest_first(known))
        return
    for kubernetes in _newest_first({minor: one.newest for minor, one in KUBERNETES.items()}):
        for talos in _newest_first({minor: one.newest for minor, one in TALOS.items()}):
            yield kubernetes, talos


def _newest_first(known: Mapping[Minor, Version]) -> Iterator[Version]:
    return (known[minor] for minor in sorted(known, reverse=True))


def _work(versions: Versions, *, with_k3s: bool) -> bool:
    pins = {
        "kubernetes": versions.kubernetes,
        "k3s" if with_k3s else "talos": versions.system,
        "cilium": versions.cilium,
        "flux": versions.flux,
    }
    is_brought = (versions.flux.major, versions.flux.minor) <= _NEWEST_FLUX_OF_OPERATOR
    return is_brought and not clashes(**pins) and not cautions(**pins)  # type: ignore[arg-type]  # all are versions
