"""Gateway API: the release whose CRDs go with a Cilium version, where to build them from, what they serve.

Fed by `cilium`; used by `resolve`, by the documents of Gateway API and by `compatibility`.
Source of all rows: config/crd at the tags of https://github.com/kubernetes-sigs/gateway-api.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from fabricgen.versions.cilium import CILIUM
from fabricgen.versions.version import Minor, Version, minor_of

REPOSITORY: Final = "https://github.com/kubernetes-sigs/gateway-api"
GROUP: Final = "gateway.networking.k8s.io"

STANDARD_PATH: Final = "config/crd"
"""Folder whose kustomization.yaml lists the standard channel; config/crd/standard itself has none."""

EXPERIMENTAL_PATH: Final = "config/crd/experimental"
"""Folder whose kustomization.yaml lists the experimental channel: the standard one and more."""

Channel = Literal["standard", "experimental"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayApiRelease:
    """A release of the CRDs, in one channel.

    `commit` is what the tag points at, None for a release whose commit was not looked up; `path` is the folder
    that kustomize can build; `served` maps each kind to the versions that are then served, newest first.
    """

    version: Version
    commit: str | None
    channel: Channel
    path: str
    served: Mapping[str, tuple[str, ...]] = field(hash=False)
    source: str

    @property
    def tag(self) -> str:
        """Git tag of the release, such as v1.6.1."""
        return f"v{self.version}"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds that it defines, sorted."""
        return tuple(sorted(self.served))


_CORE = {
    "GatewayClass": ("v1", "v1beta1"),
    "Gateway": ("v1", "v1beta1"),
    "HTTPRoute": ("v1", "v1beta1"),
    "GRPCRoute": ("v1",),
    "ReferenceGrant": ("v1beta1",),
}
_WITH_BACKEND_TLS = {**_CORE, "BackendTLSPolicy": ("v1",)}
_WITH_TLS_ROUTE = {
    **_WITH_BACKEND_TLS,
    "ReferenceGrant": ("v1", "v1beta1"),
    "ListenerSet": ("v1",),
    "TLSRoute": ("v1",),
}
_WITH_ALL_ROUTES = {**_WITH_TLS_ROUTE, "TCPRoute": ("v1",), "UDPRoute": ("v1",)}

_ROUTES_V1ALPHA2 = {"TCPRoute": ("v1alpha2",), "TLSRoute": ("v1alpha2",), "UDPRoute": ("v1alpha2",)}
_EXPERIMENTAL: Mapping[Minor, Mapping[str, tuple[str, ...]]] = {
    (1, 1): {
        **_CORE,
        **_ROUTES_V1ALPHA2,
        "BackendTLSPolicy": ("v1alpha3",),
        "GRPCRoute": ("v1", "v1alpha2"),
        "ReferenceGrant": ("v1beta1", "v1alpha2"),
    },
    (1, 2): {
        **_CORE,
        **_ROUTES_V1ALPHA2,
        "BackendLBPolicy": ("v1alpha2",),
        "BackendTLSPolicy": ("v1alpha3",),
    },
    (1, 3): {**_CORE, **_ROUTES_V1ALPHA2, "BackendTLSPolicy": ("v1alpha3",)},
    (1, 4): {
        **_CORE,
        **_ROUTES_V1ALPHA2,
        "BackendTLSPolicy": ("v1", "v1alpha3"),
        "TLSRoute": ("v1alpha3", "v1alpha2"),
    },
}
"""What the experimental channel serves, for the minors that a Cilium which needs that channel can use."""


def _standard(
    version: Version, commit: str | None, served: Mapping[str, tuple[str, ...]]
) -> GatewayApiRelease:
    source = f"{REPOSITORY}/blob/v{version}/{STANDARD_PATH}/kustomization.yaml"
    return GatewayApiRelease(
        version=version, commit=commit, channel="standard", path=STANDARD_PATH, served=served, source=source
    )


