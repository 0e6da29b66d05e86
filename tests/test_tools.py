"""The real tools themselves: that they are the pinned ones, and that Talos' machinery tells good patches from bad.

What other tests prove with these tools is worth what these here say about them.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tool = Callable[[str], str]
Machinery = Callable[..., Any]

TOOLS = Path(__file__).parent / "tools"
KUBERNETES = {
    "1.9": "1.32.1",
    "1.10": "1.33.0",
    "1.11": "1.34.1",
    "1.12": "1.35.0",
    "1.13": "1.36.1",
    "1.14": "1.37.1",
}
MINORS = tuple(KUBERNETES)
WITH_NETWORK_DOCUMENTS = ("1.12", "1.13", "1.14")

NO_CNI = """\
cluster:
  network:
    cni:
      name: none
  proxy:
    disabled: true
"""
NO_CNI_AS_DOCUMENTS = """\
apiVersion: v1alpha1
kind: KubeFlannelCNIConfig
$patch: delete
---
apiVersion: v1alpha1
kind: KubeProxyConfig
enabled: false
"""
HOSTNAME = """\
apiVersion: v1alpha1
kind: HostnameConfig
hostname: allyrion
"""
HOSTNAME_FIXED = HOSTNAME + 'auto: "off"\n'
DELETE_ABSENT = """\
apiVersion: v1alpha1
kind: EventSinkConfig
$patch: delete
"""
JSON_PATCH = '[{"op": "add", "path": "/machine/sysctls", "value": {"vm.swappiness": "1"}}]'

pytestmark = pytest.mark.tools


def _request(minor: str, *patches: str, **changes: str) -> dict[str, Any]:
    """A control plane node on bare metal, by the minor's own contract, with changes."""
    asked = {
        "cluster": "home",
        "endpoint": "https://10.4.0.9:6443",
        "kubernetes": KUBERNETES[minor],
        "contract": f"v{minor}",
        "role": "controlplane",
        "mode": "metal",
        "patches": list(patches),
    }
    return asked | changes


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _pinned(module_file: str, module: str) -> str:
    found = re.search(rf"\b{re.escape(module)} (v\S+)", (TOOLS / module_file).read_text(encoding="utf-8"))
    assert found, f"{module_file} does not pin {module}"
    return found[1]


@pytest.mark.parametrize("minor", MINORS)
def test_the_talos_program_has_the_pinned_machinery_of_its_minor(minor: str, tool: Tool) -> None:
    pinned = _pinned(f"talos/talos-{minor}.mod", "github.com/siderolabs/talos/pkg/machinery")

    assert _said(tool(f"talos-{minor}"), "-version") == pinned
    assert pinned.startswith(f"v{minor}.")


def test_kubeconform_is_the_pinned_one(tool: Tool) -> None:
    assert _said(tool("kubeconform"), "-v") == _pinned("kubeconform/go.mod", "github.com/yannh/kubeconform")


def test_helm_is_the_one_in_the_pinned_package(tool: Tool) -> None:
    assert _said(tool("helm"), "version", "--template", "{{.Version}}") == "v4.3.1"


def test_kubectl_and_its_kustomize_are_the_ones_in_the_pinned_package(tool: Tool) -> None:
    said = _said(tool("kubectl"), "version", "--client")

    assert said == "Client Version: v1.37.1\nKustomize Version: v5.8.1"


