"""Which versions a description pins, and where each is written.

Fed by `load`; used by the table of pins, by the edits, and by whoever writes Renovate's comments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.description import Description
from fabricgen.description.cilium import Cilium
from fabricgen.errors import Path
from fabricgen.upgrade.products import Product
from fabricgen.versions.version import Version

PinName = Product | Literal["talosctl", "flux-operator", "metallb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One version of the description. `product` is None for those of which our tables know no releases."""

    name: PinName
    path: Path
    version: Version
    product: Product | None


_K3S: Final[Path] = ("distribution", "k3s", "version")
_TALOS: Final[Path] = ("distribution", "talos", "version")
_TALOSCTL: Final[Path] = ("distribution", "talos", "docker", "talosctl")


def pins_of(description: Description) -> tuple[Pin, ...]:
    """Return every pinned version, from the machine up."""
    return (*_machines(description), *_network(description), *_metallb(description), *_flux(description))


def cilium_of(description: Description) -> tuple[Path, Cilium] | None:
    """Return the Cilium that runs, or that is considered beside Flannel, with its path."""
    considered = description.cni.considered
    if description.cni.cilium is not None:
        return ("cni", "cilium"), description.cni.cilium
    return (("cni", "considered", "cilium"), considered.cilium) if considered else None


def _machines(description: Description) -> Iterator[Pin]:
    talos, k3s = description.distribution.talos, description.distribution.k3s
    if talos is not None:
        yield Pin(name="talos", path=_TALOS, version=talos.version, product="talos")
        if talos.docker is not None:
            yield Pin(name="talosctl", path=_TALOSCTL, version=talos.docker.talosctl, product=None)
    if k3s is not None:
        yield Pin(name="k3s", path=_K3S, version=k3s.version, product="k3s")
    if description.kubernetes is not None:
        product: Product | None = "kubernetes" if k3s is None else None
        yield Pin(name="kubernetes", path=("kubernetes",), version=description.kubernetes, product=product)


def _network(description: Description) -> Iterator[Pin]:
    found = cilium_of(description)
    if found is None:
        return
    path, cilium = found
    if cilium.gateway_api is not None and cilium.gateway_api.version is not None:
        yield Pin(
            name="gateway-api",
            path=(*path, "gatewayAPI", "version"),
            version=cilium.gateway_api.version,
            product="gateway-api",
        )
    yield Pin(name="cilium", path=(*path, "version"), version=cilium.version, product="cilium")


def _metallb(description: Description) -> Iterator[Pin]:
    if description.metallb is not None:
        yield Pin(
            name="metallb", path=("metallb", "version"), version=description.metallb.version, product=None
        )


def _flux(description: Description) -> Iterator[Pin]:
    flux = description.flux
    yield Pin(name="flux", path=("flux", "version"), version=flux.version, product="flux")
    if flux.operator_version is not None:
        yield Pin(
            name="flux-operator",
            path=("flux", "operatorVersion"),
            version=flux.operator_version,
            product=None,
        )
