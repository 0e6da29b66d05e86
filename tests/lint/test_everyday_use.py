"""What runs lint without being asked: hooks of pre-commit, the action, watching."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scratch_repository import RELEASE, commit_all, git, write_files

from fabricgen.cli import main
from fabricgen.lint.files import Files
from fabricgen.yamlio import read_value

ROOT = Path(__file__).resolve().parents[2]
FABRICGEN = Path(sys.executable).parent / "fabricgen"
HOOKS: list[dict[str, Any]] = read_value((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = read_value((ROOT / "action.yml").read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A Git repository with one finding."""
    commit_all(write_files(tmp_path / "repository", {"cilium/release.yaml": RELEASE}))
    return tmp_path / "repository"


def test_every_hook_runs_a_command_that_there_is() -> None:
    assert [hook["id"] for hook in HOOKS] == ["fabricgen-lint", "fabricgen-validate", "fabricgen-check"]
    assert [hook["entry"] for hook in HOOKS] == ["fabricgen lint", "fabricgen validate", "fabricgen check"]
    assert {hook["language"] for hook in HOOKS} == {"python"}


def test_the_hooks_have_the_form_that_pre_commit_reads() -> None:
    pre_commit = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")

    pre_commit.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))


def _pre_commit(folder: Path, home: Path) -> "subprocess.CompletedProcess[str]":
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    path = f"{FABRICGEN.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"],
        cwd=folder,
        env={**os.environ, "PATH": path, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("mode", "code", "said"), [("dsr", 1, "error RTE001"), ("snat", 0, "Passed")])
def test_pre_commit_stops_a_commit_with_an_error(
    repository: Path, tmp_path: Path, mode: str, code: int, said: str
) -> None:
    hook = {**HOOKS[0], "language": "system", "args": ["--only", "RTE001"]}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    write_files(
        repository,
        {".pre-commit-config.yaml": json.dumps(config), "cilium/release.yaml": RELEASE.replace("dsr", mode)},
    )
    git(repository, "add", "--all")

    done = _pre_commit(repository, tmp_path / "home")

    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout


def _act(repository: Path, **inputs: str) -> "subprocess.CompletedProcess[str]":
    """Run what the action runs, with the fabricgen that is installed here."""
    return subprocess.run(
        [str(ROOT / "scripts" / "action.sh")],
        cwd=repository,
        env={**os.environ, "FABRICGEN": str(FABRICGEN), **inputs},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_annotates_and_fails(repository: Path) -> None:
    done = _act(repository, ARGUMENTS="--only RTE001", PATHS="cilium other/..")

    assert done.returncode == 2
    assert "other" in done.stderr

    done = _act(repository, ARGUMENTS="--only RTE001", PATHS=".")

    assert done.returncode == 1
    assert done.stdout.startswith("::error file=cilium/release.yaml,line=16")


def test_the_action_writes_a_file_and_leaves_the_verdict_to_others(repository: Path, tmp_path: Path) -> None:
    out = tmp_path / "lint.sarif"

    done = _act(
        repository, FORMAT="sarif", OUTPUT=str(out), FAIL_ON="never", SINCE="HEAD", ARGUMENTS="--only RTE001"
    )

    assert done.returncode == 0
    assert '"version": "2.1.0"' in out.read_text(encoding="utf-8")


def test_the_action_checks_trees_too(tmp_path: Path) -> None:
    description = (ROOT / "clusters/talos-homelab.yaml").read_text(encoding="utf-8")
    write_files(tmp_path, {"clusters/lab.yaml": description})

    done = _act(tmp_path, COMMAND="check")

    assert done.returncode == 1
    assert done.stdout.startswith("::error file=gitops/talos-homelab/README.md,title=DRF001::drift: missing")


def test_the_action_runs_no_other_command(repository: Path) -> None:
    done = _act(repository, COMMAND="render")

    assert (done.returncode, done.stdout) == (2, "")
    assert "it is lint or check" in done.stderr


def test_the_action_hands_over_every_input_and_no_text_of_it_to_the_shell() -> None:
    step = ACTION["runs"]["steps"][-1]

    assert "${{" not in step["run"]
    assert set(step["env"]) == {"COMMAND", "PATHS", "SINCE", "FAIL_ON", "FORMAT", "OUTPUT", "ARGUMENTS"}
    assert set(ACTION["inputs"]) == {name.lower().replace("_", "-") for name in step["env"]} | {"python"}


@pytest.fixture
def watching(repository: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run of `--watch` over the repository."""
    process = subprocess.Popen(
        [str(FABRICGEN), "lint", "--watch", "--only", "RTE001"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def _line(process: "subprocess.Popen[str]") -> str:
    """Wait for the end of a round."""
    assert process.stderr is not None
    return process.stderr.readline()


def test_watching_lints_again_when_a_file_is_saved(
    watching: "subprocess.Popen[str]", repository: Path
) -> None:
    assert _line(watching).startswith("linted in ")

    start = time.monotonic()
    write_files(repository, {"cilium/release.yaml": RELEASE.replace("dsr", "snat")})
    assert _line(watching).startswith("linted in ")
    took = time.monotonic() - start
    watching.send_signal(signal.SIGINT)
    out, _ = watching.communicate(timeout=30)

    assert watching.returncode == 0
    assert "error RTE001" in out
    assert out.splitlines()[-1].startswith("nothing found")
    assert took < 2


def test_watching_survives_settings_that_are_wrong(
    watching: "subprocess.Popen[str]", repository: Path
) -> None:
    assert _line(watching).startswith("linted in ")

    write_files(repository, {".fabricgen.yaml": "nonsense: 1\n"})
    assert "nonsense: is not known" in _line(watching)
    assert _line(watching).startswith("linted in ")
    write_files(repository, {".fabricgen.yaml": "exclude: [other]\n"})

    assert _line(watching).startswith("linted in ")


def test_watching_notices_cluster_templates_input(
    watching: "subprocess.Popen[str]", repository: Path
) -> None:
    assert _line(watching).startswith("linted in ")

    write_files(repository, {"cluster.toml": "[network]\n"})

    assert _line(watching).startswith("linted in ")


def test_only_changed_files_are_read_again(tmp_path: Path) -> None:
    files = Files(write_files(tmp_path, {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n", "c.yaml": "c: 1\n"}))
    files.refresh()
    before = files.repository().by_file

    write_files(tmp_path, {"a.yaml": "a: 22\n"})
    (tmp_path / "c.yaml").unlink()

    assert files.refresh() == ("a.yaml", "c.yaml")
    assert files.repository().by_file["b.yaml"][0] is before["b.yaml"][0]
    assert files.refresh() == ()


def test_help_tells_of_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lint", "--help"])

    told = capsys.readouterr().out
    assert all(flag in told for flag in ("--only", "--since", "--baseline", "--fix", "--watch", "--fail-on"))
