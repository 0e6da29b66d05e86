"""Products whose versions do not go together."""

from collections.abc import Iterator, Mapping
from typing import Final

from fabricgen.fabric import Fabric, GatewayCrds, UnknownError, agreed, only
from fabricgen.rules.rule import Hit, rule
from fabricgen.versions import (
    CILIUM,
    FLUX,
    KUBERNETES,
    TALOS,
    Clash,
    Minor,
    Version,
    cautions,
    clashes,
    format_minor,
    format_range,
    minor_of,
)

_GATEWAY: Final = "https://docs.cilium.io/en/v1.20/network/servicemesh/gateway-api/gateway-api/"
_COMPATIBILITY: Final = "https://docs.cilium.io/en/v1.20/network/kubernetes/compatibility/"
_MAINTAINED: Final = 3
_STOPPED: Final[Minor] = (1, 5)
"""The Gateway API whose standard channel serves TLSRoute v1alpha2 no more."""
_READS_STABLE: Final[Minor] = (1, 20)
"""The Cilium that asks for TLSRoute v1."""
# The first minor of flux-operator that carries each minor of Flux in its image; none up to 0.58 carries 2.10.
# Source: config/data/flux at the tags of https://github.com/controlplaneio-fluxcd/flux-operator.
_OPERATORS: Final[Mapping[Minor, Minor]] = {
    (2, 6): (0, 21),
    (2, 7): (0, 30),
    (2, 8): (0, 42),
    (2, 9): (0, 53),
}
_OPERATOR_READ: Final[Minor] = (0, 58)


def _pair(found: tuple[Clash, ...], left: str, right: str) -> Iterator[Clash]:
    """Yield what is said of two products."""
    for one in found:
        if one.left.startswith(left) and one.right.startswith(right):
            yield one


def _sentence(clash: Clash) -> str:
    return f"{clash.left} and {clash.right}: {clash.why}; {clash.allowed} would do"


def _crds(fabric: Fabric) -> GatewayCrds:
    """Return the CRDs of Gateway API where all are of one release. Raises UnknownError otherwise."""
    found = fabric.gateway_crds
    if not found or any(one.version is None or one.version != found[0].version for one in found):
        raise UnknownError
    return found[0]


def _still_serves_alpha(crds: GatewayCrds) -> bool:
    """Tell whether these CRDs are of the channel that serves TLSRoute v1alpha2 where the other one stopped.

    Source: config/crd/experimental/gateway.networking.k8s.io_tlsroutes.yaml of gateway-api v1.6.0.
    """
    return crds.channel == "experimental" and crds.version is not None and minor_of(crds.version) >= _STOPPED


def _any_kubernetes() -> Version:
    """Return a Kubernetes that clashes with nothing: what is asked is not about it."""
    return KUBERNETES[1, 34].newest


@rule(
    "VER008",
    "error",
    "Cilium can use the CRDs of Gateway API that are applied",
    why="The operator looks for kinds in certain versions when it starts. Without them it gives up on Gateway API, with "
    "others it crashes: no Gateway has an address, and routes are not updated.",
    source=_GATEWAY,
    fix="Apply the release of the CRDs that goes with this Cilium.",
)
def crds_for_another_cilium(fabric: Fabric) -> Iterator[Hit]:
    """Yield the CRDs that this Cilium, with Gateway API on, cannot use."""
    cilium = fabric.cilium
    if cilium is None or cilium.version is None or not cilium.is_on("gatewayAPI.enabled"):
        return
    crds = _crds(fabric)
    if _still_serves_alpha(crds) and cilium.minor < _READS_STABLE:
        return
    found = clashes(kubernetes=_any_kubernetes(), cilium=cilium.version, gateway_api=crds.version)
    for clash in _pair(found, "Cilium", "Gateway API"):
        yield Hit(place=crds.place, message=_sentence(clash), object=cilium.item.label)


@rule(
    "VER009",
    "info",
    "The CRDs of Gateway API are those that Cilium's documentation installs",
    why="Other releases mostly work; nobody upstream has tried the pair.",
    source=_GATEWAY,
    fix="Apply the release that is documented for this minor of Cilium.",
)
def crds_of_another_release(fabric: Fabric) -> Iterator[Hit]:
    """Yield the CRDs that work with this Cilium and are of another minor than is documented."""
    cilium = fabric.cilium
    if cilium is None or cilium.version is None or not cilium.is_on("gatewayAPI.enabled"):
        return
    crds = _crds(fabric)
    found = cautions(kubernetes=_any_kubernetes(), cilium=cilium.version, gateway_api=crds.version)
    for caution in _pair(found, "Cilium", "Gateway API"):
        yield Hit(place=crds.place, message=_sentence(caution), object=cilium.item.label)


@rule(
    "VER010",
    "warning",
    "Talos accepts the version of Kubernetes",
    why="Talos refuses the machine configuration: the node does not take it, and an upgrade stops there.",
    source="https://github.com/siderolabs/talos/tree/v1.14.1/pkg/machinery/compatibility",
    fix="Pin a Kubernetes that this Talos accepts, or upgrade Talos first.",
)
def kubernetes_that_talos_refuses(fabric: Fabric) -> Iterator[Hit]:
    """Yield the pin of Kubernetes that is out of the range of the pinned Talos."""
    if fabric.pins.k3s:
        return  # Another cluster, or what it was before: k3s brings its own Kubernetes.
    kubernetes, talos = agreed(fabric.pins.kubernetes), agreed(fabric.pins.talos)
    release = TALOS.get(minor_of(talos.value))
    if release is None or release.kubernetes_min <= minor_of(kubernetes.value) <= release.kubernetes_max:
        return
    allowed = format_range(release.kubernetes_min, release.kubernetes_max)
    message = f"Talos {talos.value} takes Kubernetes {allowed}, and {kubernetes.value} is pinned"
    yield Hit(place=kubernetes.place, message=message, object=kubernetes.item.label)


