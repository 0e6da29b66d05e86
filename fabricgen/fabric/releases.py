"""Where Cilium is installed from: HelmReleases, k3s HelmCharts, and the values of whoever brings it up before Flux."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, Final

from fabricgen.charts.layers import merged_values
from fabricgen.fabric.cilium import CiliumRelease
from fabricgen.repository import Item
from fabricgen.versions import Version, parse_version
from fabricgen.yamlio import YamlSyntaxError, read_documents

FLUX_HELM: Final = "helm.toolkit.fluxcd.io"
SOURCES: Final = "source.toolkit.fluxcd.io"
_CHART: Final = "cilium"
# A file of values has no kind; these keys together are nobody's but Cilium's.
_VALUES_KEYS: Final = frozenset(
    {
        "autoDirectNodeRoutes",
        "bpf",
        "cgroup",
        "hubble",
        "ipam",
        "ipv4NativeRoutingCIDR",
        "k8sServiceHost",
        "kubeProxyReplacement",
        "l2announcements",
        "routingMode",
        "tunnelProtocol",
    }
)
_ENOUGH_KEYS: Final = 3
_LONGEST: Final = 53
_KEPT: Final = 40
_DIGITS: Final = 12
Place = tuple[Item, tuple[str | int, ...]]


def find_cilium(items: Sequence[Item]) -> Iterator[CiliumRelease]:
    """Yield every release of Cilium: first those of Flux, then k3s' own, then values that stand alone.

    Where Flux applies anything, a HelmRelease that it does not apply is none: a draft, or another cluster's. The
    values.yaml of a chart that stands in the repository are its defaults, not what anyone installs.
    """
    sources = [item for item in items if item.group == SOURCES]
    applied = [item for item in items if item.layer is not None] or items
    for item in applied:
        if item.group == FLUX_HELM and item.kind == "HelmRelease" and chart_of(item, sources)[0] == _CHART:
            yield _of_flux(item, items)
    for item in items:
        if (item.group, item.kind) == ("helm.cattle.io", "HelmChart") and _chart_name(
            item.get("spec", "chart")
        ) == _CHART:
            yield _of_k3s(item)
    vendored = {_folder(item) for item in items if PurePosixPath(item.origin.file).name == "Chart.yaml"}
    for item in items:
        own = PurePosixPath(item.origin.file).name == "values.yaml" and _folder(item) in vendored
        if not own and "kind" not in item.body and len(item.body.keys() & _VALUES_KEYS) >= _ENOUGH_KEYS:
            yield _of_values(item)


def _folder(item: Item) -> PurePosixPath:
    return PurePosixPath(item.origin.file).parent


def chart_of(item: Item, items: Sequence[Item]) -> tuple[str, str]:
    """Return name and version of a HelmRelease's chart, as written; empty texts where nothing tells them."""
    if item.get("spec", "chart"):
        spec = item.mapping("spec", "chart", "spec")
        return _chart_name(spec.get("chart")), str(spec.get("version") or "")
    reference = item.mapping("spec", "chartRef")
    namespace = reference.get("namespace") or item.namespace
    for one in items:
        same = (
            one.kind == reference.get("kind") and one.name == reference.get("name") and one.group == SOURCES
        )
        if not same or (one.namespace and namespace and one.namespace != namespace):
            continue
        if one.kind == "HelmChart":
            return _chart_name(one.get("spec", "chart")), str(one.get("spec", "version") or "")
        ref = one.mapping("spec", "ref")
        tag = str(ref.get("tag") or ref.get("semver") or "")
        return _chart_name(one.get("spec", "url")), tag.partition("@")[0]
    return "", ""


def _chart_name(written: object) -> str:
    return str(written or "").rstrip("/").rpartition("/")[2]


