"""Flux: which versions of its kinds each minor serves. Used by the rules that read anybody's repository.

Source: `spec.versions` of the CRDs (config/crd/bases) of source-controller, kustomize-controller and helm-controller at
the tags that fluxcd/flux2 pins from v2.2.3 to v2.9.4; for 2.10 https://fluxcd.control-plane.io/releases/release-v2.10/.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fabricgen.versions.version import Minor

_OLDEST: Final[Minor] = (2, 2)
_SOURCE: Final = "source.toolkit.fluxcd.io"


class Served(NamedTuple):
    """The minors that serve a version: from `since`, deprecated from `deprecated`, not from `until` on."""

    since: Minor
    deprecated: Minor | None = None
    until: Minor | None = None


_OLD_SOURCES: Final = {"v1beta1": Served(_OLDEST, (2, 3), (2, 7)), "v1beta2": Served(_OLDEST, (2, 3), (2, 8))}
_KINDS: Final[Mapping[tuple[str, str], Mapping[str, Served]]] = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): {
        "v2": Served((2, 3)),
        "v2beta2": Served(_OLDEST, (2, 3), (2, 8)),
        "v2beta1": Served(_OLDEST, _OLDEST, (2, 7)),
    },
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): {
        "v1": Served(_OLDEST),
        "v1beta2": Served(_OLDEST, _OLDEST, (2, 8)),
        "v1beta1": Served(_OLDEST, _OLDEST, (2, 7)),
    },
    (_SOURCE, "GitRepository"): {
        "v1": Served(_OLDEST),
        "v1beta2": Served(_OLDEST, _OLDEST, (2, 8)),
        "v1beta1": Served(_OLDEST, _OLDEST, (2, 7)),
    },
    (_SOURCE, "HelmRepository"): {"v1": Served((2, 3)), **_OLD_SOURCES},
    (_SOURCE, "HelmChart"): {"v1": Served((2, 3)), **_OLD_SOURCES},
    (_SOURCE, "OCIRepository"): {"v1": Served((2, 6)), "v1beta2": Served(_OLDEST, (2, 6), (2, 8))},
    (_SOURCE, "Bucket"): {
        "v1": Served((2, 4)),
        "v1beta2": Served(_OLDEST, (2, 4), (2, 8)),
        "v1beta1": Served(_OLDEST, (2, 3), (2, 8)),
    },
    (_SOURCE, "ExternalArtifact"): {"v1": Served((2, 7))},
}

KINDS: Final = frozenset(_KINDS)
"""Groups and kinds that the table has."""


def versions_of(group: str, kind: str) -> Mapping[str, Served]:
    """Return the versions that ever were; empty for a kind that the table lacks."""
    return _KINDS.get((group, kind), {})


def newest(group: str, kind: str, flux: Minor) -> str:
    """Return the version to write for this Flux: the first that it serves without deprecation.

    Raises:
        KeyError: the table lacks the kind, or this Flux the kind.
    """
    for version, served in _KINDS[group, kind].items():
        if served.since <= flux and (served.deprecated is None or flux < served.deprecated):
            return version
    raise KeyError(kind)
