"""Which chart a HelmRelease of Flux, or a HelmChart of k3s, installs, and which other documents decide it.

Pure functions over the bodies of documents; `layers` says which values go into the chart.
Sources: https://fluxcd.io/flux/components/helm/helmreleases/, https://docs.k3s.io/add-ons/helm.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NamedTuple

from fabricgen.charts.versions import split_reference

RELEASE_KINDS: Final = frozenset({"HelmRelease", "HelmChart", "HelmChartConfig"})

_K3S: Final = "helm.cattle.io/"
_FLUX: Final = "helm.toolkit.fluxcd.io/"
_FLUX_SOURCE: Final = "source.toolkit.fluxcd.io/"


class Reference(NamedTuple):
    """Another document, by kind, namespace and name."""

    kind: str
    namespace: str
    name: str


class Chart(NamedTuple):
    """A chart by its name; `version` is what is asked for: exact, a range, or "" for any."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesFrom:
    """A document that holds values.

    Attributes:
        document: the ConfigMap or Secret.
        key: which of its data.
        target: the path into the values that it sets, as `--set` writes it; "" when it is a whole values file.
        optional: whether it may be missing.
        literal: whether the text is taken as it stands.
    """

    document: Reference
    key: str = "values.yaml"
    target: str = ""
    optional: bool = False
    literal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What installs a chart, as far as its own document tells.

    Attributes:
        document: which document it is.
        chart: the chart, where the document names it.
        source: the document that names the chart otherwise.
        values: what it sets itself, with its path in the document, in the order in which it counts.
        values_from: other documents that hold values, in their order.
        sets: single values (k3s' `set`), which count after all others.
        changes: of a HelmChartConfig, the HelmChart that it adds to.
    """

    document: Reference
    chart: Chart | None = None
    source: Reference | None = None
    values: tuple[tuple[tuple[str, ...], Mapping[str, Any] | str], ...] = ()
    values_from: tuple[ValuesFrom, ...] = ()
    sets: Mapping[str, Any] | None = None
    changes: Reference | None = None

    @property
    def needs(self) -> tuple[Reference, ...]:
        """Every other document that decides chart or values, each once, in order."""
        found = [self.source, self.changes, *(one.document for one in self.values_from)]
        return tuple(dict.fromkeys(one for one in found if one is not None))


def release_of(body: Mapping[str, Any]) -> Release | None:
    """Return the release that a document describes; None for other kinds, and where it has no spec."""
    version, kind = str(body.get("apiVersion", "")), body.get("kind")
    spec = _mapping(body.get("spec"))
    if kind == "HelmRelease" and version.startswith(_FLUX):
        return _flux(_identity(body), spec)
    if kind in {"HelmChart", "HelmChartConfig"} and version.startswith(_K3S):
        return _k3s(_identity(body), spec)
    return None


def _identity(body: Mapping[str, Any]) -> Reference:
    metadata = _mapping(body.get("metadata"))
    return Reference(str(body.get("kind", "")), _text(metadata, "namespace"), _text(metadata, "name"))


def _flux(document: Reference, spec: Mapping[str, Any]) -> Release:
    release = Release(
        document=document,
        values=((("spec", "values"), _mapping(spec.get("values"))),) if spec.get("values") else (),
        values_from=tuple(_values_from(spec, document.namespace)),
    )
    if "chartRef" in spec:
        return replace(release, source=_reference(_mapping(spec["chartRef"]), document.namespace))
    return replace(release, chart=_chart_of_spec(_mapping(_mapping(spec.get("chart")).get("spec"))))


def _chart_of_spec(spec: Mapping[str, Any]) -> Chart | None:
    """Return the chart of a HelmChart's spec. A chart in git or a bucket has the version that lies there."""
    if not _text(spec, "chart") or _text(_mapping(spec.get("sourceRef")), "kind") != "HelmRepository":
        return None
    return Chart(_text(spec, "chart"), _text(spec, "version"))


def _reference(reference: Mapping[str, Any], namespace: str) -> Reference:
    return Reference(
        _text(reference, "kind"), _text(reference, "namespace") or namespace, _text(reference, "name")
    )


def _values_from(spec: Mapping[str, Any], namespace: str) -> Iterator[ValuesFrom]:
    for one in _mappings(spec.get("valuesFrom")):
        yield ValuesFrom(
            document=Reference(_text(one, "kind"), namespace, _text(one, "name")),
            key=_text(one, "valuesKey") or "values.yaml",
            target=_text(one, "targetPath"),
            optional=one.get("optional") is True,
            literal=one.get("literal") is True,
        )


def _k3s(document: Reference, spec: Mapping[str, Any]) -> Release:
    chart = (
        Chart(*split_reference(_text(spec, "chart"), _text(spec, "version")))
        if _text(spec, "chart")
        else None
    )
    changes: Literal["HelmChart"] | None = "HelmChart" if document.kind == "HelmChartConfig" else None
    return Release(
        document=document,
        chart=chart,
        values=tuple(_own_values(spec)),
        values_from=tuple(_values_secrets(spec, document.namespace)),
        sets=_mapping(spec.get("set")),
        changes=document._replace(kind=changes) if changes else None,
    )


def _own_values(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any] | str]]:
    if content := _text(spec, "valuesContent"):
        yield ("spec", "valuesContent"), content
    if values := _mapping(spec.get("values")):
        yield ("spec", "values"), values


def _values_secrets(spec: Mapping[str, Any], namespace: str) -> Iterator[ValuesFrom]:
    for one in _mappings(spec.get("valuesSecrets")):
        for key in one.get("keys") or ():
            yield ValuesFrom(
                document=Reference("Secret", namespace, _text(one, "name")),
                key=str(key),
                optional=one.get("ignoreUpdates") is True,
            )


def chart_of(release: Release, sources: Mapping[Reference, Mapping[str, Any]]) -> Chart | None:
    """Return the chart of a release, with the help of the documents that it needs; None where that is not told."""
    if release.chart is not None:
        return release.chart
    body = sources.get(release.source) if release.source else None
    if body is None or not str(body.get("apiVersion", "")).startswith(_FLUX_SOURCE):
        return None
    spec = _mapping(body.get("spec"))
    if body.get("kind") == "HelmChart":
        return _chart_of_spec(spec)
    if body.get("kind") == "OCIRepository":
        ref = _mapping(spec.get("ref"))
        return Chart(*split_reference(_text(spec, "url"), _text(ref, "semver") or _text(ref, "tag")))
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return "" if value is None else str(value)
