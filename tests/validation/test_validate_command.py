"""`fabricgen validate` around its engine: what it reads, what it tells where, and its exit codes."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

import pytest
from verdict_examples import FILES, NOTHING, SCHEMA_PLACE, SUMMARY, VERDICTS, write_files

from fabricgen import __version__
from fabricgen.commands.validate import run, tell
from fabricgen.commands.validate_options import read_settings
from fabricgen.errors import ProblemsError
from fabricgen.validation.output import FORMS, Style, open_report
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


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example files, and the schema of Deployments beside them; this is where the run is."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path / "files")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "files"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["-schema-location", SCHEMA_PLACE, "-skip", "Secret", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def _statuses(text: str) -> list[tuple[str, str, str, str]]:
    told = json.loads(text)["resources"]
    name = "{{ generateName }}"  # kubeconform adds it to a name that the API server will make up
    return sorted(
        (one["filename"], one["kind"], one["name"].removesuffix(name), one["status"]) for one in told
    )


@pytest.mark.tools
def test_a_whole_run_says_of_each_document_what_kubeconform_says(
    files: Path, tool: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    flags = (
        "-schema-location",
        SCHEMA_PLACE,
        "-skip",
        "Secret",
        "-strict",
        "-output",
        "json",
        "-verbose",
        "-summary",
        ".",
    )
    theirs = subprocess.run(
        [tool("kubeconform"), *flags], cwd=files, capture_output=True, text=True, check=False
    )

    code = run(flags)

    ours = capsys.readouterr().out
    assert _statuses(ours) == _statuses(theirs.stdout)
    assert code == theirs.returncode == 1


@pytest.mark.usefixtures("files")
def test_a_run_tells_what_is_wrong_where(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = _run(capsys, "b-invalid.yaml", "-summary")

    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "b-invalid.yaml - Deployment web is invalid: 1 problem"
    assert lines[1].startswith("  b-invalid.yaml:6:3: spec.replicas: ")
    assert lines[2] == "Summary: 1 resource found in 1 file - Valid: 0, Invalid: 1, Errors: 0, Skipped: 0"


@pytest.mark.usefixtures("files")
def test_what_is_piped_in_is_validated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("b-invalid.yaml").open(encoding="utf-8") as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        code, out, _ = _run(capsys, "-summary")

    assert code == 1
    assert out.splitlines()[0] == "stdin - Deployment web is invalid: 1 problem"
    assert "found parsing stdin" in out


@pytest.mark.usefixtures("files")
def test_the_run_ends_with_the_first_document_that_is_not_valid(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "-exit-on-error", "-output=tap", ".")

    assert code == 1
    assert [line.partition(" -")[0] for line in out.splitlines() if not line.startswith("#")] == [
        "TAP version 13",
        "ok 1",
        "not ok 2",
        "1..2",
    ]


@pytest.mark.usefixtures("files")
def test_a_path_that_is_not_there_stops_the_run_before_it_says_anything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ProblemsError, match=r"did you mean a-valid\.yaml") as refused:
        _run(capsys, "a-vaild.yaml", "b-invalid.yaml", "-output", "json")

    assert refused.value.exit_code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("form", FORMS)
def test_every_form_survives_a_name_that_no_encoding_knows_and_a_plain_locale(form: str) -> None:
    Path(os.fsdecode(b"b-\xff\xc3\xa9.yaml")).write_text(FILES["b-invalid.yaml"], encoding="utf-8")
    program = "import sys; from fabricgen.commands.validate import run; sys.exit(run(sys.argv[1:]))"
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
    }

    done = subprocess.run(
        [sys.executable, "-c", program, "-schema-location", SCHEMA_PLACE, "-output", form, "."],
        capture_output=True,
        check=False,
        env=environment,
    )

    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
    assert "b-" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("flag", "environment", "colored"),
    [
        ("--color=always", {"NO_COLOR": "1"}, True),
        ("--color=auto", {}, False),
        ("--color=never", {}, False),
    ],
)
@pytest.mark.usefixtures("files")
def test_colours_are_used_where_they_are_wanted(
    flag: str,
    environment: dict[str, str],
    colored: bool,  # noqa: FBT001 - a column of a table
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, **environment})

    _, out, _ = _run(capsys, "-output=pretty", flag, "b-invalid.yaml")

    assert ("\x1b[31m" in out) is colored


@pytest.mark.parametrize(
    ("environment", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
@pytest.mark.usefixtures("files")
def test_a_terminal_has_colours_unless_it_or_its_owner_says_no(
    environment: dict[str, str],
    colored: bool,  # noqa: FBT001 - a column of a table
) -> None:
    reader, terminal = pty.openpty()
    program = "import sys; from fabricgen.commands.validate import run; sys.exit(run(sys.argv[1:]))"
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}

    subprocess.run(
        [sys.executable, "-c", program, "-schema-location", SCHEMA_PLACE, "-output=pretty", "b-invalid.yaml"],
        stdout=terminal,
        check=False,
        env={**plain, "TERM": "xterm", **environment},
    )

    os.close(terminal)
    assert (b"\x1b[31m" in os.read(reader, 10_000)) is colored
    os.close(reader)


@pytest.mark.usefixtures("files")
def test_debug_says_on_stderr_what_the_run_uses(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = _run(capsys, "-debug", "a-valid.yaml", "-n=1")

    assert out == ""
    assert f"fabricgen {__version__}" in err
    assert SCHEMA_PLACE in err
