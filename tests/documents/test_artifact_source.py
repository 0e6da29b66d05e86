"""How Flux reads the tree out of a registry: by its own objects, and by those that flux-operator makes."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from homes import document, home

from fabricgen.documents.bootstrap.credentials import credentials

URL = "oci://registry.example.org/fleet/home"
DIGEST = f"sha256:{'ab' * 32}"
INSTANCE = "infrastructure/flux-instance/instance.yaml"
IDENTITY = {
    "issuer": r"^https://token\.actions\.githubusercontent\.com$",
    "subject": "^https://github.com/me/.*$",
}
# What flux-operator 0.58.1 makes of `sync`, from internal/builder/templates.go.
MADE = {
    "apiVersion": "source.toolkit.fluxcd.io/v1",
    "kind": "OCIRepository",
    "metadata": {"name": "flux-system", "namespace": "flux-system"},
    "spec": {"interval": "1m", "ref": {"tag": "latest"}, "url": URL},
}


def _by_cli(**oci: Any) -> Any:
    flux = {"version": "2.9.5", "install": "cli", "oci": {"url": URL, **oci}}
    return document(home(flux=flux), "bootstrap/flux-sync.yaml").body["spec"]


def _by_operator(**oci: Any) -> Any:
    flux = {"version": "2.9.5", "operatorVersion": "0.58.1", "oci": {"url": URL, **oci}}
    return document(home(flux=flux), INSTANCE).body["spec"]


@pytest.mark.parametrize(
    ("oci", "spec"),
    [
        ({}, {"ref": {"tag": "latest"}}),
        ({"tag": "v1"}, {"ref": {"tag": "v1"}}),
        ({"semver": "1.x"}, {"ref": {"semver": "1.x"}}),
        ({"semver": "1.x", "semverFilter": "-rc"}, {"ref": {"semver": "1.x", "semverFilter": "-rc"}}),
        ({"digest": DIGEST}, {"ref": {"digest": DIGEST}}),
        ({"secret": "pull"}, {"ref": {"tag": "latest"}, "secretRef": {"name": "pull"}}),
        ({"provider": "aws"}, {"ref": {"tag": "latest"}, "provider": "aws"}),
        ({"certificates": "ca"}, {"ref": {"tag": "latest"}, "certSecretRef": {"name": "ca"}}),
        ({"insecure": True}, {"ref": {"tag": "latest"}, "insecure": True}),
        (
            {"verify": {"secret": "keys"}},
            {"ref": {"tag": "latest"}, "verify": {"provider": "cosign", "secretRef": {"name": "keys"}}},
        ),
        (
            {"verify": {"identities": [IDENTITY]}},
            {"ref": {"tag": "latest"}, "verify": {"provider": "cosign", "matchOIDCIdentity": [IDENTITY]}},
        ),
    ],
)
def test_an_artifact_is_read_as_the_description_says(oci: dict[str, Any], spec: dict[str, Any]) -> None:
    assert _by_cli(**oci) == {"interval": "1m", "url": URL, **spec}


def test_what_the_operators_sync_can_say_needs_no_patch() -> None:
    spec = _by_operator(tag="v1", secret="pull")  # noqa: S106 - the name of a Secret

    assert spec["sync"] == {
        "kind": "OCIRepository",
        "url": URL,
        "ref": "v1",
        "path": "gitops/home/flux",
        "pullSecret": "pull",
    }
    assert "kustomize" not in spec


def test_the_operator_knows_clouds_itself() -> None:
    assert _by_operator(provider="gcp")["sync"]["provider"] == "gcp"


@pytest.mark.tools
def test_patches_make_of_the_operators_object_what_the_description_says(
    tool: Callable[[str], str], tmp_path: Path
) -> None:
    asked = {
        "semver": "1.x",
        "semverFilter": "-rc",
        "certificates": "ca",
        "verify": {"identities": [IDENTITY]},
    }
    patches = _by_operator(**asked)["kustomize"]["patches"]
    kustomization = {"resources": ["sync.yaml"], "patches": patches}
    (tmp_path / "sync.yaml").write_text(yaml.safe_dump(MADE), encoding="utf-8")
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(kustomization), encoding="utf-8")

    done = subprocess.run(
        [tool("kubectl"), "kustomize", str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert yaml.safe_load(done.stdout)["spec"] == _by_cli(**asked)


@pytest.mark.parametrize(
    ("oci", "command"),
    [
        ({"certificates": "ca"}, 'generic ca --from-file=ca.crt="$SECRETS/registry-ca.crt"'),
        ({"verify": {"secret": "keys"}}, 'generic keys --from-file=cosign.pub="$SECRETS/cosign.pub"'),
        (
            {"verify": {"provider": "notation", "secret": "keys"}},
            'generic keys --from-file=ca.crt="$SECRETS/ca.crt" --from-file=trustpolicy.json=',
        ),
    ],
)
def test_secrets_that_it_names_are_made_by_hand_before(oci: dict[str, Any], command: str) -> None:
    flux = {"version": "2.9.5", "operatorVersion": "0.58.1", "oci": {"url": URL, **oci}}

    told = [one.one_line for one in credentials(home(flux=flux))]

    assert any(command in " ".join(one.split()) for one in told)
