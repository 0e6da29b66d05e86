"""The baseline: what is known is not told, what is gone is said."""

import json
from pathlib import Path

import pytest
from scratch_repository import RELEASE, commit_all, write_files

from fabricgen.cli import main

BASELINE = ".known.json"
LINT = ["lint", "--only", "RTE001,YML001", "--baseline", BASELINE]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one known finding, which is the current folder."""
    commit_all(write_files(tmp_path, {"a/release.yaml": RELEASE}))
    monkeypatch.chdir(tmp_path)
    assert main([*LINT, "--update-baseline"]) == 0
    return tmp_path


def test_a_known_finding_is_not_told_even_when_its_line_moves(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(repository, {"a/release.yaml": f"# moved\n\n{RELEASE}"})

    assert main(LINT) == 0
    assert capsys.readouterr().out == "nothing found; 1 file with 1 document read; 1 known by the baseline\n"


def test_a_new_finding_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(repository, {"a/new.yaml": "a: [1\n"})

    main(LINT)

    told = capsys.readouterr().out
    assert "YML001" in told
    assert "RTE001" not in told
    assert "1 warning in 1 file" in told


def test_what_is_gone_is_said_and_dropped_by_the_next_update(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(repository, {"a/release.yaml": RELEASE.replace("dsr", "snat")})

    assert main(LINT) == 0
    told = capsys.readouterr().out
    assert "no longer occurs: RTE001 in a/release.yaml: HelmRelease kube-system/cilium" in told
    assert "1 entry of the baseline no longer occurs" in told
    assert main([*LINT, "--update-baseline"]) == 0
    assert json.loads((repository / BASELINE).read_text(encoding="utf-8"))["findings"] == []


@pytest.mark.parametrize("part", [["--only", "RTE002"], ["other"]])
def test_an_entry_that_the_run_is_not_about_is_neither_gone_nor_dropped(
    repository: Path, part: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(repository, {"other/a.yaml": "a: 1\n"})
    before = (repository / BASELINE).read_bytes()
    arguments = ["lint", "--baseline", BASELINE, *part]

    assert main(arguments) == 0
    assert "no longer" not in capsys.readouterr().out
    assert main([*arguments, "--update-baseline"]) == 0
    assert (repository / BASELINE).read_bytes() == before


def test_the_settings_can_name_the_baseline(repository: Path) -> None:
    write_files(repository, {".fabricgen.yaml": f"baseline: {BASELINE}\n"})

    assert main(["lint", "--only", "RTE001"]) == 0


def test_the_file_is_the_same_for_the_same_findings(repository: Path) -> None:
    before = (repository / BASELINE).read_bytes()

    main([*LINT, "--update-baseline"])

    assert (repository / BASELINE).read_bytes() == before
    assert before.endswith(b"\n]}\n")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}']
)
def test_what_is_no_baseline_is_refused(
    repository: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(repository, {BASELINE: text})

    assert main(LINT) == 2
    assert BASELINE in capsys.readouterr().err


def test_a_baseline_that_is_not_there_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(repository), "--baseline", "typo.json"]) == 2
    assert "typo.json: there is no such file; write it with --update-baseline" in capsys.readouterr().err


def test_an_update_needs_a_file(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(repository), "--update-baseline"]) == 2
    assert "name it with --baseline" in capsys.readouterr().err
