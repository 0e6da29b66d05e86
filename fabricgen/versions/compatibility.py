"""Which versions go together: clashes that cannot work, cautions about pairs that nobody tested.

Fed by every table of this package; `resolve` refuses clashes and the cluster's README tells cautions.
A pair that upstream merely does not test is a caution: many such pairs run well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fabricgen.versions.cilium import CILIUM
from fabricgen.versions.flux import FLUX
from fabricgen.versions.gateway_api import GATEWAY_API, needs_experimental
from fabricgen.versions.k3s import K3S, kubernetes_of
from fabricgen.versions.kubernetes import KUBERNETES
from fabricgen.versions.talos import TALOS
from fabricgen.versions.version import Minor, Version, format_minor, format_range, minor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two versions that do not go together, ready for people: which, why not, what would, and who says so."""

    left: str
    right: str
    why: str
    allowed: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pins:
    kubernetes: Version
    talos: Version | None
    talos_contract: Minor | None
    k3s: Version | None
    cilium: Version | None
    gateway_api: Version | None
    flux: Version | None


_CEL = "https://github.com/kubernetes/apiserver/blob/v0.30.14/pkg/cel/environment/base.go"
_IS_IP: Final[Mapping[str, str]] = {
    "Gateway API": "https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.0/config/crd/standard/"
    f"gateway.networking.k8s.io_tlsroutes.yaml, {_CEL}",
    "Cilium": "https://github.com/cilium/cilium/blob/v1.20.0/pkg/k8s/apis/cilium.io/client/crds/v2/"
    f"ciliumegressgatewaypolicies.yaml, {_CEL}",
}

_Rule = Callable[[_Pins], Iterable[Clash]]


def clashes(  # noqa: PLR0913 - one keyword for each product, so that a call reads like the description
    *,
    kubernetes: Version,
    talos: Version | None = None,
    talos_contract: Minor | None = None,
    k3s: Version | None = None,
    cilium: Version | None = None,
    gateway_api: Version | None = None,
    flux: Version | None = None,
) -> tuple[Clash, ...]:
    """Return what cannot work, unsupported versions first; empty when all go together."""
    pins = _Pins(
        kubernetes=kubernetes,
        talos=talos,
        talos_contract=talos_contract,
        k3s=k3s,
        cilium=cilium,
        gateway_api=gateway_api,
        flux=flux,
    )
    return tuple(clash for rule in _CLASH_RULES for clash in rule(pins))


def cautions(  # noqa: PLR0913 - the same keywords as `clashes`
    *,
    kubernetes: Version,
    talos: Version | None = None,
    talos_contract: Minor | None = None,
    k3s: Version | None = None,
    cilium: Version | None = None,
    gateway_api: Version | None = None,
    flux: Version | None = None,
) -> tuple[Clash, ...]:
    """Return pairs that nobody upstream tests but that may well work; nothing that `clashes` refuses."""
    pins = _Pins(
        kubernetes=kubernetes,
        talos=talos,
        talos_contract=talos_contract,
        k3s=k3s,
        cilium=cilium,
        gateway_api=gateway_api,
        flux=flux,
    )
    return tuple(caution for rule in _CAUTION_RULES for caution in rule(pins))


def _unknown(product: str, version: Version | None, known: Mapping[Minor, object]) -> Iterator[Clash]:
    if version is not None and minor_of(version) not in known:
        yield Clash(
            left=f"{product} {version}",
            right="fabricgen",
            why="fabricgen has no facts about this minor: its API versions, keys and documents may be others",
            allowed=f"{product} {format_range(min(known), max(known))}",
            source="fabricgen's own tables",
        )


def _unknown_minors(pins: _Pins) -> Iterator[Clash]:
    yield from _unknown("Kubernetes", pins.kubernetes, KUBERNETES)
    yield from _unknown("Talos", pins.talos, TALOS)
    yield from _unknown("k3s", pins.k3s, K3S)
    yield from _unknown("Cilium", pins.cilium, CILIUM)
    yield from _unknown("Gateway API", pins.gateway_api, {minor_of(version): None for version in GATEWAY_API})
    yield from _unknown("Flux", pins.flux, FLUX)


def _talos_refuses_kubernetes(pins: _Pins) -> Iterator[Clash]:
    release = TALOS.get(minor_of(pins.talos)) if pins.talos else None
    if release is None or release.kubernetes_min <= minor_of(pins.kubernetes) <= release.kubernetes_max:
        return
    yield Clash(
        left=f"Talos {pins.talos}",
        right=f"Kubernetes {pins.kubernetes}",
        why="Talos refuses a machine configuration with a Kubernetes version outside its range",
        allowed=f"Kubernetes {format_range(release.kubernetes_min, release.kubernetes_max)}",
        source=release.source,
    )


def _contract_is_newer_than_talos(pins: _Pins) -> Iterator[Clash]:
    if pins.talos is None or pins.talos_contract is None or pins.talos_contract <= minor_of(pins.talos):
        return
    yield Clash(
        left=f"Talos {pins.talos}",
        right=f"config contract {format_minor(pins.talos_contract)}",
        why="a node cannot read documents that only newer releases know",
        allowed=f"a contract up to {format_minor(minor_of(pins.talos))}",
        source="https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/contract.go",
    )


