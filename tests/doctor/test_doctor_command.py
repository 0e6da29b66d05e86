"""`fabricgen doctor`: each thing that it looks at, fine and broken, by what it says and what is to be done."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fabricgen import __version__
from fabricgen.cli import main
from fabricgen.doctor import Line, examine

PROGRAMS = {
    "kubectl": "Client Version: v1.36.1",
    "talosctl": "Client: Talos v1.14.0",
    "helm": "v3.19.0+g1",
    "curl": "",
    "docker": "",
    "openssl": "",
    "ssh": "",
}
INIT = "init home --distribution talos --nodes-network 10.0.0.0/24 --git https://github.com/me/home"
NODE = "cp-1=10.0.0.11:control-plane:amd64:/dev/sda"
DESCRIPTION = Path("clusters/home.yaml")
WORKFLOW = Path(".github/workflows/fabricgen.yaml")
HOOKS = Path(".pre-commit-config.yaml")


def _program(folder: Path, name: str, says: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A folder that is all of PATH, with git and the programs that a cluster needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    git = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (folder / "git").symlink_to(git)
    for name, says in PROGRAMS.items():
        _program(folder, name, says)
    return folder


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that init started, rendered, with its hook: nothing in it is broken."""
    home = tmp_path_factory.mktemp("started")
    with contextlib.chdir(home):
        subprocess.run(["git", "init", "-q"], check=True)
        assert main([*INIT.split(), "--node", NODE]) == 0
        assert main(["render"]) == 0
    (home / ".git/hooks/pre-commit").write_text("#!/bin/sh\n", encoding="utf-8")
    preset = '{"extends": ["github>me/fabricgen//renovate/descriptions"]}'
    (home / "renovate.json").write_text(preset, encoding="utf-8")
    return home


