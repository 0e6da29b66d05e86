"""Cilium: which versions of its kinds each minor serves. Used by the rules that read anybody's repository.

Source: `spec.versions` of the CRDs in pkg/k8s/apis/cilium.io/client/crds of https://github.com/cilium/cilium, at
v1.16.0 to v1.16.19, v1.17.0 to v1.17.16, v1.18.0 to v1.18.11, v1.19.0 to v1.19.7 and v1.20.0 to v1.20.2.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fabricgen.versions.version import Minor

OLDEST: Final[Minor] = (1, 16)
NEWEST: Final[Minor] = (1, 20)


class Served(NamedTuple):
    """The minors that serve a version: from `since`, deprecated from `deprecated`, not from `until` on."""

    since: Minor = OLDEST
    deprecated: Minor | None = None
    until: Minor | None = None


_V2: Final = {"v2": Served()}
_V2ALPHA1: Final = {"v2alpha1": Served()}
_MOVED: Final = {"v2": Served((1, 18)), "v2alpha1": Served(OLDEST, (1, 18))}

_KINDS: Final[Mapping[str, Mapping[str, Served]]] = {
    "CiliumBGPAdvertisement": _MOVED,
    "CiliumBGPClusterConfig": _MOVED,
    "CiliumBGPNodeConfig": _MOVED,
    "CiliumBGPNodeConfigOverride": _MOVED,
    "CiliumBGPPeerConfig": _MOVED,
    "CiliumBGPPeeringPolicy": {"v2alpha1": Served(OLDEST, (1, 18), (1, 19))},
    "CiliumCIDRGroup": _MOVED,
    "CiliumClusterwideEnvoyConfig": _V2,
    "CiliumClusterwideNetworkPolicy": _V2,
    "CiliumEgressGatewayPolicy": _V2,
    "CiliumEndpointSlice": _V2ALPHA1,
    "CiliumEnvoyConfig": _V2,
    "CiliumExternalWorkload": {"v2": Served(OLDEST, None, (1, 18))},
    "CiliumGatewayClassConfig": {"v2alpha1": Served((1, 18))},
    "CiliumL2AnnouncementPolicy": _V2ALPHA1,
    "CiliumLoadBalancerIPPool": {"v2": Served((1, 18)), "v2alpha1": Served(OLDEST, (1, 19))},
    "CiliumLocalRedirectPolicy": _V2,
    "CiliumNetworkPolicy": _V2,
    "CiliumNodeConfig": {"v2": Served(), "v2alpha1": Served(OLDEST, OLDEST)},
    "CiliumPodIPPool": _V2ALPHA1,
}

KINDS: Final = tuple(_KINDS)
"""Kinds that the table has, sorted."""


def versions_of(kind: str) -> Mapping[str, Served]:
    """Return the versions that the minors of this table serve; empty for a kind that it lacks."""
    return _KINDS.get(kind, {})
