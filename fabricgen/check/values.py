"""The values of what Helm installs, against the chart at the version that the tree pins: keys, types and words.

Fed by all documents: releases with what names their chart, and the values that the cluster is brought up with.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from fabricgen.charts import ValuesProblem
from fabricgen.charts.layers import Layers, layers_of
from fabricgen.charts.releases import Chart, Reference, chart_of, release_of
from fabricgen.check.fault import Fault
from fabricgen.check.places import Placed, trees
from fabricgen.documents.bootstrap.cilium import VALUES
from fabricgen.documents.document import Document, File
from fabricgen.errors import Path
from fabricgen.validation.helm.known import Charts


class _Release(NamedTuple):
    document: Document
    chart: Chart
    layers: Layers


def wrong_values(files: tuple[File, ...], *, charts: Charts) -> Iterator[Fault]:
    """Yield a fault for each value that its chart does not read or take."""
    for tree in trees(files):
        documents = {_reference(one.document): one.document for one in tree}
        releases = tuple(_releases(tree, documents))
        for one in releases:
            for problem in charts.problems(one.layers.merged(), one.chart):
                place = one.layers.place_of(problem.path)
                document = documents.get(place.layer.document, one.document)
                yield _fault(document, problem, (*place.path, *place.inner))
        yield from _at_start(tree, releases, charts=charts)


def _releases(tree: tuple[Placed, ...], documents: Mapping[Reference, Document]) -> Iterator[_Release]:
    bodies = {reference: document.body for reference, document in documents.items()}
    for one in tree:
        release = release_of(one.document.body)
        chart = chart_of(release, bodies) if release else None
        if release is not None and chart is not None:
            yield _Release(one.document, chart, layers_of(release, bodies))


def _at_start(tree: tuple[Placed, ...], releases: Iterable[_Release], *, charts: Charts) -> Iterator[Fault]:
    """Yield what is wrong with the values that Cilium is brought up with: its chart is the release's."""
    chart = next((one.chart for one in releases if one.chart.name == "cilium"), None)
    for one in tree:
        if chart is not None and str(one.below) == VALUES:
            for problem in charts.problems(one.document.body, chart):
                yield _fault(one.document, problem, problem.path)


def _reference(document: Document) -> Reference:
    return Reference(document.identity.kind, document.identity.namespace, document.identity.name)


def _fault(document: Document, problem: ValuesProblem, path: Path) -> Fault:
    return Fault(
        document=document,
        rule=problem.rule,
        severity=problem.severity,
        path=path,
        message=problem.message,
        source=problem.source,
        fix=problem.hint,
    )