def _of_flux(item: Item, items: Sequence[Item]) -> CiliumRelease:
    values: Any = {}
    elsewhere: dict[str, Place] = {}
    complete = True
    for reference in item.items("spec", "valuesFrom"):
        found = _values_from(reference, item, items) if isinstance(reference, Mapping) else None
        complete &= found is not None
        if found is not None:
            elsewhere |= dict.fromkeys(found[0], _place(found[1], found[2]))
            values = merged_values((values, found[0]))
    own = item.mapping("spec", "values")
    values = merged_values((values, own))
    target = item.get("spec", "targetNamespace") or item.namespace
    return CiliumRelease(
        item=item,
        role="flux",
        prefix=("spec", "values"),
        release=release_name(item),
        namespace=str(target or ""),
        storage=str(item.get("spec", "storageNamespace") or item.namespace),
        **_version(chart_of(item, items)[1]),
        values=values,
        complete=complete,
        elsewhere={key: place for key, place in elsewhere.items() if key not in own},
    )


def _place(item: Item, key: str) -> Place:
    """Return where the values in a ConfigMap start: in the file that it is made of, if there is one."""
    if (part := item.parts.get(key)) is not None and isinstance(part.body, Mapping):
        return Item(origin=part, body=part.body), ()
    return item, ("data", key)


def release_name(item: Item) -> str:
    """Return what helm-controller calls a release: as told, else by namespace and name, cut where too long.

    Source: <https://fluxcd.io/flux/components/helm/helmreleases/#release-name>.
    """
    if told := item.get("spec", "releaseName"):
        return str(told)
    target = item.get("spec", "targetNamespace")
    name = f"{target}-{item.name}" if target else item.name
    if len(name) <= _LONGEST:
        return name
    return f"{name[:_KEPT]}-{sha256(name.encode()).hexdigest()[:_DIGITS]}"


def _values_from(
    reference: Mapping[str, Any], item: Item, items: Sequence[Item]
) -> tuple[dict[str, Any], Item, str] | None:
    if reference.get("kind") != "ConfigMap" or reference.get("targetPath"):
        return None
    key = str(reference.get("valuesKey") or "values.yaml")
    for one in items:
        if (one.kind, one.name) == ("ConfigMap", reference.get("name")) and one.namespace in {
            "",
            item.namespace,
        }:
            values = read_values(one.get("data", key))
            return None if values is None or not one.exact else (values, one, key)
    return None


def read_values(text: object) -> dict[str, Any] | None:
    """Return the values that a text of YAML holds; None if it is no such text."""
    if not isinstance(text, str):
        return None
    try:
        documents = read_documents(text)
    except YamlSyntaxError:
        return None
    if not documents:
        return {}
    value = documents[0].value
    return dict(value) if isinstance(value, Mapping) else None


def _of_k3s(item: Item) -> CiliumRelease:
    written = item.get("spec", "valuesContent")
    values = read_values(written)
    own = item.mapping("spec", "values")
    filled_in = bool(written) and values is None  # a placeholder, for which somebody puts the values
    namespace = str(item.get("spec", "targetNamespace") or item.namespace or "default")
    return CiliumRelease(
        item=item,
        role="k3s",
        prefix=("spec", "valuesContent") if values else ("spec", "values"),
        release=item.name,
        namespace=namespace,
        storage=namespace,
        **_version(str(item.get("spec", "version") or "")),
        values=merged_values((values or {}, own)),
        complete=not (filled_in or item.get("spec", "valuesSecrets") or item.get("spec", "set")),
        elsewhere={},
    )


def _of_values(item: Item) -> CiliumRelease:
    folder = PurePosixPath(item.origin.file).parent.name
    return CiliumRelease(
        item=item,
        role="bootstrap",
        prefix=(),
        release=folder if re.fullmatch(r"cilium[\w-]*", folder) else _CHART,
        namespace="",
        storage="",
        version=None,
        values=item.body,
        complete=True,
        elsewhere={},
    )


def _version(written: str) -> dict[str, Any]:
    version: Version | None = None
    try:
        version = parse_version(written) if written else None
    except ValueError:
        version = None
    return {"version": version, "range": written}
