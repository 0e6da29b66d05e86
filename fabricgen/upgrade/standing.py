"""Where every pin of a description stands, by our tables alone: no network, no clock.

Fed by `load` with a description and its text; shown by the command without version arguments.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fabricgen.load import Loaded
from fabricgen.upgrade.ladder import same
from fabricgen.upgrade.order import VersionSet
from fabricgen.upgrade.pins import Pin, PinName, pins_of
from fabricgen.upgrade.planning import set_of
from fabricgen.upgrade.products import NAMES, Product, newest_of, written
from fabricgen.upgrade.renovate import comment_for, find_comments
from fabricgen.versions import CILIUM, FLUX, TALOS, Clash, format_minor, format_range, kubernetes_of, minor_of
from fabricgen.versions.lifetimes import Lifetime, cilium_lifetime, kubernetes_lifetime, talos_lifetime
from fabricgen.versions.version import Minor, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One pin.

    Attributes:
        name: which, such as `cilium`.
        path: where it is written, dotted; "" for CRDs of Gateway API that follow Cilium.
        line: from 1; 0 where nothing is written.
        version: as this product's people write it.
        newest_patch: the newest known release of its minor, "" where none is known.
        newest: the newest known release at all, "" where our tables know no releases.
        lifetime: until when upstream looks after its minor; None where no source says so.
        renovate: whether Renovate finds it by our preset; `comment` is the line that makes it.
    """

    name: PinName
    path: str
    line: int
    version: str
    newest_patch: str
    newest: str
    lifetime: Lifetime | None
    renovate: bool
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Which versions of one product another one goes with, and whether the one that is pinned is among them."""

    product: str
    partner: str
    range: str
    pinned: str
    fits: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """All pins of one cluster, the ranges that tie them together, and the pairs that nobody tests."""

    cluster: str
    file: str
    pins: tuple[Standing, ...]
    partners: tuple[Partner, ...]
    cautions: tuple[Clash, ...]


def standings_of(loaded: Loaded, text: str) -> Standings:
    """Return where every pin stands; `text` is the description's, for Renovate's comments."""
    together = set_of(loaded.description)
    return Standings(
        cluster=loaded.description.name,
        file=loaded.file,
        pins=tuple(_pins(loaded, text, together)),
        partners=tuple(_partners(together)),
        cautions=together.cautions(),
    )


def _pins(loaded: Loaded, text: str, together: VersionSet) -> Iterator[Standing]:
    found = {one.line: one for one in find_comments(text)}
    for pin in pins_of(loaded.description):
        line = loaded.positions[pin.path].line
        yield _standing(pin, line=line, renovate=line in found, comment=comment_for(pin, loaded.description))
        if pin.name == "cilium" and together.follows:
            crds = together.versions["gateway-api"]
            follows = Pin(name="gateway-api", path=(), version=crds, product="gateway-api")
            yield _standing(follows, line=0, renovate=True, comment="")


def _standing(pin: Pin, *, line: int, renovate: bool, comment: str) -> Standing:
    known = newest_of(pin.product) if pin.product else {}
    newest = next((version for version in reversed(tuple(known.values())) if version is not None), None)
    return Standing(
        name=pin.name,
        path=".".join(str(part) for part in pin.path),
        line=line,
        version=_text(pin, pin.version),
        newest_patch=_text(pin, known.get(minor_of(pin.version))),
        newest=_text(pin, newest),
        lifetime=_lifetime(pin),
        renovate=renovate,
        comment=comment,
    )


def is_newest_patch(one: Standing) -> bool:
    """Return whether a pin is at the newest known release of its minor, or beyond it."""
    return one.newest_patch in {"", one.version}


def _text(pin: Pin, version: Version | None) -> str:
    if version is None:
        return ""
    return written(pin.product, version) if pin.product else str(version)


def _lifetime(pin: Pin) -> Lifetime | None:
    minor = minor_of(pin.version)
    match pin.name:
        case "kubernetes" | "k3s":
            return kubernetes_lifetime(minor)
        case "cilium":
            return cilium_lifetime(minor)
        case "talos":
            return talos_lifetime(minor)
        case _:
            return None


def _partners(together: VersionSet) -> Iterator[Partner]:
    versions = together.versions
    k3s = versions.get("k3s")
    kubernetes = kubernetes_of(k3s) if k3s else versions["kubernetes"]
    inside = f"Kubernetes {kubernetes}" + (" (inside k3s)" if k3s else "")
    for product, verb, first, last, source in _ranges(together):
        yield Partner(
            product=f"{NAMES[product]} {format_minor(minor_of(versions[product]))} {verb}",
            partner="Kubernetes",
            range=format_range(first, last),
            pinned=inside,
            fits=first <= minor_of(kubernetes) <= last,
            source=source,
        )
    yield from _gateway_partner(together)


def _ranges(together: VersionSet) -> Iterator[tuple[Product, str, Minor, Minor, str]]:
    """Yield who goes with which Kubernetes: product, how that is said, first and last minor, source."""
    versions = together.versions
    talos = TALOS.get(minor_of(versions["talos"])) if "talos" in versions else None
    cilium = CILIUM.get(minor_of(versions["cilium"])) if "cilium" in versions else None
    flux = FLUX.get(minor_of(versions["flux"]))
    if talos is not None:
        yield "talos", "runs", talos.kubernetes_min, talos.kubernetes_max, talos.source
    if cilium is not None:
        yield "cilium", "is tested with", cilium.kubernetes_min, cilium.kubernetes_max, cilium.source
    if flux is not None:
        yield "flux", "is made for", flux.kubernetes_min, flux.kubernetes_max, flux.source


def _gateway_partner(together: VersionSet) -> Iterator[Partner]:
    cilium, crds = together.versions.get("cilium"), together.versions.get("gateway-api")
    release = CILIUM.get(minor_of(cilium)) if cilium else None
    if cilium is None or crds is None or release is None:
        return
    minor: Minor = minor_of(cilium)
    yield Partner(
        product=f"Cilium {format_minor(minor)} is documented with",
        partner="Gateway API",
        range=str(release.gateway_api),
        pinned=f"Gateway API {crds}" + (" (follows Cilium)" if together.follows else ""),
        fits=same(crds, release.gateway_api),
        source=release.source,
    )
