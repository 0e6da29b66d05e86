"""Where files come from, as git tells: the commit that changed them last, and nothing that differs by machine."""

from pathlib import Path

import pytest
from publish_repository import git

from fabricgen.errors import DriftError
from fabricgen.publish.origin import Origin, find_origin, without_credentials


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "remote", "add", "origin", "https://bot:t0ken@example.org/fleet.git")
    _commit(tmp_path, "flux/a.yaml")
    return tmp_path


def _commit(folder: Path, name: str) -> str:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("a: 1\n", encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={name}")
    return git(folder, "rev-parse", "HEAD")


def test_revision_source_and_date_are_gits_in_fluxs_form(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")

    assert find_origin(repository, ["flux"]) == Origin(
        source="https://example.org/fleet.git",
        revision=f"main@sha1:{commit}",
        created="2026-01-02T02:04:05Z",
    )


def test_a_commit_elsewhere_leaves_the_revision_as_it_is(repository: Path) -> None:
    before = find_origin(repository, ["flux"])

    _commit(repository, "README.md")

    assert find_origin(repository, ["flux"]) == before


def test_without_a_branch_the_commit_stands_alone(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--detach")

    assert find_origin(repository, ["flux"]).revision == f"sha1:{git(repository, 'rev-parse', 'HEAD')}"


def test_a_shallow_clone_says_so(repository: Path, tmp_path: Path) -> None:
    _commit(repository, "README.md")
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), "shallow")

    assert find_origin(tmp_path / "shallow", ["flux"]).shallow


def test_what_is_not_committed_is_refused_and_named(repository: Path) -> None:
    (repository / "flux" / "b.yaml").write_text("b: 1\n", encoding="utf-8")

    with pytest.raises(DriftError, match=r"not committed: .*flux/b\.yaml"):
        find_origin(repository, ["flux"])


def test_what_is_not_committed_elsewhere_does_not_matter(repository: Path) -> None:
    (repository / "notes").write_text("b\n", encoding="utf-8")

    assert find_origin(repository, ["flux"]).revision


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    assert find_origin(tmp_path, ["flux"]) == Origin()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://bot:t0ken@example.org/fleet.git", "https://example.org/fleet.git"),
        ("https://t0ken@example.org/fleet.git", "https://example.org/fleet.git"),
        ("https://example.org/@/fleet.git", "https://example.org/@/fleet.git"),
        ("ssh://git:t0ken@example.org/fleet.git", "ssh://git@example.org/fleet.git"),
        ("ssh://git@example.org:22/fleet.git", "ssh://git@example.org:22/fleet.git"),
        ("git@example.org:fleet.git", "git@example.org:fleet.git"),
    ],
)
def test_an_address_is_told_without_what_is_secret(url: str, told: str) -> None:
    assert without_credentials(url) == told
