"""`--format github`: annotations of a GitHub or Forgejo run, and the numbers in its log."""

from fabricgen.lint.outcome import Outcome
from fabricgen.lint.output import Telling
from fabricgen.lint.output.numbers import numbers_of
from fabricgen.validation.output.github import GitHub
from fabricgen.validation.output.report import Style


def write(outcome: Outcome, telling: Telling) -> None:
    """Write an annotation for each finding that GitHub shows, a line for each other."""
    report = GitHub(telling.out, Style(root=telling.root))
    for finding in outcome.findings:
        report.tell(finding)
    report.tell_rest()
    telling.out.write(f"{numbers_of(outcome)}\n")
