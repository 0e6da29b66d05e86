"""What the page tells of how things stand: findings, and what a render would change.

Fed by the pipeline's check of the description; what a change means is told by `diff`.
"""

from io import StringIO
from pathlib import Path

from fabricgen import pipeline
from fabricgen.check.described import Described
from fabricgen.check.drift import Drift
from fabricgen.documents.markdown import code, prose, source
from fabricgen.finding import Finding
from fabricgen.lint.outcome import SEVERITIES, Outcome
from fabricgen.pipeline import Rendered
from fabricgen.report.table import Section, table


def findings(outcome: Outcome) -> Section:
    """Return what the rules found, the worst first."""
    found = sorted(outcome.findings, key=lambda one: SEVERITIES.index(one.severity))
    heads = ("Severity", "Rule", "What", "Where", "Why", "What to do", "Source")
    if not found:
        told = f"Nothing in {outcome.files} files is found fault with."
        return Section(key="findings", title="Findings", told=told)
    rows = (_finding(one) for one in found)
    told = "What schemas, charts and the rules of `fabricgen lint` say; `fabricgen check` says the same."
    return Section(key="findings", title="Findings", told=told, tables=(table("Findings", heads, rows),))


def _finding(one: Finding) -> tuple[str, ...]:
    place = f"{one.file}:{one.line}" if one.line else one.file
    where = " ".join(code(part) for part in (place, one.path or one.object) if part)
    return (
        one.severity,
        one.rule,
        prose(one.message),
        where,
        prose(one.why),
        prose(one.fix),
        source(one.source),
    )


def drift(found: Drift, described: Described, *, output: Path) -> Section:
    """Return which files of the tree are not what would be rendered, and what rendering them would mean."""
    if not found.differences:
        return Section(
            key="plan", title="Plan", told="The tree is what the description renders to: nothing to do."
        )
    if not found.root.exists():
        many = len(found.differences)
        told = f"There is no tree at {code(str(found.root))} yet: `fabricgen render` writes its {many} files."
        return Section(key="plan", title="Plan", told=told)
    heads = ("File", "What", "What to do")
    rows = (
        (
            code(str(found.root / one.path)),
            prose(one.message),
            prose(one.hint),
        )
        for one in found.differences
    )
    return Section(
        key="plan",
        title="Plan",
        told="The tree is not what the description renders to.",
        tables=(table("Files that differ", heads, rows),),
        text="" if any(one.kind == "blocked" for one in found.differences) else _meaning(described, output),
    )


def _meaning(described: Described, output: Path) -> str:
    """Return what `fabricgen diff --meaning` says."""
    from fabricgen.diff.output import Telling, text  # noqa: PLC0415 - most trees are as rendered, and need none of it
    from fabricgen.diff.report import report_disk  # noqa: PLC0415 - the same

    rendered = Rendered(cluster=described.cluster, files=described.files, texts=described.texts)
    plan = pipeline.plan_output(rendered, output)
    told = StringIO()
    report = report_disk(rendered, plan, description=Path(described.loaded.file))
    text.write([report], Telling(out=told, unified=False))
    return told.getvalue().strip()
