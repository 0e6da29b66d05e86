"""SOPS: who can read what is encrypted, how Flux reads it, and that no private key gets anywhere."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from homes import BY_CLI, K3S, TALOS, document, home, read, rendered

from fabricgen.cli import main
from fabricgen.errors import DescriptionError
from fabricgen.load import load_text

OURS, FRIENDS = f"age1{'q' * 58}", f"age1{'p' * 58}"
PRIVATE = f"AGE-SECRET-KEY-1{'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L' * 2}"[:74]
SOPS: dict[str, Any] = {"flux__sops": {"age": [OURS, FRIENDS]}}
GATEWAY = {
    "cni__cilium__gatewayAPI": {"gateways": [{"name": "web", "listeners": [{"name": "http", "port": 80}]}]}
}


def described(**sops: Any) -> str:
    return json.dumps({**TALOS, "flux": {**TALOS["flux"], "sops": sops}})


def test_without_sops_nothing_is_there() -> None:
    tree = rendered(home())

    assert ".sops.yaml" not in tree
    assert [path for path, text in tree.items() if "decryption:" in text or "age-keygen" in text] == []


def test_the_rules_encrypt_what_a_secret_holds_for_everyone_who_may_read() -> None:
    (rule,) = read(rendered(home(**SOPS))[".sops.yaml"])["creation_rules"]

    assert rule["age"] == f"{OURS},{FRIENDS}"
    assert rule["encrypted_regex"] == "^(data|stringData)$"
    assert re.search(rule["path_regex"], "infrastructure/gateway/certificate.yaml")


def test_every_layer_that_is_ours_decrypts_and_that_of_others_does_not() -> None:
    tree = rendered(home(**SOPS, **GATEWAY))
    layers = [
        path
        for path in tree
        if re.fullmatch(r"flux/[a-z0-9-]+\.yaml", path) and path != "flux/kustomization.yaml"
    ]

    without = [path for path in layers if "decryption:" not in tree[path]]

    assert len(layers) > 4
    assert without == ["flux/gateway-api-crds.yaml"]


def test_the_secret_has_the_name_that_the_description_gives_it() -> None:
    cluster = home(flux__sops={"age": [OURS], "secret": "age-of-home"})

    spec = document(cluster, "flux/cilium.yaml").body["spec"]

    assert spec["decryption"] == {"provider": "sops", "secretRef": {"name": "age-of-home"}}
    assert "create secret generic age-of-home" in rendered(cluster)["bootstrap/bootstrap.sh"]


@pytest.mark.parametrize(("description", "changes"), [(TALOS, {}), (TALOS, BY_CLI), (K3S, {})])
def test_flux_gets_the_key_before_it_starts_and_from_outside_of_the_tree(
    description: dict[str, Any], changes: dict[str, Any]
) -> None:
    script = rendered(home(description, **changes, **SOPS))["bootstrap/bootstrap.sh"]
    block = re.search(r"^steps=\(\n(.*?)^\)", script, flags=re.MULTILINE | re.DOTALL)
    assert block
    steps = block[1].split()

    assert steps.index("install-flux") < steps.index("make-sops-key") < steps.index("start-flux")
    assert '--from-file=age.agekey="$SECRETS/age.agekey"' in script
    assert f"-e {OURS} -e {FRIENDS}" in script


def test_the_script_with_that_step_passes_shellcheck(tool: Callable[[str], str], tmp_path: Path) -> None:
    script = tmp_path / "bootstrap.sh"
    script.write_text(rendered(home(**SOPS))["bootstrap/bootstrap.sh"], encoding="utf-8")

    done = subprocess.run([tool("shellcheck"), script], capture_output=True, text=True, check=False)

    assert done.stdout == ""


@pytest.mark.parametrize(
    "sops",
    [
        {"age": [PRIVATE]},
        {"age": [OURS, f" {PRIVATE} "]},
        {"age": [PRIVATE.lower()]},
        {"age": PRIVATE},
        {"age": [OURS], "secret": PRIVATE},
    ],
)
def test_a_private_key_is_refused_and_never_shown(sops: dict[str, Any]) -> None:
    with pytest.raises(DescriptionError) as refused:
        load_text(described(**sops), file="home.yaml")

    assert PRIVATE[16:].lower() not in str(refused.value).lower()
    assert PRIVATE[16:].lower() not in repr(refused.value.problems).lower()


def test_the_command_line_shows_no_private_key_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(described(age=[PRIVATE]), encoding="utf-8")

    assert main(["render", str(path), "--output", str(tmp_path / "out")]) == 2
    told = "".join(capsys.readouterr())

    assert "flux.sops.age[0]: " in told
    assert PRIVATE[16:] not in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("wrong", ["age1short", f"age1{'b' * 58}", OURS.upper(), "ssh-ed25519 AAAA"])
def test_what_is_no_public_half_is_refused_with_the_command_that_prints_it(wrong: str) -> None:
    with pytest.raises(DescriptionError, match="age-keygen -y FILE prints it"):
        load_text(described(age=[wrong]), file="home.yaml")


def test_nobody_who_can_read_is_refused() -> None:
    with pytest.raises(DescriptionError, match=r"flux\.sops\.age"):
        load_text(described(age=[]), file="home.yaml")
