"""Cilium's Helm values for the install before Flux: the values of the HelmRelease, as a file and as k3s' HelmChart.

Fed by the settings of `documents.cilium`, so that they cannot differ.
Sources: https://docs.k3s.io/add-ons/helm and pkg/controllers/chart/chart.go in https://github.com/k3s-io/helm-controller .
"""

from collections.abc import Iterator
from typing import Any

from fabricgen import yamlio
from fabricgen.cluster import Chart, Cilium, Cluster
from fabricgen.documents.bootstrap.cilium import VALUES
from fabricgen.documents.cilium import value_settings
from fabricgen.documents.cilium.release import NAME, NAMESPACE
from fabricgen.documents.document import Draft, Part, Setting, setting

HELM_CHART = "bootstrap/cilium-helmchart.yaml"
DOCS = "https://docs.k3s.io/add-ons/helm"
CONTROLLER = "https://github.com/k3s-io/helm-controller/blob/master/pkg/controllers/chart/chart.go"

_VALUES_HEADER = (
    "Rendered by fabricgen from the description of {name}: the very values of infrastructure/cilium/release.yaml,\n"
    "for the install before Flux runs. A test compares the two."
)
_CHART_HEADER = (
    "Rendered by fabricgen from the description of {name}: for machines without helm, see bootstrap/README.md.\n"
    "Not for git's synced folders: k3s installs it, and before Flux starts k3s has to let go of it again."
)


def drafts(cluster: Cluster, cilium: Cilium) -> Iterator[Draft]:
    """Yield the values file, and with k3s the HelmChart."""
    part = Part(base={}, settings=value_settings(cluster))
    header = _VALUES_HEADER.format(name=cluster.name)
    yield Draft(path=VALUES, template=f"{VALUES}.j2", parts=(part,), header=header)
    if cluster.k3s is not None:
        header = _CHART_HEADER.format(name=cluster.name)
        chart = _helm_chart(cilium, part.body)
        yield Draft(path=HELM_CHART, template=f"{HELM_CHART}.j2", parts=(chart,), header=header)


def _helm_chart(cilium: Cilium, values: dict[str, Any]) -> Part:
    # k3s' controller takes the name of the object as the name of the release.
    metadata = {"name": NAME, "namespace": NAMESPACE}
    base = {"apiVersion": "helm.cattle.io/v1", "kind": "HelmChart", "metadata": metadata}
    settings = (*_place(cilium.chart), *_install(), _values(values))
    return Part(base=base, settings=tuple(one.under("spec") for one in settings))


def _place(chart: Chart) -> Iterator[Setting]:
    if chart.oci:
        yield setting("chart", chart.url, why="where the chart is published", source=DOCS)
    else:
        yield setting("repo", chart.url, why="where the chart is published", source=DOCS)
        yield setting("chart", NAME, why="the chart in that repository", source=DOCS)
    why = "the version of the HelmRelease: another one would be an upgrade when Flux takes over"
    yield setting("version", str(chart.version), why=why, source=DOCS)


def _install() -> Iterator[Setting]:
    why = "the namespace of the HelmRelease; Helm keeps its record of the release there, where Flux looks for it"
    yield setting("targetNamespace", NAMESPACE, why=why, source=DOCS)
    why = "the job that installs it runs in the host's network and on nodes that are not ready, so before there is a CNI"
    yield setting("bootstrap", value=True, why=why, source=CONTROLLER)
    why = "the default after a failure is to uninstall and to install again, which must never happen to a CNI"
    yield setting("failurePolicy", "abort", why=why, source=DOCS)


def _values(values: dict[str, Any]) -> Setting:
    why = "the values of the HelmRelease; what each is for stands in cilium-values.yaml"
    return setting("valuesContent", yamlio.dump_document(values), why=why, source=DOCS)
