"""`fabricgen validate` around its engine: what it reads, what it tells where, and its exit codes."""

import os
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from verdict_examples import NOTHING, SUMMARY, VERDICTS

from fabricgen import __version__
from fabricgen.commands.validate import run, tell
from fabricgen.commands.validate_options import read_settings
from fabricgen.errors import ProblemsError
from fabricgen.validation.output import Style, open_report
from fabricgen.validation.result import Summary, Verdict


def _tell(results: Sequence[Verdict | Summary], *flags: str) -> tuple[int, str]:
    settings = read_settings(flags)
    out = StringIO()
    report = open_report(settings.output, out=out, style=Style(summary=settings.summary))
    return tell(results, report=report, settings=settings), out.getvalue()


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (Summary(files=1, valid=1, invalid=0, errors=0, skipped=1), 0),
        (Summary(files=1, valid=1, invalid=1, errors=0, skipped=0), 1),
        (Summary(files=1, valid=1, invalid=0, errors=1, skipped=0), 1),
        (NOTHING, 0),
    ],
)
def test_the_exit_code_tells_whether_all_is_valid(summary: Summary, code: int) -> None:
    assert _tell([summary]) == (code, "")


def test_verdicts_are_told_as_they_come_and_the_summary_last() -> None:
    _, text = _tell([*VERDICTS, SUMMARY], "-summary")

    assert text.splitlines()[0] == "b-invalid.yaml - Deployment web is invalid: 1 problem"
    assert text.splitlines()[-2].startswith("Summary: 7 resources found in 6 files")


def test_a_run_without_files_says_so_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    _tell([NOTHING])

    assert capsys.readouterr().err == "no .yaml, .yml or .json file found\n"


@pytest.mark.parametrize(
    ("flags", "told"),
    [((), True), (("-output=json",), True), (("-output=tap", "-summary"), True), (("-summary",), False)],
)
def test_kinds_without_a_schema_are_told_of_on_stderr_unless_they_are_in_the_summary(
    flags: tuple[str, ...],
    told: bool,  # noqa: FBT001 - a column of a table
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tell([SUMMARY], *flags)

    assert ("No schema for: example.com/v1/Widget (1 document)\n" in capsys.readouterr().err) is told


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-v"]) == 0

    assert capsys.readouterr().out == f"fabricgen {__version__}\n"


def test_without_a_path_and_without_a_pipe_there_is_nothing_to_validate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Path(os.devnull).open(encoding="utf-8") as null:
        monkeypatch.setattr(sys, "stdin", null)
        with pytest.raises(ProblemsError, match="there is nothing to validate") as refused:
            run([])

    assert refused.value.exit_code == 2


def test_a_closed_stdin_is_nothing_to_validate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(ProblemsError, match="nothing is piped in"):
        run(["-summary"])