@pytest.fixture(autouse=True)
def repository(
    tmp_path: Path,
    started: Path,
    bin_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A copy of it, with a PATH of its own."""
    shutil.copytree(started, tmp_path / "home", symlinks=True)
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}/bin")
    capsys.readouterr()


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _lines(about: str) -> list[Line]:
    return [one for one in examine(Path()) if one.about == about]


def _said(about: str) -> list[tuple[str, str]]:
    return [(one.status, one.said) for one in _lines(about)]


def test_what_init_starts_and_render_writes_is_set_up_well(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor"])

    told = capsys.readouterr()
    assert code == 0
    assert told.err.endswith(" ok, 1 note, 0 problem\n")
    assert [line for line in told.out.splitlines() if not line.startswith("ok ")] == [
        "note     no schemas are pulled, so that only documents of the kinds on board are checked",
        "           fabricgen schemas pull && git add schemas",
    ]


def test_as_json_each_line_has_what_was_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "--format", "json"])

    told: Any = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["lines"][0] == {
        "about": "python",
        "status": "ok",
        "said": f"Python {'.'.join(map(str, sys.version_info[:3]))}",
        "todo": "",
    }
    assert told["summary"] == {"ok": len(told["lines"]) - 1, "note": 1, "problem": 0}


def test_a_problem_is_exit_code_1_and_a_folder_that_is_not_there_is_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["doctor", str(tmp_path)]) == 1
    assert main(["doctor", "gone"]) == 2
    assert capsys.readouterr().err.endswith("gone: does not exist; name a folder\n")


def test_everything_that_is_told_to_be_done_is_told_with_a_problem_or_a_note(tmp_path: Path) -> None:
    lines = examine(tmp_path)

    assert [one for one in lines if one.status != "ok" and not one.todo] == []
    assert {one.about for one in lines if one.status == "problem"} == {"descriptions"}


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (WORKFLOW, "      - run: pip install 'fabricgen[push]==9.9.9'\n", f"{WORKFLOW}:1"),
        (WORKFLOW, "# x\n      - uses: me/fabricgen@v9.9.9\n", f"{WORKFLOW}:2"),
        (
            WORKFLOW,
            "      - run: pip install git+https://x.example/me/fabricgen.git@v9.9.9\n",
            f"{WORKFLOW}:1",
        ),
        (HOOKS, "repos:\n  - repo: https://x.example/fabricgen  # ours\n    rev: v9.9.9\n", f"{HOOKS}:3"),
        (HOOKS, "- additional_dependencies: [fabricgen == 9.9.9]\n", f"{HOOKS}:1"),
    ],
)
def test_each_place_that_pins_another_fabricgen_is_told(file: Path, text: str, place: str) -> None:
    file.write_text(text, encoding="utf-8")

    wrong = [one for one in _lines("fabricgen") if one.status == "problem"]

    assert [one.said for one in wrong] == [
        f"{place} pins fabricgen 9.9.9, and this is {__version__}: they may render differently"
    ]


def test_a_repository_that_pins_nothing_gets_a_note() -> None:
    for file in (WORKFLOW, HOOKS, Path("Makefile")):
        file.write_text("", encoding="utf-8")

    assert [one.status for one in _lines("fabricgen")] == ["note"]


def test_a_wrong_description_is_told_with_its_line_and_the_rest_is_looked_at_all_the_same() -> None:
    _replace(DESCRIPTION, "router: 10.0.0.1", "routr: 10.0.0.1")

    (line,) = _lines("descriptions")

    assert line.status == "problem"
    assert line.said.startswith("clusters/home.yaml:")
    assert "did you mean router" in line.said
    assert _lines("git")


def test_a_description_without_a_schema_gets_the_line_to_write() -> None:
    _replace(DESCRIPTION, "# yaml-language-server: $schema=../schema/description.schema.json\n", "")

    (line,) = _lines("editor")

    assert (line.status, line.todo) == (
        "note",
        "write at its top: # yaml-language-server: $schema=../schema/description.schema.json",
    )


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (
            Path.unlink,
            "problem",
            "clusters/home.yaml names the schema schema/description.schema.json, which is not there",
        ),
        (
            lambda file: file.write_text("{}"),
            "problem",
            "schema/description.schema.json is not the schema of this version",
        ),
        (
            lambda file: file.write_text("{"),
            "problem",
            "schema/description.schema.json is not the schema of this version",
        ),
    ],
)
def test_a_schema_that_is_gone_or_old_is_a_problem_with_the_command_that_mends_it(
    change: Callable[[Path], object], status: str, said: str
) -> None:
    change(Path("schema/description.schema.json"))

    (line,) = _lines("editor")

    assert (line.status, line.said.startswith(said)) == (status, True)
    assert line.todo.endswith("fabricgen schema > schema/description.schema.json")


def test_a_tree_that_was_never_rendered_or_is_stale_is_a_problem() -> None:
    _replace(DESCRIPTION, "10.0.0.224/28", "10.0.0.192/28")
    stale = _said("trees")
    Path("gitops").rename("elsewhere")

    never = _said("trees")

    assert stale[0][0] == "problem"
    assert " stale" in stale[0][1]
    assert never == [("problem", "gitops/home was never rendered")]


def _lock(**components: str) -> None:
    Path("schemas").mkdir()
    pins: dict[str, Any] = {
        name.replace("_", "-"): {version: {"files": {}, "sources": {}}}
        for name, version in components.items()
    }
    Path("schemas/lock.json").write_text(json.dumps({"components": pins, "format": 1}), encoding="utf-8")


def test_schemas_that_are_missing_or_idle_are_told() -> None:
    _lock(cilium="1.20.2", flux="2.9.5", flux_operator="0.58.1", metallb="0.15.2")

    told = _said("schemas")

    assert told == [
        ("problem", "schemas lacks what descriptions pin: talos 1.14.4"),
        ("note", "schemas holds what no description pins: metallb 0.15.2"),
    ]


def test_schemas_of_every_pin_are_fine() -> None:
    _lock(cilium="1.20.2", flux="2.9.5", flux_operator="0.58.1", talos="1.14.4")

    assert _said("schemas") == [("ok", "schemas has the schemas of every pin")]


def test_a_lock_that_cannot_be_read_is_a_problem() -> None:
    Path("schemas").mkdir()
    Path("schemas/lock.json").write_text("{", encoding="utf-8")

    assert [one.status for one in _lines("schemas")] == ["problem"]


def test_every_fault_of_the_settings_is_told() -> None:
    Path(".fabricgen.yaml").write_text("exclud: []\nfailOn: never\n", encoding="utf-8")

    told = _lines("settings")

    assert [one.status for one in told] == ["problem", "problem"]
    assert "did you mean exclude" in told[0].said


def test_without_git_that_is_the_problem(bin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    (bin_folder / "git").unlink()

    assert _said("git") == [("problem", "git is not installed")]


def test_keys_that_git_holds_are_a_problem_wherever_they_are() -> None:
    Path("talos").mkdir()
    Path("talos/kubeconfig").write_text("x", encoding="utf-8")
    subprocess.run(["git", "add", "-f", "talos/kubeconfig"], check=True)

    assert _said("git") == [("problem", "git holds keys to a cluster: talos/kubeconfig")]


def test_a_gitignore_that_hides_the_tree_is_a_problem() -> None:
    with Path(".gitignore").open("a", encoding="utf-8") as file:
        file.write("gitops/\n")

    ((status, said),) = _said("gitignore")

    assert status == "problem"
    assert said == "git ignores what has to be committed: gitops/home/README.md, gitops/home/.fabricgen.json"


def test_a_hook_that_is_not_installed_is_a_note_with_the_command() -> None:
    Path(".git/hooks/pre-commit").unlink()

    (line,) = _lines("pre-commit")

    assert (line.status, line.todo) == ("note", "pre-commit install")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("      - run: fabricgen check --format github\n", "ok"),
        ("      # - run: fabricgen check\n", "note"),
        ("      - run: make check\n", "ok"),
        ("      - run: pre-commit run --all-files\n", "ok"),
        ("      - uses: me/fabricgen@v0.1.0\n        with:\n          command: check\n", "ok"),
        ("      - uses: me/fabricgen@v0.1.0\n", "note"),
        ("      - run: make test\n", "note"),
    ],
)
def test_a_workflow_counts_if_it_runs_check_in_any_way(text: str, status: str) -> None:
    WORKFLOW.write_text(text, encoding="utf-8")

    assert [one.status for one in _lines("workflow")] == [status]


@pytest.mark.parametrize(
    ("file", "text", "status"),
    [
        ("renovate.json", "{}", "note"),
        (".github/renovate.json5", "{extends: ['local>me/fabricgen//renovate/descriptions']}", "ok"),
        (".renovaterc", "{}", "note"),
    ],
)
def test_renovate_must_know_where_versions_are(file: str, text: str, status: str) -> None:
    Path("renovate.json").unlink()
    Path(file).write_text(text, encoding="utf-8")

    assert [one.status for one in _lines("renovate")] == [status]


@pytest.mark.parametrize(
    ("name", "says", "told"),
    [
        ("kubectl", "v1.35.9", ("ok", "kubectl 1.35.9")),
        (
            "kubectl",
            "v1.34.9",
            ("note", "kubectl 1.34.9 is not for home, which wants 1.36, or one minor away"),
        ),
        ("talosctl", "Talos v1.13.0", ("note", "talosctl 1.13.0 is not for home, which wants 1.14")),
        ("helm", "v3.7.2", ("note", "helm 3.7.2 is not for home, which wants 3.8 or newer")),
        ("helm", "who knows", ("ok", "helm is there")),
    ],
)
def test_programs_are_compared_with_what_the_cluster_wants(
    bin_folder: Path, name: str, says: str, told: tuple[str, str]
) -> None:
    _program(bin_folder, name, says)

    assert told in _said("programs")


def test_a_program_that_is_not_there_is_a_note(bin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    (bin_folder / "talosctl").unlink()

    assert ("note", "talosctl is not on PATH; bringing up home needs it") in _said("programs")