def _k3s_holds_another_kubernetes(pins: _Pins) -> Iterator[Clash]:
    if pins.k3s is None or kubernetes_of(pins.k3s) == pins.kubernetes.replace(build=None):
        return
    yield Clash(
        left=f"k3s {pins.k3s}",
        right=f"Kubernetes {pins.kubernetes}",
        why="the Kubernetes version is part of the k3s version",
        allowed=f"Kubernetes {kubernetes_of(pins.k3s)}",
        source="https://docs.k3s.io/installation/configuration",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crds:
    """CRDs that a Cilium can run with: from `first` to before `below`, as `minors` in words."""

    first: Version
    below: Version
    minors: str
    why: str
    source: str


def _crds_for(cilium: Version) -> _Crds:
    """Return which releases of the CRDs this Cilium can use, in the channel that it needs."""
    if minor_of(cilium) >= (1, 20):
        return _Crds(
            first=Version(1, 5, 0),
            below=Version(2, 0, 0),
            minors="1.5 and newer (1.6.1 as documented)",
            why="the operator gives up without TLSRoute and ReferenceGrant in v1, which came with 1.5",
            source="https://github.com/cilium/cilium/blob/v1.20.2/operator/pkg/gateway-api/helpers/schemes.go",
        )
    if minor_of(cilium) <= (1, 16):
        return _Crds(
            first=Version(1, 1, 0),
            below=Version(1, 2, 0),
            minors="1.1",
            why="it needs TLSRoute from the experimental channel and writes a GatewayClass's supportedFeatures as "
            "strings, which the CRDs of that channel accept in 1.1 only",
            source="https://github.com/cilium/cilium/blob/v1.16.19/operator/pkg/gateway-api/gatewayclass_reconcile.go",
        )
    first = Version(1, 2, 0) if needs_experimental(cilium) else Version(1, 1, 0)
    return _Crds(
        first=first,
        below=Version(1, 5, 0),
        minors=format_range(minor_of(first), (1, 4)),
        why="the operator watches TLSRoute v1alpha2 as soon as the CRD names it, and crashes where it is not "
        "served: the standard channel stopped serving it in 1.5"
        if not needs_experimental(cilium)
        else "it needs TLSRoute v1alpha2 and a GatewayClass with supportedFeatures as objects",
        source="https://github.com/cilium/cilium/issues/45139",
    )


def _cilium_cannot_use_the_crds(pins: _Pins) -> Iterator[Clash]:
    if pins.cilium is None or pins.gateway_api is None or minor_of(pins.cilium) not in CILIUM:
        return
    crds = _crds_for(pins.cilium)
    if crds.first <= pins.gateway_api < crds.below:
        return
    yield Clash(
        left=f"Cilium {pins.cilium}",
        right=f"Gateway API {pins.gateway_api}",
        why=crds.why,
        allowed=f"Gateway API {crds.minors}",
        source=crds.source,
    )


def _kubernetes_cannot_hold_the_crds(pins: _Pins) -> Iterator[Clash]:
    if minor_of(pins.kubernetes) >= (1, 31):
        return
    for product, version, since in (
        ("Gateway API", pins.gateway_api, (1, 5)),
        ("Cilium", pins.cilium, (1, 20)),
    ):
        if version is None or minor_of(version) < since:
            continue
        yield Clash(
            left=f"{product} {version}",
            right=f"Kubernetes {pins.kubernetes}",
            why="one of its CRDs has a rule with isIP, which API servers accept in new CRDs from 1.31 on",
            allowed=f"Kubernetes 1.31 and newer, or {product} older than {format_minor(since)}",
            source=_IS_IP[product],
        )


_CLASH_RULES: tuple[_Rule, ...] = (
    _unknown_minors,
    _talos_refuses_kubernetes,
    _contract_is_newer_than_talos,
    _k3s_holds_another_kubernetes,
    _cilium_cannot_use_the_crds,
    _kubernetes_cannot_hold_the_crds,
)


def _cilium_untested_on_kubernetes(pins: _Pins) -> Iterator[Clash]:
    release = CILIUM.get(minor_of(pins.cilium)) if pins.cilium else None
    if release is None or release.kubernetes_min <= minor_of(pins.kubernetes) <= release.kubernetes_max:
        return
    yield Clash(
        left=f"Cilium {pins.cilium}",
        right=f"Kubernetes {pins.kubernetes}",
        why="upstream does not test this pair; it depends on how compatible Kubernetes stays",
        allowed=f"Kubernetes {format_range(release.kubernetes_min, release.kubernetes_max)}",
        source=release.source,
    )


def _flux_unsupported_on_kubernetes(pins: _Pins) -> Iterator[Clash]:
    release = FLUX.get(minor_of(pins.flux)) if pins.flux else None
    if release is None or release.kubernetes_min <= minor_of(pins.kubernetes) <= release.kubernetes_max:
        return
    yield Clash(
        left=f"Flux {pins.flux}",
        right=f"Kubernetes {pins.kubernetes}",
        why="upstream does not support this pair, and `flux check --pre` fails below the range",
        allowed=f"Kubernetes {format_range(release.kubernetes_min, release.kubernetes_max)}",
        source=release.source,
    )


def _crds_other_than_documented(pins: _Pins) -> Iterator[Clash]:
    release = CILIUM.get(minor_of(pins.cilium)) if pins.cilium else None
    if (
        release is None
        or pins.gateway_api is None
        or minor_of(pins.gateway_api) == minor_of(release.gateway_api)
    ):
        return
    if any(True for _ in _cilium_cannot_use_the_crds(pins)):
        return
    yield Clash(
        left=f"Cilium {pins.cilium}",
        right=f"Gateway API {pins.gateway_api}",
        why="Cilium's documentation installs another release of the CRDs with this minor",
        allowed=f"Gateway API {release.gateway_api}",
        source=release.source,
    )


_CAUTION_RULES: tuple[_Rule, ...] = (
    _cilium_untested_on_kubernetes,
    _flux_unsupported_on_kubernetes,
    _crds_other_than_documented,
)
