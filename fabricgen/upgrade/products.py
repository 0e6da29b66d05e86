"""What can be upgraded, under which name, and which releases our tables know of each.

Fed by `versions`; used by every module beside it.
"""

from collections.abc import Mapping
from typing import Final, Literal

from fabricgen.versions import CILIUM, FLUX, GATEWAY_API, K3S, KUBERNETES, TALOS
from fabricgen.versions.version import Minor, Version, minor_of

Product = Literal["talos", "kubernetes", "k3s", "gateway-api", "cilium", "flux"]
PRODUCTS: Final[tuple[Product, ...]] = ("talos", "kubernetes", "k3s", "gateway-api", "cilium", "flux")
"""In the order in which they are taken where the order makes no difference: from the machine up."""

Target = Mapping[Product, Version]

NAMES: Final[Mapping[Product, str]] = {
    "talos": "Talos",
    "kubernetes": "Kubernetes",
    "k3s": "k3s",
    "gateway-api": "Gateway API",
    "cilium": "Cilium",
    "flux": "Flux",
}
RELEASES: Final[Mapping[Product, str]] = {
    "talos": "https://github.com/siderolabs/talos/releases",
    "kubernetes": "https://kubernetes.io/releases/",
    "k3s": "https://github.com/k3s-io/k3s/releases",
    "gateway-api": "https://github.com/kubernetes-sigs/gateway-api/releases",
    "cilium": "https://github.com/cilium/cilium/releases",
    "flux": "https://github.com/fluxcd/flux2/releases",
}


def newest_of(product: Product) -> Mapping[Minor, Version | None]:
    """Return the newest release that is known of each minor, oldest minor first; None where none is known."""
    match product:
        case "talos":
            return {minor: release.newest for minor, release in TALOS.items()}
        case "kubernetes":
            return {minor: release.newest for minor, release in KUBERNETES.items()}
        case "k3s":
            return {minor: release.newest for minor, release in K3S.items()}
        case "cilium":
            return {minor: release.newest for minor, release in CILIUM.items()}
        case "flux":
            return {minor: release.newest for minor, release in FLUX.items()}
        case "gateway-api":
            return {minor_of(version): version for version in GATEWAY_API}


def written(product: Product, version: Version) -> str:
    """Return a version as this product's people write it: Talos, k3s and git tags have a v."""
    return f"v{version}" if product in {"talos", "k3s"} else str(version)
