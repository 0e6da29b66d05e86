"""HelmReleases of Flux: which chart each installs, and how Helm names what it installs.

Fed by items; the CNI's own values are in `cilium`.
Source: <https://fluxcd.io/flux/components/helm/helmreleases/>.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fabricgen.fabric.releases import FLUX_HELM, SOURCES, release_name
from fabricgen.repository import Item


class Name(NamedTuple):
    """Kind, namespace and name of an object."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmRelease:
    """A HelmRelease.

    Attributes:
        item: the object.
        source: the source that it names, as `Kind`, namespace and name; None if it names none.
        origin: the source itself, where it is known.
        chart: name of the chart; empty where nothing tells it.
        version: as written in the chart's template, or as the tag or range of the artifact; empty if nothing is.
        release, namespace, storage: Helm's names: release, target namespace, where Helm keeps its record.
    """

    item: Item
    source: Name | None
    origin: Item | None
    chart: str
    version: str
    release: str
    namespace: str
    storage: str


def find_helm_releases(items: Sequence[Item]) -> Iterator[HelmRelease]:
    """Yield every HelmRelease, in the order of the items."""
    sources: dict[Name, Item] = {}
    for item in items:
        if item.group == SOURCES:
            sources.setdefault(Name(item.kind, item.namespace, item.name), item)
    for item in items:
        if (item.group, item.kind) == (FLUX_HELM, "HelmRelease"):
            yield _read(item, sources)


def _read(item: Item, sources: Mapping[Name, Item]) -> HelmRelease:
    source = source_of(item)
    origin = sources.get(source) if source else None
    if origin is None and source:
        origin = sources.get(source._replace(namespace=""))
    chart, version = _chart(item, origin)
    return HelmRelease(
        item=item,
        source=source,
        origin=origin,
        chart=chart,
        version=version,
        release=release_name(item),
        namespace=str(item.get("spec", "targetNamespace") or item.namespace),
        storage=str(item.get("spec", "storageNamespace") or item.namespace),
    )


def source_of(item: Item) -> Name | None:
    """Return the source that a HelmRelease, HelmChart or Kustomization names; None if it names none."""
    for path in (("chartRef",), ("chart", "spec", "sourceRef"), ("sourceRef",)):
        if reference := item.mapping("spec", *path):
            return Name(
                str(reference.get("kind") or ""),
                str(reference.get("namespace") or item.namespace),
                str(reference.get("name") or ""),
            )
    return None


def _chart(item: Item, origin: Item | None) -> tuple[str, str]:
    if template := item.mapping("spec", "chart", "spec"):
        return _last(template.get("chart")), str(template.get("version") or "")
    if origin is None:
        return "", ""
    if origin.kind == "HelmChart":
        return _last(origin.get("spec", "chart")), str(origin.get("spec", "version") or "")
    ref = origin.mapping("spec", "ref")
    tag = str(ref.get("tag") or ref.get("semver") or "")
    return _last(origin.get("spec", "url")), tag.partition("@")[0]


def _last(written: object) -> str:
    return str(written or "").rstrip("/").rpartition("/")[2]
