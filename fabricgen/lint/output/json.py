"""`--format json`: findings and how many there are of each severity; the shape is a promise."""

from fabricgen.lint.outcome import Outcome
from fabricgen.lint.output import Telling
from fabricgen.validation.output.findings_json import write_findings


def write(outcome: Outcome, telling: Telling) -> None:
    """Write one object: `findings` and `summary`."""
    write_findings(outcome.findings, out=telling.out)