def test_goyaml_reads_as_kubernetes_does_and_refuses_what_it_refuses(tool: Tool) -> None:
    documents = "a: no\0a: 'no'\0a: 0o7\0a: 1\na: 2\n"

    said = subprocess.run(
        [tool("goyaml")], input=documents, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert said[:3] == ['{"a":false}', '{"a":"no"}', '{"a":7}']
    assert said[3].startswith("error: ")


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("mode", ["metal", "container"])
@pytest.mark.parametrize("role", ["controlplane", "worker"])
def test_a_config_without_patches_is_valid(
    role: str, mode: str, minor: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request(minor, role=role, mode=mode), minor=minor)

    assert (answer["ok"], answer["error"], answer["warnings"]) == (True, "", [])


@pytest.mark.parametrize(
    ("minor", "patch"),
    [(minor, NO_CNI) for minor in MINORS[:-1]] + [("1.14", NO_CNI_AS_DOCUMENTS)],
)
def test_a_good_patch_is_taken_and_stands_in_the_config(
    minor: str, patch: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request(minor, patch), minor=minor)

    assert (answer["ok"], answer["stage"], answer["error"]) == (True, "validate", "")
    assert "flannel" not in answer["config"].lower()


def test_no_secret_stands_in_the_config_of_an_answer(talos_machinery: Machinery) -> None:
    answer = talos_machinery(_request("1.12"))

    assert "\n    token: secret\n" in answer["config"]
    assert "PRIVATE KEY" not in answer["config"]


def test_a_list_of_requests_is_answered_in_its_order(talos_machinery: Machinery) -> None:
    requests = [_request("1.12", HOSTNAME_FIXED.replace("allyrion", name)) for name in ("bettley", "cargyll")]

    answers = talos_machinery(requests)

    assert [re.findall("hostname: (.*)", answer["config"]) for answer in answers] == [
        ["bettley"],
        ["cargyll"],
    ]


@pytest.mark.parametrize("minor", MINORS)
def test_an_unknown_key_is_refused_when_the_patch_is_loaded_and_the_patch_is_named(
    minor: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request(minor, NO_CNI, "machine:\n  netwrk: {}\n"), minor=minor)

    assert (answer["ok"], answer["stage"]) == (False, "load")
    assert answer["error"].startswith("patch 2: ")
    assert "unknown keys found during decoding:\nmachine:\n    netwrk: {}" in answer["error"]


def test_the_old_form_of_the_cni_is_refused_in_a_config_of_the_contract_1_14(
    talos_machinery: Machinery,
) -> None:
    answer = talos_machinery(_request("1.14", NO_CNI), minor="1.14")

    assert (answer["ok"], answer["stage"]) == (False, "validate")
    assert "(.machine.cluster.network) can't be used with KubeFlannelCNIConfig document" in answer["error"]


def test_the_old_form_of_the_cni_is_taken_by_1_14_in_a_config_of_an_older_contract(
    talos_machinery: Machinery,
) -> None:
    answer = talos_machinery(_request("1.14", NO_CNI, contract="v1.13"), minor="1.14")

    assert (answer["ok"], answer["error"]) == (True, "")


@pytest.mark.parametrize("minor", WITH_NETWORK_DOCUMENTS)
def test_a_hostname_is_refused_unless_the_automatic_one_is_switched_off(
    minor: str, talos_machinery: Machinery
) -> None:
    refused, taken = talos_machinery(
        [_request(minor, HOSTNAME), _request(minor, HOSTNAME_FIXED)], minor=minor
    )

    assert refused["stage"] == "validate"
    assert "'auto' and 'hostname' cannot be set at the same time" in refused["error"]
    assert (taken["ok"], taken["error"]) == (True, "")


@pytest.mark.parametrize("minor", WITH_NETWORK_DOCUMENTS)
def test_the_hostname_document_is_refused_in_a_config_of_an_older_contract(
    minor: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request(minor, HOSTNAME_FIXED, contract="v1.11"), minor=minor)

    assert "stable hostname is already set in v1alpha1 config" in answer["error"]


@pytest.mark.parametrize("minor", MINORS[:-1])
def test_deleting_a_document_that_is_not_there_breaks_the_config_up_to_1_13(
    minor: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request(minor, DELETE_ABSENT), minor=minor)

    assert (answer["ok"], answer["stage"]) == (False, "validate")
    assert "duplicate document" in answer["error"]


def test_deleting_a_document_that_is_not_there_is_nothing_to_1_14(talos_machinery: Machinery) -> None:
    answer = talos_machinery(_request("1.14", DELETE_ABSENT), minor="1.14")

    assert (answer["ok"], answer["error"]) == (True, "")


@pytest.mark.parametrize("patch", [JSON_PATCH, "# nothing but a comment\n"], ids=["json", "empty"])
@pytest.mark.parametrize("minor", WITH_NETWORK_DOCUMENTS)
def test_a_json_patch_and_an_empty_one_are_refused_where_a_config_has_many_documents(
    minor: str, patch: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request(minor, patch), minor=minor)

    assert answer["stage"] == "patch"
    assert "JSON6902 patches are not supported for multi-document" in answer["error"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mode": "cloud"}, 'mode "cloud": want metal or container'),
        ({"role": "boss"}, '"boss"'),
        ({"contract": "newest"}, 'contract "newest"'),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_before_anything_is_patched(
    change: dict[str, str], said: str, talos_machinery: Machinery
) -> None:
    answer = talos_machinery(_request("1.12", **change))

    assert (answer["ok"], answer["stage"]) == (False, "generate")
    assert said in answer["error"]
