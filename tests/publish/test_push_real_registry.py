"""What is published to a real registry, Flux's own library pulls back: the same bytes, and what it knows of them."""

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from publish_repository import git, make_repository
from real_registry import PASSWORD, USER, running_registry, wire_that_is_cut

from fabricgen.cli import main

pytestmark = pytest.mark.tools

Tool = Callable[[str], str]
# The password above, as `htpasswd -B` writes it.
USERS = "me:$2b$04$Gl.OmnOeN/QNBaYj1jSnW.7cqdKpx37OBURDs6nvyEIIrU.9kYq.m\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flux:
    """Flux's library as a program: pulls an artifact into a folder, and tells what it knows of it."""

    program: str
    folder: Path

    def pull(self, address: str, **environment: str) -> dict[str, Any]:
        self.folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [self.program, address, str(self.folder)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def files(self) -> dict[str, bytes]:
        """Return what was pulled, by path."""
        found = (one for one in self.folder.rglob("*") if one.is_file())
        return {one.relative_to(self.folder).as_posix(): one.read_bytes() for one in found}


@pytest.fixture
def flux(tool: Tool, tmp_path: Path) -> Flux:
    return Flux(program=tool("fluxoci"), folder=tmp_path / "pulled")


@pytest.fixture(params=["registry", "docker-registry"])
def program(request: pytest.FixtureRequest, tool: Tool) -> str:
    """The newest release, built from its source, and Debian's."""
    return tool(request.param)


@pytest.fixture
def registry(program: str, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "registry").mkdir()
    with running_registry(program, tmp_path / "registry") as address:
        yield address


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A repository with one cluster, rendered and committed."""
    folder = tmp_path / "repository"
    make_repository(folder, "home")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    capsys.readouterr()
    return folder


@pytest.fixture
def secured(program: str, tmp_path: Path) -> Iterator[str]:
    """A registry with a certificate of a CA of its own, and one user."""
    folder = tmp_path / "secured"
    folder.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    (folder / "users").write_text(USERS, encoding="utf-8")
    with running_registry(
        program, folder, certificate=folder / "both.pem", users=folder / "users"
    ) as address:
        yield address


def _log_in(folder: Path, registry: str, password: str) -> None:
    folder.mkdir()
    auth = b64encode(f"{USER}:{password}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {registry: {"auth": auth}}}), encoding="utf-8")


def _push(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["push", *words, "--format", "json"]) == 0, capsys.readouterr().err
    [told] = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def _published_files(home: Path) -> dict[str, bytes]:
    """The two folders that Flux reads, at the path in the artifact that the description names."""
    tree = home / "gitops" / "home"
    found = (one for name in ("flux", "infrastructure") for one in (tree / name).rglob("*") if one.is_file())
    return {f"clusters/one/{one.relative_to(tree).as_posix()}": one.read_bytes() for one in found}


def test_flux_pulls_back_what_was_published_byte_for_byte(
    registry: str, home: Path, flux: Flux, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _push(capsys, f"oci://{registry}/fleet/home:latest", "--plain-http", "--tag", "v1")

    known = flux.pull(f"{registry}/fleet/home:latest")
    assert flux.files() == _published_files(home)
    assert known["digest"] == f"{registry}/fleet/home@{told['digest']}"
    assert known["source_url"] == "https://example.org/fleet.git"
    assert known["source_revision"] == f"main@sha1:{git(home, 'rev-parse', 'HEAD')}"
    assert known["created"] == "2026-01-02T02:04:05Z"
    assert flux.pull(f"{registry}/fleet/home:v1")["digest"] == known["digest"]


@pytest.mark.usefixtures("home")
def test_every_path_that_flux_is_pointed_to_is_in_the_artifact(
    registry: str, flux: Flux, capsys: pytest.CaptureFixture[str]
) -> None:
    _push(capsys, f"oci://{registry}/home:latest", "--plain-http")
    flux.pull(f"{registry}/home:latest")

    layers = (flux.folder / "clusters" / "one" / "flux").glob("*.yaml")
    bodies = [body for one in layers for body in yaml.safe_load_all(one.read_text(encoding="utf-8"))]
    specs = [body["spec"] for body in bodies if "spec" in body]
    assert specs
    assert [
        one["path"] for one in specs if not (flux.folder / one["path"] / "kustomization.yaml").is_file()
    ] == []
    assert {one["sourceRef"]["kind"] for one in specs} == {"OCIRepository"}


@pytest.mark.usefixtures("home")
def test_publishing_again_gives_the_same_digest(registry: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = _push(capsys, f"oci://{registry}/home:latest", "--plain-http")

    assert _push(capsys, f"oci://{registry}/home:latest", "--plain-http") == first


@pytest.mark.usefixtures("home")
def test_tls_with_a_ca_of_its_own_and_a_login_of_docker(
    secured: str, tmp_path: Path, flux: Flux, capsys: pytest.CaptureFixture[str]
) -> None:
    _log_in(tmp_path / "docker", secured, PASSWORD)
    ca_file = str(tmp_path / "secured" / "ca.pem")

    told = _push(capsys, f"oci://{secured}/home:latest", "--ca-file", ca_file)

    known = flux.pull(f"{secured}/home:latest", SSL_CERT_FILE=ca_file)
    assert known["digest"].endswith(told["digest"])


@pytest.mark.parametrize(
    ("password", "told"),
    [("w0rse", "does not accept the credentials (401"), (None, "wants credentials (401")],
)
@pytest.mark.usefixtures("home")
def test_who_may_not_publish_is_told(
    password: str | None, told: str, secured: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _log_in(tmp_path / "docker", secured if password else "another.example.org", password or "x")

    code = main(["push", f"oci://{secured}/home:latest", "--ca-file", str(tmp_path / "secured" / "ca.pem")])

    out, err = capsys.readouterr()
    assert (code, out, "w0rse" in err) == (2, "", False)
    assert told in err


@pytest.mark.usefixtures("home")
def test_a_registry_whose_ca_nobody_knows_is_told(secured: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["push", f"oci://{secured}/home:latest"])

    assert (code, "name its CA with --ca-file" in capsys.readouterr().err) == (2, True)


@pytest.mark.usefixtures("home")
def test_a_read_only_registry_is_told(
    program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "registry").mkdir()
    with running_registry(program, tmp_path / "registry", read_only=True) as address:
        code = main(["push", f"oci://{address}/home:latest", "--plain-http"])

    assert (code, "it is read-only (405" in capsys.readouterr().err) == (2, True)


def test_an_upload_that_is_cut_leaves_the_artifact_that_was_there(
    registry: str, home: Path, flux: Flux, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _push(capsys, f"oci://{registry}/home:latest", "--plain-http")
    _change(home)
    capsys.readouterr()

    with wire_that_is_cut(registry, after_bytes=8_000) as address:
        code = main(["push", f"oci://{address}/home:latest", "--plain-http"])

    assert (code, "was cut before it was done" in capsys.readouterr().err) == (2, True)
    assert flux.pull(f"{registry}/home:latest")["digest"].endswith(before["digest"])


def test_after_a_cut_publishing_again_does_it(
    registry: str, home: Path, flux: Flux, capsys: pytest.CaptureFixture[str]
) -> None:
    with wire_that_is_cut(registry, after_bytes=8_000) as address:
        assert main(["push", f"oci://{address}/home:latest", "--plain-http"]) == 2
    capsys.readouterr()

    _push(capsys, f"oci://{registry}/home:latest", "--plain-http")

    flux.pull(f"{registry}/home:latest")
    assert flux.files() == _published_files(home)


def _change(home: Path) -> None:
    """Change the description, render, and commit."""
    description = home / "clusters" / "home.yaml"
    text = description.read_text(encoding="utf-8").replace("10.42.0.0/16", "10.44.0.0/16")
    description.write_text(text, encoding="utf-8")
    assert main(["render"]) == 0
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message=pods")
