"""`--since`: what a change touches, and what depends on it."""

from pathlib import Path

import pytest
from scratch_repository import RELEASE, commit_all, git, kustomization, write_files

import fabricgen

BAD = "a: 1\n b: 2\n"


def _told(folder: Path, *only: str, since: str = "main") -> list[str]:
    findings = fabricgen.lint_path(folder, only=only or ["RTE001"], since=since)
    return [str(Path(one.file).relative_to(folder)) for one in findings]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a finding and two layers, on a branch of its own."""
    files = {
        "flux/cilium.yaml": kustomization("cilium", path="cilium"),
        "flux/apps.yaml": kustomization("apps", path="apps", depends_on="cilium"),
        "cilium/release.yaml": RELEASE,
        "cilium/other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n",
        "apps/pod.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\n",
        "notes/readme.yaml": "a: 1\n",
    }
    commit_all(write_files(tmp_path, files))
    git(tmp_path, "switch", "--quiet", "--create", "work")
    return tmp_path


def test_nothing_is_told_when_nothing_changed(repository: Path) -> None:
    assert _told(repository) == []


def test_a_finding_in_a_changed_file_is_told(repository: Path) -> None:
    write_files(repository, {"cilium/release.yaml": f"# changed\n{RELEASE}"})

    assert _told(repository) == ["cilium/release.yaml"]


def test_a_change_on_the_other_branch_does_not_count(repository: Path) -> None:
    git(repository, "switch", "--quiet", "main")
    write_files(repository, {"cilium/release.yaml": f"# changed\n{RELEASE}"})
    git(repository, "commit", "--quiet", "--all", "--message=theirs")
    git(repository, "switch", "--quiet", "work")

    assert _told(repository) == []


def test_a_change_in_the_same_layer_counts(repository: Path) -> None:
    write_files(repository, {"cilium/other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n"})

    assert _told(repository) == ["cilium/release.yaml"]


def test_a_change_that_is_committed_counts(repository: Path) -> None:
    write_files(repository, {"cilium/other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n"})
    git(repository, "commit", "--quiet", "--all", "--message=ours")

    assert _told(repository) == ["cilium/release.yaml"]


def test_a_change_in_a_layer_that_depends_on_it_does_not_count_the_other_way(repository: Path) -> None:
    write_files(repository, {"apps/pod.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n"})

    assert _told(repository) == []


def test_a_layer_that_waits_for_a_changed_one_counts(repository: Path) -> None:
    write_files(repository, {"apps/release.yaml": RELEASE, "cilium/release.yaml": "a: 1\n"})
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=moved")
    git(repository, "switch", "--quiet", "--create", "next")
    write_files(repository, {"cilium/other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n"})

    assert _told(repository, since="work") == ["apps/release.yaml"]


def test_a_change_of_the_network_itself_counts_everywhere_in_its_cluster(repository: Path) -> None:
    write_files(repository, {"talos/all/patch.yaml": "machine: { sysctls: { a: b } }\n"})

    assert _told(repository) == ["cilium/release.yaml"]


def test_a_change_that_has_nothing_to_do_with_it_does_not_count(repository: Path) -> None:
    write_files(repository, {"notes/readme.yaml": "a: 2\n", "notes/new.yaml": BAD})

    assert _told(repository, "RTE001", "YML001") == ["notes/new.yaml"]


@pytest.mark.parametrize("ref", ["nowhere", "--output=x"])
def test_a_ref_that_is_not_there_is_refused(repository: Path, ref: str) -> None:
    with pytest.raises(fabricgen.ProblemsError, match="--since"):
        fabricgen.lint_path(repository, since=ref)
    assert not (repository / "x").exists()


def test_outside_of_git_there_is_no_since(tmp_path: Path) -> None:
    with pytest.raises(fabricgen.ProblemsError, match="knows no such commit"):
        fabricgen.lint_path(write_files(tmp_path, {"a.yaml": "a: 1\n"}), since="main")