_RELEASES = (
    _standard(Version(1, 1, 0), "690f754646e8326128fd686e3e46117ac479cfdf", _CORE),
    _standard(Version(1, 2, 0), "f73504594cf85d36681e064d2932d66608d135e2", _CORE),
    _standard(Version(1, 2, 1), "a8fe5c8732a37ef471d86afaf570ff8ad0ef0221", _CORE),
    _standard(Version(1, 3, 0), "40be951cebe5cb3f0365fe6951403de4ff8b9f33", _CORE),
    _standard(Version(1, 4, 0), "5e5891a5adad272363de782eb02a042166f1913c", _WITH_BACKEND_TLS),
    _standard(Version(1, 4, 1), "477d172e6ac5eccb82b65781ddb8f924afec4170", _WITH_BACKEND_TLS),
    _standard(Version(1, 5, 0), "3797b631d20f9ff4e2b4571f62d91d84a1fbdf5a", _WITH_TLS_ROUTE),
    _standard(Version(1, 5, 1), "e7677b70ae75d14a4448fba94870e7deea6cf0ad", _WITH_TLS_ROUTE),
    _standard(Version(1, 6, 0), "89b3b0c3fa63f9342f43ba0fb2cf93d6aab53af7", _WITH_ALL_ROUTES),
    _standard(Version(1, 6, 1), "8bb74df00e56ec8f944d48c25e6c1c9c2f6848e3", _WITH_ALL_ROUTES),
    _standard(Version(1, 7, 0), None, _WITH_ALL_ROUTES),
)

GATEWAY_API: Mapping[Version, GatewayApiRelease] = {release.version: release for release in _RELEASES}
"""Known releases, standard channel, oldest first."""

_TLS_ROUTE_OPTIONAL_SINCE: Final = Version(1, 17, 4)
_TLS_ROUTE_V1_SINCE: Minor = (1, 20)


def needs_experimental(cilium: Version) -> bool:
    """Return whether this Cilium runs no Gateway without TLSRoute v1alpha2, found in the experimental channel.

    1.16 starts no Gateway controller without it; 1.17.0 to 1.17.3 start one that fails on every Gateway.
    Source: operator/pkg/gateway-api/cell.go at v1.16.19, the changelog of v1.17.4 and
    https://github.com/cilium/cilium/issues/38420.
    """
    return cilium.finalize_version() < _TLS_ROUTE_OPTIONAL_SINCE


def required_kinds(cilium: Version) -> tuple[tuple[str, str], ...]:
    """Return the kinds, and the version of each, that the operator looks for at its start and cannot do without.

    Source: operator/pkg/gateway-api/cell.go at v1.16.19 to v1.19.7, helpers/schemes.go beside it at v1.20.2.
    """
    core = (("GatewayClass", "v1"), ("Gateway", "v1"), ("HTTPRoute", "v1"), ("GRPCRoute", "v1"))
    if minor_of(cilium) >= _TLS_ROUTE_V1_SINCE:
        return (*core, ("TLSRoute", "v1"), ("ReferenceGrant", "v1"), ("BackendTLSPolicy", "v1"))
    if needs_experimental(cilium):
        return (*core, ("ReferenceGrant", "v1beta1"), ("TLSRoute", "v1alpha2"))
    return (*core, ("ReferenceGrant", "v1beta1"))


def release_for(cilium: Version, *, wanted: Version | None = None) -> GatewayApiRelease:
    """Return the CRDs for this Cilium: those that its documentation installs, or the `wanted` release.

    A wanted release that is not in the table is described like the newest one before it, without a commit.
    Raises KeyError for a Cilium minor that `CILIUM` lacks, or a release older than all known ones.
    """
    version = wanted or CILIUM[minor_of(cilium)].gateway_api
    known = [release for release in _RELEASES if release.version <= version]
    if not known:
        raise KeyError(version)
    release = known[-1]
    if release.version != version:
        source = release.source.replace(release.tag, f"v{version}")
        release = replace(release, version=version, commit=None, source=source)
    return _in_experimental_channel(release) if needs_experimental(cilium) else release


def _in_experimental_channel(release: GatewayApiRelease) -> GatewayApiRelease:
    source = release.source.replace(STANDARD_PATH, EXPERIMENTAL_PATH)
    served = _EXPERIMENTAL[min(minor_of(release.version), max(_EXPERIMENTAL))]
    return replace(release, channel="experimental", path=EXPERIMENTAL_PATH, served=served, source=source)


def api_version(kind: str, release: GatewayApiRelease) -> str:
    """Return the newest apiVersion that `release` serves for `kind`. Raises KeyError if it lacks the kind."""
    return f"{GROUP}/{release.served[kind][0]}"
