"""Cilium: what each minor needs, and which apiVersion its objects take. Which keys its chart has is in `charts`.

Used by `resolve`, by the documents of Cilium and by `compatibility`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fabricgen.versions.version import Minor, Version, minor_of

__all__ = ["CILIUM", "CiliumRelease", "api_version"]

_TREE = "https://github.com/cilium/cilium/blob"


@dataclass(frozen=True, slots=True, kw_only=True)
class CiliumRelease:
    """A minor of Cilium.

    `kubernetes_min` and `kubernetes_max` are what upstream tests, both included; `gateway_api` is the release
    that its documentation installs; `kernel_min` is the oldest kernel its agent runs on.
    """

    minor: Minor
    newest: Version
    kubernetes_min: Minor
    kubernetes_max: Minor
    gateway_api: Version
    kernel_min: Version
    source: str


def _release(
    *, newest: Version, read: str, kubernetes: tuple[int, int], gateway_api: Version, kernel_min: Version
) -> CiliumRelease:
    """Return the row; `read` is the tag whose documentation gave the figures."""
    documentation = f"{_TREE}/{read}/Documentation"
    return CiliumRelease(
        minor=minor_of(newest),
        newest=newest,
        kubernetes_min=(1, kubernetes[0]),
        kubernetes_max=(1, kubernetes[1]),
        gateway_api=gateway_api,
        kernel_min=kernel_min,
        source=f"{documentation}/network/kubernetes/compatibility.rst, "
        f"{documentation}/network/servicemesh/gateway-api/installation.rst, "
        f"{documentation}/operations/system_requirements.rst",
    )


_RELEASES = (
    _release(
        newest=Version(1, 16, 19),
        read="v1.16.19",
        kubernetes=(27, 30),
        gateway_api=Version(1, 1, 0),
        kernel_min=Version(5, 4, 0),
    ),
    _release(
        newest=Version(1, 17, 18),
        read="v1.17.16",
        kubernetes=(29, 32),
        gateway_api=Version(1, 2, 0),
        kernel_min=Version(5, 4, 0),
    ),
    _release(
        newest=Version(1, 18, 12),
        read="v1.18.11",
        kubernetes=(30, 33),
        gateway_api=Version(1, 3, 0),
        kernel_min=Version(5, 10, 0),
    ),
    _release(
        newest=Version(1, 19, 7),
        read="v1.19.7",
        kubernetes=(32, 35),
        gateway_api=Version(1, 4, 1),
        kernel_min=Version(5, 10, 0),
    ),
    _release(
        newest=Version(1, 20, 2),
        read="v1.20.2",
        kubernetes=(33, 36),
        gateway_api=Version(1, 6, 1),
        kernel_min=Version(5, 10, 0),
    ),
)

CILIUM: Mapping[Minor, CiliumRelease] = {release.minor: release for release in _RELEASES}

_ALWAYS: Minor = (0, 0)
_NEVER: Minor = (99, 0)

_V2_SINCE: Mapping[str, Minor] = {
    "CiliumBGPAdvertisement": (1, 18),
    "CiliumBGPClusterConfig": (1, 18),
    "CiliumBGPNodeConfig": (1, 18),
    "CiliumBGPNodeConfigOverride": (1, 18),
    "CiliumBGPPeerConfig": (1, 18),
    "CiliumCIDRGroup": (1, 18),
    "CiliumClusterwideEnvoyConfig": _ALWAYS,
    "CiliumClusterwideNetworkPolicy": _ALWAYS,
    "CiliumEgressGatewayPolicy": _ALWAYS,
    "CiliumEndpointSlice": _NEVER,
    "CiliumEnvoyConfig": _ALWAYS,
    "CiliumGatewayClassConfig": _NEVER,
    "CiliumL2AnnouncementPolicy": _NEVER,
    "CiliumLoadBalancerIPPool": (1, 18),
    "CiliumLocalRedirectPolicy": _ALWAYS,
    "CiliumNetworkPolicy": _ALWAYS,
    "CiliumNodeConfig": _ALWAYS,
    "CiliumPodIPPool": _NEVER,
}
"""Kind -> the minor since which cilium.io/v2 is stored.

From 1.18 to 1.20 v2alpha1 is still served beside it, deprecated (for pools: deprecated from 1.19).
Source: pkg/k8s/apis/cilium.io/client/crds at v1.16.0, v1.16.19, v1.17.16, v1.18.0, v1.18.11, v1.19.7 and v1.20.2
in https://github.com/cilium/cilium. The list of CRDs in the chart's own Chart.yaml is out of date.
"""


def api_version(kind: str, cilium: Version) -> str:
    """Return the apiVersion in which `kind` is written for this Cilium. Raises KeyError for an unknown kind."""
    return "cilium.io/v2" if minor_of(cilium) >= _V2_SINCE[kind] else "cilium.io/v2alpha1"
