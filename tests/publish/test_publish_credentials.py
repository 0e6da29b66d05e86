"""Credentials out of docker's config.json and its helpers."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from fabricgen.errors import PublishError
from fabricgen.publish.credentials import Credentials, find_credentials


def _find(folder: Path, config: Any, registry: str = "ghcr.io") -> Credentials | None:
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return find_credentials(registry, {"DOCKER_CONFIG": str(folder)})


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _helper(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "docker-credential-test"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_what_docker_login_wrote_is_found(tmp_path: Path) -> None:
    found = _find(tmp_path, {"auths": {"ghcr.io": {"auth": _packed("me:with:colons")}}})

    assert found == Credentials(username="me", password="with:colons")  # noqa: S106 - of the test


def test_docker_hub_stands_under_its_old_address(tmp_path: Path) -> None:
    config = {"auths": {"https://index.docker.io/v1/": {"auth": _packed("me:x")}}}

    assert _find(tmp_path, config, registry="docker.io") == Credentials(username="me", password="x")  # noqa: S106


@pytest.mark.parametrize("config", [{}, {"auths": {}}, {"auths": {"quay.io": {"auth": _packed("a:b")}}}])
def test_nothing_is_found_for_another_registry(config: Any, tmp_path: Path) -> None:
    assert _find(tmp_path, config) is None


def test_no_config_is_no_credentials(tmp_path: Path) -> None:
    assert find_credentials("ghcr.io", {"DOCKER_CONFIG": str(tmp_path)}) is None


@pytest.mark.parametrize("config", [{"credHelpers": {"ghcr.io": "test"}}, {"credsStore": "test"}])
def test_a_helper_is_asked_for_the_registry(
    config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _helper(
        tmp_path, 'read registry; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$registry\\"}"', monkeypatch
    )

    assert _find(tmp_path, config) == Credentials(username="get", password="ghcr.io")  # noqa: S106


def test_a_store_that_knows_none_leaves_it_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _helper(tmp_path, "echo 'credentials not found in native keychain'; exit 1", monkeypatch)
    config = {"credsStore": "test", "auths": {"ghcr.io": {"auth": _packed("me:x")}}}

    assert _find(tmp_path, config) == Credentials(username="me", password="x")  # noqa: S106


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo s3cret; exit 3", "it ends with 3"),
        ("echo s3cret", "it does not answer in JSON with Username and Secret"),
        (
            'echo \'{"Username":"<token>","Secret":"s3cret"}\'',
            "has an identity token, which is not supported",
        ),
    ],
)
def test_a_helper_that_fails_is_told_without_what_it_said(
    script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _helper(tmp_path, script, monkeypatch)

    with pytest.raises(PublishError, match=told) as caught:
        _find(tmp_path, {"credsStore": "test"})

    assert "s3cret" not in str(caught.value)


def test_a_helper_that_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="docker-credential-absent: cannot be asked"):
        _find(tmp_path, {"credsStore": "absent"})


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ([], "is no JSON object"),
        ({"auths": {"ghcr.io": {"auth": "not base64!"}}}, "not user:password in base64"),
        ({"auths": {"ghcr.io": {"auth": _packed("nocolon")}}}, "not user:password in base64"),
        ({"auths": {"ghcr.io": {"identitytoken": "s3cret"}}}, "identity token"),
    ],
)
def test_a_config_that_cannot_be_used_is_told(config: Any, told: str, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=told):
        _find(tmp_path, config)


def test_a_config_that_is_no_json_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("auths:\n", encoding="utf-8")

    with pytest.raises(PublishError, match=r"config\.json: cannot be read: it is no JSON"):
        find_credentials("ghcr.io", {"DOCKER_CONFIG": str(tmp_path)})


def test_the_password_is_in_no_repr() -> None:
    assert "hunter2" not in repr(Credentials(username="me", password="hunter2"))  # noqa: S106
