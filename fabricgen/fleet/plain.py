"""What was found of a description as plain lists and texts: for a pipe between processes, and for the memory.

Of the texts that only exist in memory those come along that a finding is about; fixes are for `lint` alone.
"""

from dataclasses import astuple
from pathlib import Path
from typing import Any

from fabricgen.check.drift import Difference, Drift
from fabricgen.errors import Problem
from fabricgen.finding import Finding
from fabricgen.lint.outcome import Found, Outcome
from fabricgen.pipeline import Checked

Plain = list[Any]
"""Lists, texts, numbers, and nothing else: what `marshal` and JSON carry."""

_FINDING = tuple(Finding.__dataclass_fields__)


def plain_of(checked: Checked) -> Plain:
    """Return all that `checked_of` needs."""
    outcome, drift = checked.outcome, checked.drift
    told = {one.finding.file for one in outcome.found}
    return [
        checked.name,
        str(drift.root),
        [[one.path, one.kind, one.message, one.hint] for one in drift.differences],
        [[list(astuple(one.finding)), list(one.path), list(one.clusters)] for one in outcome.found],
        [outcome.suppressed, outcome.known, list(outcome.gone), outcome.files, outcome.documents],
        {file: text for file, text in outcome.texts.items() if file in told},
    ]


def checked_of(plain: Plain) -> Checked:
    """Return what `plain_of` was given."""
    name, root, differences, found, (suppressed, known, gone, files, documents), texts = plain
    drift = Drift(
        root=Path(root),
        differences=tuple(
            Difference(path=path, kind=kind, message=message, hint=hint)
            for path, kind, message, hint in differences
        ),
    )
    outcome = Outcome(
        found=tuple(
            Found(
                finding=Finding(**dict(zip(_FINDING, finding, strict=True))),
                path=tuple(path),
                clusters=tuple(clusters),
            )
            for finding, path, clusters in found
        ),
        suppressed=suppressed,
        known=known,
        gone=tuple(gone),
        files=files,
        documents=documents,
        texts=texts,
    )
    return Checked(name=name, drift=drift, outcome=outcome)


def plain_problem(problem: Problem) -> Plain:
    """Return all that `problem_of` needs."""
    return [
        problem.message,
        list(problem.path),
        problem.file,
        problem.line,
        problem.column,
        problem.hint,
    ]


def problem_of(plain: Plain) -> Problem:
    """Return what `plain_problem` was given."""
    message, path, file, line, column, hint = plain
    return Problem(message=message, path=tuple(path), file=file, line=line, column=column, hint=hint)
