"""`--format json`: everything, for programs; keys are only ever added."""

import json
from collections.abc import Iterable
from typing import Any

from fabricgen.diff.cause import Cause
from fabricgen.diff.output import Telling
from fabricgen.diff.report import Report
from fabricgen.diff.sums import format_steps
from fabricgen.diff.tree_diff import ObjectDiff, ValueChange
from fabricgen.diff.unified import unified
from fabricgen.impact import Impact


def write(reports: Iterable[Report], telling: Telling) -> None:
    """Write one document with all clusters, those that do not differ too."""
    content = {"clusters": [_cluster(one, telling) for one in reports]}
    telling.out.write(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n")


def _cluster(report: Report, telling: Telling) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "name": report.name,
        "root": report.root,
        "against": report.against,
        "differs": report.differs,
        "impact": _impact(report.impact),
        "unknown": report.tree.unknown,
        "edited": list(report.edited),
        "foreign": list(report.foreign),
    }
    if telling.meaning:
        whole["causes"] = None if report.causes is None else [_cause(one) for one in report.causes]
        whole["unexplained"] = report.unexplained
        whole["objects"] = [object_of(one) for one in report.tree.objects]
        whole["layout"] = list(report.tree.layout)
    if telling.unified:
        whole["unified"] = "".join(unified(one, root=report.root) for one in report.files)
    return whole


def _impact(impact: Impact | None) -> str:
    return "unknown" if impact is None else impact.name.lower().replace("_", "-")


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "changes": [
            {"path": format_steps(one.path), "before": one.before, "after": one.after, "does": one.does}
            for one in cause.changes
        ],
        "settings": cause.settings,
        "files": cause.files,
        "impact": _impact(cause.impact),
        "why": [one.why for one in cause.judgements],
        "sources": [one.source for one in cause.judgements],
    }


def object_of(one: ObjectDiff) -> dict[str, Any]:
    """Return one object that differs as JSON holds it."""
    return {
        "object": one.label,
        "file": one.file,
        "kind": one.kind,
        "movedFrom": one.moved_from,
        "impact": _impact(one.impact),
        "values": [_value(value) for value in one.values],
    }


def _value(value: ValueChange) -> dict[str, Any]:
    return {
        "path": format_steps(value.path),
        "before": value.before,
        "after": value.after,
        "does": value.does,
        "why": value.why,
        "source": value.source,
        "impact": _impact(value.judgement.impact),
        "impactWhy": value.judgement.why,
        "impactSource": value.judgement.source,
    }
