"""Where the CRDs of Gateway API come from, and of which release they are.

Fed by layers and items: files of the release taken by their address, a copy of them, a Kustomization of upstream's
own repository, Talos' extra manifests.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.fabric.helm import HelmRelease, source_of
from fabricgen.fabric.systems import TalosDocument
from fabricgen.repository import Item, Layer, Place
from fabricgen.versions import Version, parse_version

_UPSTREAM: Final = re.compile(r"kubernetes-sigs/gateway-api(?:/|\.git|\?|$)")
_VERSION: Final = re.compile(r"[/=]v(?P<version>\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)(?=[/&]|$)")
_BUNDLE: Final = "gateway.networking.k8s.io/bundle-version"
_CHANNEL: Final = "gateway.networking.k8s.io/channel"
_CARRIERS: Final = re.compile(r"gateway|traefik|kong|istio|crds")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCrds:
    """One place that brings CRDs of Gateway API; `layer` applies them, `kind` is one CRD's where that is told."""

    version: Version | None
    channel: Literal["standard", "experimental"]
    layer: Layer | None
    place: Place
    kind: str = ""


def find_gateway_crds(
    items: Sequence[Item], layers: Sequence[Layer], talos: Sequence[TalosDocument]
) -> Iterator[GatewayCrds]:
    """Yield every place that brings CRDs of Gateway API, in no order that means anything."""
    sources = {(one.kind, one.name): one for one in items if one.kind == "GitRepository"}
    for layer in layers:
        for remote in layer.remotes:
            if _UPSTREAM.search(remote.url):
                yield _of_url(remote.url, layer, remote.document.place(remote.path))
        yield from _of_source(layer, sources)
    for item in items:
        if item.kind == "CustomResourceDefinition" and item.name.endswith(".gateway.networking.k8s.io"):
            yield _of_crd(item)
    for document in talos:
        listed = document.get("cluster", "extraManifests")
        for number, url in enumerate(listed if isinstance(listed, list) else ()):
            if _UPSTREAM.search(str(url)):
                path = (*document.prefix, "cluster", "extraManifests", number)
                yield _of_url(str(url), None, document.item.place(*path))


def may_come_with_a_chart(releases: Sequence[HelmRelease]) -> bool:
    """Tell whether a chart may bring the CRDs: those of other gateways do, and charts of CRDs."""
    return any(not one.chart or _CARRIERS.search(one.chart) for one in releases)


def _of_url(url: str, layer: Layer | None, place: Place) -> GatewayCrds:
    found = _VERSION.search(url)
    name = url.rpartition("/")[2]
    plural = name.removeprefix("gateway.networking.k8s.io_").removesuffix(".yaml")
    return GatewayCrds(
        version=_parsed(found["version"]) if found else None,
        channel="experimental" if "experimental" in url else "standard",
        layer=layer,
        place=place,
        kind=plural if plural != name.removesuffix(".yaml") else "",
    )


def _of_source(layer: Layer, sources: Mapping[tuple[str, str], Item]) -> Iterator[GatewayCrds]:
    reference = source_of(layer.item)
    source = sources.get((reference.kind, reference.name)) if reference else None
    if source is not None and _UPSTREAM.search(str(source.get("spec", "url"))):
        taken = f"{layer.item.get('spec', 'path')} {source.get('spec', 'ignore')}"
        yield GatewayCrds(
            version=_parsed(str(source.get("spec", "ref", "tag") or "").removeprefix("v")),
            channel="experimental" if "experimental" in taken else "standard",
            layer=layer,
            place=source.place("spec", "ref", "tag"),
        )


def _of_crd(item: Item) -> GatewayCrds:
    annotations = item.mapping("metadata", "annotations")
    return GatewayCrds(
        version=_parsed(str(annotations.get(_BUNDLE) or "").removeprefix("v")),
        channel="experimental" if annotations.get(_CHANNEL) == "experimental" else "standard",
        layer=item.layer,
        place=item.place("metadata", "annotations", _BUNDLE),
        kind=item.name.partition(".")[0],
    )


def _parsed(text: str) -> Version | None:
    try:
        return parse_version(text)
    except ValueError:
        return None
