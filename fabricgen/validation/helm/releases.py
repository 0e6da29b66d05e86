"""One release: what is wrong with its values where it tells all by itself, or what it waits for.

Used by `documents` for each release that it judges. What is awaited is looked up by `last`, at the end of the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fabricgen.charts.layers import layers_of
from fabricgen.charts.releases import Chart, release_of
from fabricgen.finding import Finding
from fabricgen.schemas import SchemaError
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.helm.values import Written, without_secrets
from fabricgen.validation.place import Place
from fabricgen.validation.result import Verdict
from fabricgen.validation.review import Pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """Judges the values of releases by what is known of `charts`."""

    charts: Charts

    def judge(self, body: Mapping[str, Any], verdict: Verdict, place: Place) -> Verdict | Pending:
        """Return the verdict with what is wrong in the values of `body`; pending if other documents decide that."""
        release = release_of(body)
        if release is None or not (release.values or release.values_from or release.sets):
            return verdict
        awaited = release.source or release.changes
        if release.chart is None and awaited is not None:
            return Pending(verdict=verdict, source=awaited.name)
        if release.chart is None or release.chart.name not in self.charts.names:
            return verdict
        if release.values_from:
            return Pending(verdict=verdict)
        written = Written(layers=layers_of(release, {}), documents={release.document: place})
        return self.judge_values(written, release.chart, verdict)

    def judge_values(self, written: Written, chart: Chart, verdict: Verdict) -> Verdict:
        """Return the verdict with what is wrong in values wherever they are written; warnings leave it as it was."""
        layers = without_secrets(written.layers)
        try:
            problems = self.charts.problems(layers.merged(), chart)
        except SchemaError as error:
            return _unjudged(verdict, str(error))
        findings = tuple(replace(written, layers=layers).findings(problems))
        wrong = any(one.severity == "error" for one in findings) and verdict.status != "error"
        return replace(
            verdict,
            status="invalid" if wrong else verdict.status,
            reason="" if wrong else verdict.reason,
            findings=(*verdict.findings, *findings),
        )


def _unjudged(verdict: Verdict, reason: str) -> Verdict:
    finding = Finding(rule="SCH004", severity="error", file=verdict.file, line=verdict.line, message=reason)
    return replace(verdict, status="error", findings=(*verdict.findings, finding))
