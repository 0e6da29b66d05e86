"""What is told once for many objects: at the first that somebody asks about, and mended there alone."""

from pathlib import Path

import pytest
from scratch_repository import commit_all, git, kustomization, write_files

import fabricgen
from fabricgen.cli import main

OLD = "source.toolkit.fluxcd.io/v1beta2"


def _repository(name: str) -> str:
    return (
        f"apiVersion: {OLD}\nkind: HelmRepository\nmetadata: {{ name: {name}, namespace: {name} }}\n"
        "spec: { interval: 1h, url: https://example.org/charts }\n"
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two old objects of one kind, in two layers."""
    files = {f"flux/{name}.yaml": kustomization(name, path=name) for name in ("one", "two")}
    files |= {f"{name}/source.yaml": _repository(name) for name in ("one", "two")}
    commit_all(write_files(tmp_path, files))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _told(*paths: Path, since: str = "") -> list[str]:
    findings = fabricgen.lint_path(*paths, only=["VER004"], since=since)
    return [Path(one.file).parent.name for one in findings]


def test_all_that_is_old_is_told_at_the_first_object(repository: Path) -> None:
    assert _told(repository) == ["one"]


def test_a_path_without_the_first_object_has_the_first_of_its_own(repository: Path) -> None:
    assert _told(repository / "two") == ["two"]
    assert _told(repository / "flux") == []


def test_a_change_has_the_first_object_that_it_touches(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "work")
    write_files(repository, {"two/source.yaml": f"# changed\n{_repository('two')}"})

    assert _told(repository, since="main") == ["two"]


@pytest.mark.parametrize(("path", "mended"), [(".", ["one", "two"]), ("two", ["two"]), ("one", ["one"])])
def test_only_what_is_asked_about_is_mended(repository: Path, path: str, mended: list[str]) -> None:
    assert main(["lint", path, "--only", "VER004", "--fix"]) == 0

    old = [file.parent.name for file in sorted(repository.glob("*/source.yaml")) if OLD in file.read_text()]
    assert sorted({"one", "two"} - set(old)) == mended
