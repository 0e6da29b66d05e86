"""`fabricgen push`: what is published, what is refused before any connection, and what is printed."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_registry import CUT, Stored, loopback_registry
from publish_repository import git, make_repository

from fabricgen.cli import main

REFERENCE = "oci://registry.example.org/fabric:latest"


@pytest.fixture(autouse=True)
def _no_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A repository with one cluster."""
    folder = tmp_path / "repository"
    make_repository(folder, "home")
    monkeypatch.chdir(folder)
    capsys.readouterr()
    return folder


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A repository with three clusters."""
    folder = tmp_path / "repository"
    make_repository(folder, "east", "north", "west")
    monkeypatch.chdir(folder)
    capsys.readouterr()
    return folder


@pytest.fixture
def stored() -> Iterator[Stored]:
    with loopback_registry() as one:
        yield one


def _push(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["push", *words])
    out, err = capsys.readouterr()
    return code, out, err


def _dry(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    code, out, _ = _push(capsys, REFERENCE, *words, "--dry-run", "--format", "json")
    assert code == 0
    told: list[dict[str, Any]] = json.loads(out)
    return told


def test_a_dry_run_tells_all_and_connects_to_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [told] = _dry(capsys, "--tag", "v1")

    commit = git(home, "rev-parse", "HEAD")
    assert told.pop("reference") == f"registry.example.org/fabric@{told['digest']}"
    assert told.pop("layer").startswith("sha256:")
    assert told.pop("digest").startswith("sha256:")
    assert told.pop("size") > 10_000
    assert told == {
        "cluster": "home",
        "repository": "oci://registry.example.org/fabric",
        "tags": ["latest", "v1"],
        "files": 10,
        "source": "https://example.org/fleet.git",
        "revision": f"main@sha1:{commit}",
        "created": "2026-01-02T02:04:05Z",
        "pushed": False,
    }


def test_the_same_tree_has_the_same_digest_whatever_the_disk_says(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _dry(capsys)
    (home / "gitops" / "home" / "flux" / "cilium.yaml").touch()
    (home / "gitops" / "home" / "flux" / "cilium.yaml").chmod(0o600)
    (home / "README.md").write_text("Another commit.\n", encoding="utf-8")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message=elsewhere")

    assert _dry(capsys) == before


@pytest.mark.usefixtures("home")
def test_publishing_prints_the_digest_and_writes_it_to_a_file(
    stored: Stored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = f"oci://{stored.address}/home:latest"
    file = tmp_path / "digest"

    code, out, err = _push(capsys, reference, "--plain-http", "--digest-file", str(file), "--tag", "v1")

    assert code == 0
    assert out.startswith(f"oci://{stored.address}/home@sha256:")
    assert ": published as latest, v1; 10 files, " in out
    assert (
        err == f"oci://{stored.address}/home: the cluster reads oci://registry.example.org/fabric, not this\n"
    )
    assert file.read_text(encoding="utf-8").startswith(f"{stored.address}/home@sha256:")
    assert sorted(stored.tags) == ["latest", "v1"]


@pytest.mark.usefixtures("fleet")
def test_a_fleet_has_one_artifact_each(stored: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    reference = f"oci://{stored.address}/fleet/{{cluster}}:latest"

    code, out, _ = _push(capsys, reference, "--all", "--plain-http", "--format", "json")

    told = json.loads(out)
    assert (code, [one["cluster"] for one in told]) == (0, ["east", "north", "west"])
    assert [one["repository"].rpartition("/")[2] for one in told] == ["east", "north", "west"]
    assert {one["digest"] for one in told} <= stored.manifests.keys()


@pytest.mark.usefixtures("fleet")
def test_no_tag_of_a_fleet_moves_when_one_upload_fails(
    stored: Stored, capsys: pytest.CaptureFixture[str]
) -> None:
    stored.refuses = "POST /v2/fleet/west/"
    reference = f"oci://{stored.address}/fleet/{{cluster}}:latest"

    code, out, err = _push(capsys, reference, "--all", "--plain-http")

    assert (code, out, stored.tags) == (2, "", {})
    assert len(stored.manifests) == 2
    assert "fleet/west: the registry denies this user to push there (403); nothing was published there" in err


@pytest.mark.usefixtures("fleet")
def test_tags_that_were_moved_before_a_failure_are_named(
    stored: Stored, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = f"oci://{stored.address}/fleet/{{cluster}}:latest"
    stored.refuses = "PUT /v2/fleet/north/manifests/latest"

    code, _, err = _push(capsys, reference, "--all", "--plain-http")

    assert code == 2
    assert f"tags that were moved: {stored.address}/fleet/east:latest\n" in err


def test_a_tree_that_was_edited_by_hand_is_not_published(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = home / "gitops" / "home" / "flux" / "cilium.yaml"
    edited.write_text(edited.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    code, out, err = _push(capsys, REFERENCE, "--dry-run")

    assert (code, out) == (1, "")
    assert "gitops/home/flux/cilium.yaml: edited by hand\n" in err
    assert "or --force to publish what is on disk" in err


def test_with_force_what_is_on_disk_is_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _dry(capsys)
    edited = home / "gitops" / "home" / "flux" / "cilium.yaml"
    edited.write_text(edited.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    assert _dry(capsys, "--force")[0]["layer"] != before[0]["layer"]


def test_a_tree_that_is_not_committed_is_not_published(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(home, "rm", "--quiet", "-r", "--cached", "gitops/home/flux")

    code, _, err = _push(capsys, REFERENCE, "--dry-run")

    assert code == 1
    assert "not committed: gitops/home/flux/cilium.yaml" in err


def test_who_names_the_revision_may_publish_before_the_commit(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(home, "rm", "--quiet", "-r", "--cached", "gitops/home/flux")

    [told] = _dry(capsys, "--revision", "v1@sha1:0123", "--source", "https://me:t0ken@example.org/x")

    assert (told["revision"], told["source"]) == ("v1@sha1:0123", "https://example.org/x")


def test_a_cluster_that_reads_git_is_not_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    description = home / "clusters" / "home.yaml"
    text = description.read_text(encoding="utf-8")
    start = text.index("  oci:\n")
    git_source = "  git: { url: 'https://example.org/fleet.git' }\n"
    description.write_text(
        text[:start] + git_source + text[text.index("  path: clusters/one") :], encoding="utf-8"
    )
    assert main(["render"]) == 0
    capsys.readouterr()

    code, _, err = _push(capsys, REFERENCE, "--dry-run")

    assert code == 2
    assert "home: flux.git: Flux in this cluster reads git" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["oci://registry.example.org/fabric"], "names no tag, and neither does --tag"),
        ([REFERENCE, "hoem"], "did you mean home?"),
        ([REFERENCE, "home", "--tree", "gitops"], "--tree is instead of clusters"),
        ([REFERENCE, "--tree", "absent"], "absent: is no folder"),
        ([REFERENCE, "--username", "me"], "--username and --password-stdin go together"),
        ([REFERENCE, "--password-stdin"], "--username and --password-stdin go together"),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_cannot_be_meant_is_refused(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _push(capsys, *words)

    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([REFERENCE], "there are several clusters: east, north, west; name one, or --all"),
        ([REFERENCE, "--all"], "3 clusters cannot have one reference; write {cluster} where the name"),
    ],
)
@pytest.mark.usefixtures("fleet")
def test_several_clusters_need_a_reference_for_each(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _push(capsys, *words)

    assert code == 2
    assert told in err


@pytest.mark.usefixtures("home")
def test_the_password_comes_from_stdin(
    stored: Stored, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored.user = "me:s3cret"
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n"))
    reference = f"oci://{stored.address}/home:latest"

    code, out, err = _push(capsys, reference, "--plain-http", "--username", "me", "--password-stdin")

    assert (code, "s3cret" in out + err) == (0, False)
    assert list(stored.tags) == ["latest"]


@pytest.mark.usefixtures("home")
def test_an_interrupted_upload_ends_with_2_and_no_tag(
    stored: Stored, capsys: pytest.CaptureFixture[str]
) -> None:
    stored.answers["PUT blob"] = [CUT] * 10

    code, out, err = _push(capsys, f"oci://{stored.address}/home:latest", "--plain-http")

    assert (code, out, stored.tags) == (2, "", {})
    assert "was cut before it was done" in err


@pytest.mark.usefixtures("home")
def test_without_oras_the_digest_is_told_and_publishing_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "oras", None)

    assert _dry(capsys)
    code, out, err = _push(capsys, REFERENCE)

    assert (code, out) == (2, "")
    assert "pip install 'fabricgen[push]'" in err


def test_a_secret_is_not_published_even_with_force(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "ghp_" + "a1B2" * 9
    (home / "gitops" / "home" / "flux" / "cilium.yaml").write_text(f"note: {secret}\n", encoding="utf-8")

    code, out, err = _push(capsys, REFERENCE, "--dry-run", "--force")

    assert (code, out, secret in err) == (2, "", False)
    assert "clusters/one/flux/cilium.yaml:1: holds " in err


def test_what_only_its_key_calls_a_secret_is_published_where_the_description_says_why(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    description = home / "clusters" / "home.yaml"
    ignored = "ignore:\n  - {rule: SEC001, because: it is the password of a demo}\n"
    description.write_text(description.read_text(encoding="utf-8") + ignored, encoding="utf-8")
    assert main(["render"]) == 0
    (home / "gitops" / "home" / "flux" / "cilium.yaml").write_text(
        "adminPassword: a1B2c3D4e5\n", encoding="utf-8"
    )
    capsys.readouterr()

    code, out, err = _push(capsys, REFERENCE, "--dry-run", "--force")

    assert (code, "sha256:" in out, "holds a password" in err) == (0, True, False)


def test_any_folder_can_be_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [told] = _dry(capsys, "--tree", "gitops/home")

    assert told["cluster"] == "home"
    assert told["files"] > 20
    assert told["revision"].endswith(git(home, "rev-parse", "HEAD"))
