"""The end of a run: releases whose chart, or whose values, other documents decide.

Used by `run`, once it knows which file has documents of which kind. Few runs have such releases of a chart that is
known; only for them are files read again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fabricgen.charts.layers import layers_of
from fabricgen.charts.releases import Chart, Reference, Release, chart_of, release_of
from fabricgen.validation.helm.generated import Made, find_generated
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.helm.nearby import Found, Nearby
from fabricgen.validation.helm.releases import Releases
from fabricgen.validation.helm.values import Written
from fabricgen.validation.identity import identify
from fabricgen.validation.result import Verdict
from fabricgen.validation.review import Pending
from fabricgen.validation.selection import Selection


@dataclass(frozen=True, kw_only=True)
class Last:
    """Finishes what is pending, by the documents that are at hand."""

    charts: Charts
    selection: Selection
    nearby: Nearby

    def finish(self, pending: Iterable[Pending]) -> Iterator[Verdict]:
        """Yield the verdict on each release, unchanged where nothing can be said about its values."""
        for one in pending:
            if one.source and one.source not in self._sources:
                yield one.verdict
            else:
                yield self._finished(one.verdict)

    @cached_property
    def _sources(self) -> frozenset[str]:
        """The names of all documents that name a chart which is known."""
        names = self.charts.names
        found = [one for path in self.nearby.sources for one in self.nearby.documents(path, mentioning=names)]
        return frozenset(
            _name(one.body) for one in found if (chart := _chart(one.body)) and chart.name in names
        )

    def _finished(self, verdict: Verdict) -> Verdict:
        found = self._read_again(verdict)
        release = release_of(self._judged_part(found.body)) if found else None
        if found is None or release is None:
            return verdict
        chart = self._chart_of(release, near=verdict.file)
        if chart is None or chart.name not in self.charts.names:
            return verdict
        bodies, made = self._values_of(release, near=verdict.file)
        layers = layers_of(release, {one: each.body for one, each in bodies.items()}, files=made)
        places = {one: each.place for one, each in bodies.items()} | {release.document: found.place}
        return Releases(charts=self.charts).judge_values(
            Written(layers=layers, documents=places), chart, verdict
        )

    def _judged_part(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.selection.without(body, key=(body["apiVersion"], body["kind"]))

    def _read_again(self, verdict: Verdict) -> Found | None:
        """Return the release that a verdict is about; None if it changed under our hands."""
        for found in self.nearby.documents(verdict.file, mentioning=(verdict.kind,)):
            if found.place.index == verdict.index:
                same = identify(found.body, found.place)
                if (same.api_version, same.kind, same.namespace, same.name) == _identity(verdict):
                    return found
        return None

    def _chart_of(self, release: Release, *, near: str) -> Chart | None:
        if release.chart is not None:
            return release.chart
        if release.changes is not None:
            changed = self.nearby.find(release.changes, near=near, k3s=True)
            return _chart(changed.body) if changed else None
        source = self.nearby.find(release.source, near=near) if release.source else None
        return chart_of(release, {release.source: source.body}) if source and release.source else None

    def _values_of(
        self, release: Release, *, near: str
    ) -> tuple[Mapping[Reference, Found], Mapping[Reference, Made]]:
        """Return the documents that hold values, and what kustomize makes others of."""
        bodies: dict[Reference, Found] = {}
        made: dict[Reference, Made] = {}
        for reference in dict.fromkeys(one.document for one in release.values_from):
            if (found := self.nearby.find(reference, near=near)) is not None:
                bodies[reference] = found
            elif (files := find_generated(reference, self.nearby, near=near)) is not None:
                made[reference] = files
        return bodies, made


def _chart(body: Mapping[str, Any]) -> Chart | None:
    """Return the chart that a document other than a HelmRelease names."""
    release = release_of(body)
    if release is not None:
        return release.chart
    itself = Reference("", "", "")
    return chart_of(Release(document=itself, source=itself), {itself: body})


def _name(body: Mapping[str, Any]) -> str:
    metadata = body.get("metadata")
    return str(metadata.get("name")) if isinstance(metadata, Mapping) else ""


def _identity(verdict: Verdict) -> tuple[str, str, str, str]:
    return verdict.api_version, verdict.kind, verdict.namespace, verdict.name
