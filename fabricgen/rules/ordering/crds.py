"""Custom resources after the charts that bring their CRDs; Gateway API's CRDs before Cilium."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.fabric.gateway_crds import may_come_with_a_chart
from fabricgen.repository import Item, Layer
from fabricgen.rules.rule import Hit, rule

_STAGES: Final = "https://github.com/fluxcd/kustomize-controller/issues/1194"
_GATEWAY: Final = "https://docs.cilium.io/en/v1.20/network/servicemesh/gateway-api/gateway-api/#prerequisites"
_CILIUM: Final = "cilium.io"


def _cilium_of_flux(fabric: Fabric) -> CiliumRelease | None:
    """Return Flux' release of Cilium if it alone brings the CRDs."""
    cilium = fabric.cilium
    if cilium is None or cilium.role != "flux" or cilium.item.layer is None or fabric.comes_before_flux:
        return None
    applied = any(
        one.name.endswith(f".{_CILIUM}")
        for one in fabric.of("apiextensions.k8s.io", "CustomResourceDefinition")
    )
    return None if applied else cilium


@rule(
    "FLX011",
    "warning",
    "Cilium's objects are not in the Kustomization of its HelmRelease",
    why="Cilium's operator makes the CRDs when it starts. Flux tries the whole Kustomization before it applies any of "
    "it, so where the CRDs are not there yet nothing is applied, the HelmRelease neither: a rebuilt cluster "
    "does not come up.",
    source=_STAGES,
    fix="Move them into a Kustomization of their own that depends on that of Cilium, which has wait: true.",
)
def objects_beside_their_chart(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium's objects in the layer of the HelmRelease, once a layer."""
    cilium = _cilium_of_flux(fabric)
    layer = cilium.item.layer if cilium else None
    if cilium is None or layer is None:
        return
    found = [one for one in layer.items if one.group == _CILIUM]
    if found:
        message = f"{layer.item.label} applies {_listed(found)} together with {cilium.item.label}, whose operator makes the CRDs"
        yield Hit(place=found[0].place("apiVersion"), message=message, object=found[0].label)


def _listed(items: list[Item]) -> str:
    kinds = list(dict.fromkeys(item.kind for item in items))
    shown = ", ".join(kinds[:3])
    return shown if len(kinds) <= len(kinds[:3]) else f"{shown} and more"


@rule(
    "FLX012",
    "info",
    "Cilium's objects are applied after Cilium",
    why="Until Cilium's operator has made the CRDs, the Kustomization fails as a whole and is tried again each "
    "retryInterval; everything else in it waits as long.",
    source=_STAGES,
    fix="Add dependsOn with the Kustomization that applies Cilium's HelmRelease.",
)
def objects_before_cilium(fabric: Fabric) -> Iterator[Hit]:
    """Yield each other layer with Cilium's objects that waits for Cilium on no way."""
    cilium = _cilium_of_flux(fabric)
    home = cilium.item.layer if cilium else None
    if cilium is None or home is None:
        return
    after = _after(fabric, home, children=False)
    for layer in fabric.layers:
        found = [one for one in layer.items if one.group == _CILIUM]
        if found and layer is not home and id(layer) not in after:
            message = f"{_listed(found)} may be applied before {cilium.item.label}: nothing here depends on {home.item.name}"
            yield Hit(place=layer.item.place("spec"), message=message, object=layer.item.label)


def _after(fabric: Fabric, home: Layer, *, children: bool) -> set[int]:
    """Return the layers that are applied after `home`: by dependsOn, their own or that of a layer above.

    `children` counts those that `home` itself applies: they come after its CRDs, and not after its charts.
    """
    by_name = {(one.item.namespace, one.item.name): one for one in fabric.layers}
    waiting: dict[int, list[Layer]] = {}
    for layer in fabric.layers:
        for one in layer.item.items("spec", "dependsOn"):
            key = (
                (str(one.get("namespace") or layer.item.namespace), str(one.get("name")))
                if isinstance(one, dict)
                else None
            )
            if key in by_name:
                waiting.setdefault(id(by_name[key]), []).append(layer)
    after: set[int] = set()
    ahead = [home]
    while ahead:
        here = ahead.pop()
        below = here.children if children or here is not home else ()
        for layer in (*waiting.get(id(here), ()), *below):
            if id(layer) not in after:
                after.add(id(layer))
                ahead.append(layer)
    return after


@rule(
    "FLX017",
    "warning",
    "Gateway API's CRDs are applied before Cilium",
    why="Cilium's operator looks for the CRDs once, when it starts; where they come later there is no Gateway until "
    "somebody restarts it.",
    source=_GATEWAY,
    fix="Let the Kustomization of Cilium depend on the one that applies the CRDs.",
)
def crds_after_cilium(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium with Gateway API on, in a layer that does not wait for the one with the CRDs."""
    cilium = fabric.cilium
    if cilium is None or cilium.role != "flux" or (home := cilium.item.layer) is None:
        return
    if not cilium.is_on("gatewayAPI.enabled"):
        return
    layers = {id(one.layer): one.layer for one in fabric.gateway_crds if one.layer is not None}
    if not layers or any(one.layer is None for one in fabric.gateway_crds):
        return
    for layer in layers.values():
        above = {id(one) for one in _chain(home)}
        if id(layer) not in above and id(home) not in _after(fabric, layer, children=True):
            message = f"gatewayAPI is on, and nothing has {home.item.name} wait for {layer.item.name}, which applies the CRDs"
            yield Hit(place=home.item.place("spec", "dependsOn"), message=message, object=home.item.label)


def _chain(layer: Layer) -> Iterator[Layer]:
    here: Layer | None = layer
    while here is not None:
        yield here
        here = here.above


@rule(
    "FLX018",
    "warning",
    "Where Gateway API is on, something brings its CRDs",
    why="Cilium does not bring the CRDs of Gateway API; without them its operator switches the feature off, and no "
    "Gateway ever gets an address.",
    source=_GATEWAY,
    fix="Apply the release of the CRDs that goes with this Cilium, in a Kustomization that Cilium's depends on.",
)
def crds_from_nowhere(fabric: Fabric) -> Iterator[Hit]:
    """Yield Cilium with Gateway API on where all is known, and no CRD of it is there."""
    cilium = fabric.cilium
    if (
        cilium is None
        or fabric.gateway_crds
        or not fabric.is_closed
        or may_come_with_a_chart(fabric.helm_releases)
    ):
        return
    if fabric.comes_before_flux or not cilium.is_on("gatewayAPI.enabled"):
        return
    message = "gatewayAPI is on, and nothing in the repository applies the CRDs of Gateway API"
    yield Hit(place=cilium.place("gatewayAPI.enabled"), message=message, object=cilium.item.label)
