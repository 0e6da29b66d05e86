"""`--format junit`: a suite a file, a case an object with findings; those that fail the run are failures."""

from collections.abc import Iterator
from itertools import groupby

from fabricgen.finding import Finding
from fabricgen.lint.outcome import SEVERITIES, Outcome
from fabricgen.lint.output import Telling
from fabricgen.validation.output.junit import JUnit
from fabricgen.validation.output.report import Style
from fabricgen.validation.result import Status, Summary, Verdict


def write(outcome: Outcome, telling: Telling) -> None:
    """Write JUnit's XML."""
    verdicts = list(_verdicts(outcome, telling))
    report = JUnit(telling.out, Style())
    for verdict in verdicts:
        report.add(verdict)
    invalid = sum(one.status == "invalid" for one in verdicts)
    report.finish(
        Summary(files=outcome.files, valid=len(verdicts) - invalid, invalid=invalid, errors=0, skipped=0)
    )


def _verdicts(outcome: Outcome, telling: Telling) -> Iterator[Verdict]:
    for (file, label), group in groupby(
        sorted(outcome.findings, key=lambda one: (one.file, one.object)),
        key=lambda one: (one.file, one.object),
    ):
        kind, _, name = label.partition(" ")
        findings = tuple(group)
        status: Status = "invalid" if any(_fails(one, telling) for one in findings) else "valid"
        yield Verdict(file=file, kind=kind, name=name or file, status=status, findings=findings)


def _fails(finding: Finding, telling: Telling) -> bool:
    return telling.fail_on is not None and SEVERITIES.index(finding.severity) <= SEVERITIES.index(
        telling.fail_on
    )
