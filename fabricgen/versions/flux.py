"""Flux: which apiVersion each object takes and which fields exist, by Flux minor.

Used by `resolve`, by the documents of Flux and by `compatibility`.
Source of the fields: CRDs of the controllers that each Flux release pins (manifests/bases in fluxcd/flux2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.versions.version import Minor, Version, minor_of

_FLUX = "https://github.com/fluxcd/flux2"


@dataclass(frozen=True, slots=True, kw_only=True)
class FluxRelease:
    """A minor of Flux.

    `kubernetes_min` is what `flux check --pre` asks for; `kubernetes_max` is the newest minor that the release is
    built with. Older and newer ones mostly work.
    """

    minor: Minor
    newest: Version
    kubernetes_min: Minor
    kubernetes_max: Minor
    source: str


def _release(*, newest: Version, kubernetes: tuple[int, int], source: str) -> FluxRelease:
    return FluxRelease(
        minor=minor_of(newest),
        newest=newest,
        kubernetes_min=(1, kubernetes[0]),
        kubernetes_max=(1, kubernetes[1]),
        source=source,
    )


def _checked(newest: Version, *, read: str, kubernetes: tuple[int, int]) -> FluxRelease:
    """Return the row of a release whose code was read: the constraint in check.go, k8s.io/api in go.mod."""
    return _release(
        newest=newest,
        kubernetes=kubernetes,
        source=f"{_FLUX}/blob/{read}/cmd/flux/check.go, {_FLUX}/blob/{read}/go.mod",
    )


_RELEASES = (
    _checked(Version(2, 5, 1), read="v2.5.1", kubernetes=(30, 32)),
    _checked(Version(2, 6, 4), read="v2.6.4", kubernetes=(31, 33)),
    _checked(Version(2, 7, 5), read="v2.7.5", kubernetes=(32, 34)),
    _checked(Version(2, 8, 8), read="v2.8.8", kubernetes=(33, 35)),
    _checked(Version(2, 9, 5), read="v2.9.5", kubernetes=(33, 36)),
    _release(newest=Version(2, 10, 0), kubernetes=(35, 37), source=f"{_FLUX}/releases/tag/v2.10.0"),
)

FLUX: Mapping[Minor, FluxRelease] = {release.minor: release for release in _RELEASES}

_SOURCE: Final = "source.toolkit.fluxcd.io"
_OCI_REPOSITORY_V1_SINCE: Minor = (2, 6)

_API_VERSIONS: Mapping[str, str] = {
    "FluxInstance": "fluxcd.controlplane.io/v1",
    "GitRepository": f"{_SOURCE}/v1",
    "HelmChart": f"{_SOURCE}/v1",
    "HelmRelease": "helm.toolkit.fluxcd.io/v2",
    "HelmRepository": f"{_SOURCE}/v1",
    "Kustomization": "kustomize.toolkit.fluxcd.io/v1",
    "OCIRepository": f"{_SOURCE}/v1",
}


def api_version(kind: str, flux: Minor) -> str:
    """Return the apiVersion that is stored for `kind` in this Flux. Raises KeyError for an unknown kind.

    Source: config/crd/bases of source-controller 1.5.0 to 1.9.1, kustomize-controller 1.5.0 to 1.9.1 and
    helm-controller 1.2.0 to 1.6.1; https://fluxcd.control-plane.io/releases/release-v2.10/ for 2.10.
    """
    if kind == "OCIRepository" and flux < _OCI_REPOSITORY_V1_SINCE:
        return f"{_SOURCE}/v1beta2"
    return _API_VERSIONS[kind]


Feature = Literal[
    "GitRepository.sparseCheckout",
    "HelmRelease.chartRef",
    "HelmRelease.driftDetection",
    "HelmRelease.healthCheckExprs",
    "HelmRelease.persistentClient",
    "HelmRelease.retryOnFailure",
    "HelmRelease.serverSideApply",
    "HelmRelease.waitStrategy",
    "Kustomization.deletionPolicy",
    "Kustomization.healthCheckExprs",
    "Kustomization.ignore",
    "Kustomization.ignoreMissingComponents",
    "Kustomization.readyExpr",
    "Kustomization.waitForTermination",
]

FEATURES: Mapping[Feature, Minor] = {
    "GitRepository.sparseCheckout": (2, 6),
    "HelmRelease.chartRef": (2, 5),
    "HelmRelease.driftDetection": (2, 5),
    "HelmRelease.healthCheckExprs": (2, 8),
    "HelmRelease.persistentClient": (2, 5),
    "HelmRelease.retryOnFailure": (2, 7),
    "HelmRelease.serverSideApply": (2, 8),
    "HelmRelease.waitStrategy": (2, 8),
    "Kustomization.deletionPolicy": (2, 5),
    "Kustomization.healthCheckExprs": (2, 5),
    "Kustomization.ignore": (2, 9),
    "Kustomization.ignoreMissingComponents": (2, 7),
    "Kustomization.readyExpr": (2, 7),
    "Kustomization.waitForTermination": (2, 6),
}
"""Feature -> the minor since which it exists; 2.5, the oldest that we write for, stands for anything before it.

`HelmRelease.retryOnFailure` is the strategy of that name in install and upgrade. Source: as for `api_version`.
"""


def has_feature(feature: Feature, flux: Minor) -> bool:
    """Return whether this Flux knows `feature`."""
    return FEATURES[feature] <= flux