@rule(
    "VER011",
    "info",
    "Cilium is tested with this Kubernetes",
    why="Upstream tests four minors of Kubernetes with each minor of Cilium; others mostly work.",
    source=_COMPATIBILITY,
    fix="Take the Cilium that is tested with this Kubernetes, or wait with Kubernetes.",
)
def kubernetes_that_cilium_is_not_tested_with(fabric: Fabric) -> Iterator[Hit]:
    """Yield the version of Cilium if the pinned Kubernetes is none of those that it is tested with."""
    cilium = fabric.cilium
    if cilium is None or cilium.version is None:
        return
    kubernetes = agreed(fabric.pins.kubernetes)
    found = cautions(kubernetes=kubernetes.value.replace(build=None), cilium=cilium.version)
    for caution in _pair(found, "Cilium", "Kubernetes"):
        yield Hit(place=kubernetes.place, message=_sentence(caution), object=cilium.item.label)


@rule(
    "VER012",
    "info",
    "Flux supports this Kubernetes",
    why="Below the range `flux check --pre` fails; above it nobody upstream has tried.",
    source="https://fluxcd.io/flux/installation/#prerequisites",
    fix="Upgrade whichever of the two is behind.",
)
def kubernetes_that_flux_does_not_support(fabric: Fabric) -> Iterator[Hit]:
    """Yield the pin of Flux if the pinned Kubernetes is out of its range."""
    flux, kubernetes = only(fabric.pins.flux), agreed(fabric.pins.kubernetes)
    release = FLUX.get(flux.value)
    if release is None or release.kubernetes_min <= minor_of(kubernetes.value) <= release.kubernetes_max:
        return
    allowed = format_range(release.kubernetes_min, release.kubernetes_max)
    message = (
        f"Flux {format_minor(flux.value)} supports Kubernetes {allowed}, and {kubernetes.value} is pinned"
    )
    yield Hit(place=flux.place, message=message, object=flux.item.label)


@rule(
    "VER013",
    "error",
    "Kubernetes can hold the CRDs of Cilium and Gateway API",
    why="A rule in them calls isIP, which API servers take in new CRDs from 1.31 on; older ones refuse the CRD, and "
    "Cilium's operator, which makes all of its CRDs or fails, does not start.",
    source="https://github.com/cilium/cilium/blob/v1.20.0/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumegressgatewaypolicies.yaml",
    fix="Upgrade Kubernetes to 1.31 first.",
    since="1.20",
)
def kubernetes_too_old(fabric: Fabric) -> Iterator[Hit]:
    """Yield the pin of Kubernetes that is too old for the CRDs of the Cilium, or of Gateway API, that is applied."""
    kubernetes = agreed(fabric.pins.kubernetes)
    cilium = fabric.cilium.version if fabric.cilium else None
    crds = next((one.version for one in fabric.gateway_crds if one.version), None)
    found = clashes(kubernetes=kubernetes.value.replace(build=None), cilium=cilium, gateway_api=crds)
    for product in ("Cilium", "Gateway API"):
        for clash in _pair(found, product, "Kubernetes"):
            yield Hit(place=kubernetes.place, message=_sentence(clash), object=kubernetes.item.label)


@rule(
    "VER014",
    "error",
    "flux-operator has the Flux that its FluxInstance asks for",
    why="Without distribution.artifact the operator knows the releases in its own image only; for a newer minor it "
    "finds none and installs nothing.",
    source="https://fluxoperator.dev/docs/crd/fluxinstance/#distribution-artifact",
    fix="Upgrade flux-operator, set distribution.artifact, or ask for a minor that it has.",
)
def operator_without_that_flux(fabric: Fabric) -> Iterator[Hit]:
    """Yield the version of a FluxInstance that is newer than what its operator carries."""
    operator = agreed(fabric.pins.flux_operator).value
    minor = minor_of(operator)
    if minor > _OPERATOR_READ:
        return
    path = ("spec", "distribution", "version")
    for flux in fabric.pins.flux:
        if flux.path != path or flux.item.get("spec", "distribution", "artifact"):
            continue
        first = _OPERATORS.get(flux.value)
        newer = flux.value > max(_OPERATORS)
        if newer or (first is not None and minor < first):
            message = f"flux-operator {operator} does not have Flux {format_minor(flux.value)} in its image"
            yield Hit.at(flux.item, path, message)


@rule(
    "VER016",
    "info",
    "Cilium is a minor that still gets fixes",
    why="Upstream mends the three newest minors, security faults too; older ones stay as they are.",
    source="https://github.com/cilium/cilium/blob/main/SECURITY.md",
    fix="Upgrade minor by minor, each to its newest patch release first.",
)
def cilium_without_fixes(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium of a minor that is older than the three newest known ones."""
    cilium = fabric.cilium
    if cilium is None or cilium.version is None:
        return
    maintained = sorted(CILIUM)[-_MAINTAINED:]
    if cilium.minor < maintained[0]:
        message = (
            f"Cilium {cilium.version} gets no fixes any more; {format_minor(maintained[0])} and newer do"
        )
        yield Hit(place=cilium.item.place("spec"), message=message, object=cilium.item.label)
