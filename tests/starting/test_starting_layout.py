"""Files that a repository starts with: never over one that is there, all or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from fabricgen.errors import ProblemsError
from fabricgen.starting import SCHEMA, Setup, Start, Told, complete, plan_start, write_start

GITHUB = Setup(forge="github", requirement="fabricgen==0.1.0")
WORKFLOW = ".github/workflows/fabricgen.yaml"
PATHS = ["clusters/home.yaml", SCHEMA, "Makefile", ".pre-commit-config.yaml", WORKFLOW, ".gitignore"]


def _plan(folder: Path, setup: Setup = GITHUB) -> Start:
    return plan_start(folder, complete(Told(name="home")), setup)


def _there(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*"))


def test_an_empty_folder_gets_every_file(tmp_path: Path) -> None:
    start = _plan(tmp_path)

    write_start(start)

    assert list(start.files) == PATHS
    assert {path: (tmp_path / path).read_text(encoding="utf-8") for path in PATHS} == start.files
    assert start.kept == ()


def test_planning_writes_nothing(tmp_path: Path) -> None:
    _plan(tmp_path)

    assert _there(tmp_path) == []


def test_the_workflow_and_the_hook_are_right_yaml_and_run_check(tmp_path: Path) -> None:
    files = _plan(tmp_path).files

    workflow = yaml.safe_load(files[WORKFLOW])
    hook = yaml.safe_load(files[".pre-commit-config.yaml"])["repos"][0]["hooks"][0]

    runs = [step.get("run") for step in workflow["jobs"]["check"]["steps"]]
    assert runs[-2:] == ["pip install 'fabricgen==0.1.0'", "fabricgen check --format github"]
    assert (hook["entry"], hook["language"]) == ("fabricgen check", "system")


def test_on_forgejo_the_workflow_stands_where_forgejo_looks_and_names_actions_in_full(tmp_path: Path) -> None:
    files = _plan(tmp_path, Setup(forge="forgejo", requirement="git+https://x.example/f@v1")).files

    workflow = yaml.safe_load(files[".forgejo/workflows/fabricgen.yaml"])

    steps = workflow["jobs"]["check"]["steps"]
    assert WORKFLOW not in files
    assert all(step["uses"].startswith("https://") for step in steps[:2])
    assert steps[2]["run"] == "pip install 'git+https://x.example/f@v1'"


@pytest.mark.parametrize("path", PATHS[1:])
def test_a_file_that_is_there_is_kept_and_the_others_are_written(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("mine\n", encoding="utf-8")

    start = _plan(tmp_path)
    write_start(start)

    assert (tmp_path / path).read_text(encoding="utf-8") == "mine\n"
    assert [one.path for one in start.kept] == [path]
    assert start.kept[0].missing
    assert sorted([*start.files, path]) == sorted(PATHS)


@pytest.mark.parametrize("path", PATHS[1:])
def test_a_file_of_ours_that_is_there_needs_nothing(tmp_path: Path, path: str) -> None:
    write_start(_plan(tmp_path))

    start = plan_start(tmp_path, complete(Told(name="other")), GITHUB)

    assert {one.path: one.missing for one in start.kept}[path] == ""
    assert list(start.files) == ["clusters/other.yaml"]


def test_of_a_makefile_only_the_targets_that_it_lacks_are_told(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("render:\n\ttrue\ncheck :\n\ttrue\n", encoding="utf-8")

    (kept,) = _plan(tmp_path).kept

    assert (
        kept.missing
        == "diff: ## what would a render change, why, and what restarts?\n\tfabricgen diff || test $$? -eq 1\n"
    )


def test_of_a_gitignore_only_the_lines_that_it_lacks_are_told(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("kubeconfig\n.fabricgen.tmp\nsecrets.yaml\n", encoding="utf-8")

    (kept,) = _plan(tmp_path).kept

    assert kept.missing == "/talosconfig\n*.agekey\n"


def test_a_description_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clusters").mkdir()
    (tmp_path / "clusters/home.yml").write_text("", encoding="utf-8")

    with pytest.raises(ProblemsError, match=r"home\.yml: is there already.*choose another name"):
        _plan(tmp_path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda folder: (folder / "clusters").write_text(""),
            "clusters: is a file, and a folder is needed here",
        ),
        (lambda folder: (folder / "Makefile").mkdir(), "Makefile: is a folder, and a file goes here"),
        (lambda folder: (folder / ".gitignore").symlink_to("gone"), ".gitignore: is a link to nothing"),
    ],
)
def test_what_is_in_the_way_is_told_before_anything_is_written(
    tmp_path: Path, make: Callable[[Path], object], message: str
) -> None:
    make(tmp_path)
    before = _there(tmp_path)

    with pytest.raises(ProblemsError) as refused:
        _plan(tmp_path)

    assert message in str(refused.value)
    assert _there(tmp_path) == before


@pytest.mark.parametrize("late", PATHS)
def test_when_a_later_file_cannot_be_written_the_earlier_ones_are_taken_back(
    tmp_path: Path, late: str
) -> None:
    start = _plan(tmp_path)
    (tmp_path / late).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / late).write_text("meanwhile\n", encoding="utf-8")
    before = _there(tmp_path)

    with pytest.raises(ProblemsError, match="cannot be written: File exists; nothing was"):
        write_start(start)

    assert _there(tmp_path) == before
    assert (tmp_path / late).read_text(encoding="utf-8") == "meanwhile\n"


def test_the_schema_is_the_one_of_this_version(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]

    written = json.loads(_plan(tmp_path).files[SCHEMA])

    assert written == json.loads((root / SCHEMA).read_text(encoding="utf-8"))
