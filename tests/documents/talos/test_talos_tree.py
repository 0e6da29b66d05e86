"""The files of talos/ together: which there are, their reasons, their schemas, and nothing that needs a secret."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from talos_clusters import CONTRACTS, DOCKER, EVERYTHING, SITUATIONS, cluster, parts, written

from fabricgen.documents.document import Setting, leaves
from fabricgen.documents.talos import drafts
from fabricgen.errors import Path as Place
from fabricgen.schematic import schematic_of

NEEDS_NO_REASON = {("apiVersion",), ("kind",)}
everywhere = pytest.mark.parametrize("contract", CONTRACTS)
always = pytest.mark.parametrize("situation", SITUATIONS)


def test_a_cluster_on_metal_has_patches_schematics_and_both_tools_files() -> None:
    assert sorted(written(cluster(at=EVERYTHING))) == [
        "all/kubernetes.yaml",
        "all/machine.yaml",
        "control-plane/kubernetes.yaml",
        "node/one/machine.yaml",
        "node/one/placement.yaml",
        "node/two/machine.yaml",
        "node/two/placement.yaml",
        "schematics/generic-amd64.yaml",
        "talconfig.yaml",
        "topf.yaml",
    ]


def test_a_cluster_in_docker_has_patches_by_role_and_the_command() -> None:
    assert sorted(written(cluster(at=SITUATIONS["docker-labels"]))) == [
        "all/kubernetes.yaml",
        "all/machine.yaml",
        "control-plane/kubernetes.yaml",
        "control-plane/placement.yaml",
        "create-cluster.sh",
        "worker/placement.yaml",
    ]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_in_docker_the_nodes_links_disks_and_clocks_are_the_hosts(contract: str) -> None:
    no_image: dict[str, Any] = {"distribution.talos.extensions": [], "distribution.talos.kernelArgs": []}
    home = cluster(contract, at={**EVERYTHING, **DOCKER, **no_image, "networks.dnsServers": ["10.5.0.1"]})

    every = [part.body for _, part in parts(home)]
    said = {key for body in every for place, _ in leaves(body) for key in place}

    assert ("forwardKubeDNSToHost", True) in {
        (place[-1], value) for body in every for place, value in leaves(body)
    }
    assert (
        said & {"hostname", "install", "installer", "interfaces", "nameservers", "ntp", "time", "kernel"}
        == set()
    )
    assert {body.get("kind") for body in every} <= {
        None,
        "KubeNetworkConfig",
        "KubeNodeConfig",
        "KubePrismConfig",
        "ResolverConfig",
        "SysctlConfig",
        "KubeFlannelCNIConfig",
        "KubeProxyConfig",
        "KubeAPIServerConfig",
    }


def test_nothing_is_written_for_a_cluster_without_talos() -> None:
    home = cluster(
        at={
            "kubernetes": None,
            "distribution.talos": None,
            "distribution.k3s": {"version": "1.33.4+k3s1"},
            "endpoint.host": "10.0.0.11",
        },
    )

    assert list(drafts(home)) == []


@everywhere
@always
def test_every_leaf_has_a_reason_and_a_source(situation: str, contract: str) -> None:
    home = cluster(contract, at=SITUATIONS[situation])

    bare = [
        (path, place)
        for path, part in parts(home)
        for place, _ in leaves(part.body)
        if place not in NEEDS_NO_REASON and not _is_covered(place, part.settings)
    ]

    assert bare == []


def _is_covered(place: Place, settings: tuple[Setting, ...]) -> bool:
    return any(place[: len(one.path)] == one.path for one in settings)


@everywhere
@always
def test_every_reason_is_a_sentence_and_every_source_an_address(situation: str, contract: str) -> None:
    home = cluster(contract, at=SITUATIONS[situation])

    poor = [
        (path, one.path)
        for path, part in parts(home)
        for one in part.settings
        if len(one.why.split()) < 3
        or not (one.source.startswith("https://") or one.source == "the description")
    ]

    assert poor == []


def test_a_schematic_is_written_byte_for_byte_as_it_was_hashed() -> None:
    home = cluster(at=EVERYTHING)
    expected = schematic_of(
        name="generic-amd64",
        overlay=None,
        extensions=("siderolabs/iscsi-tools",),
        kernel_args=("console=ttyS0",),
    )

    text = written(home)["schematics/generic-amd64.yaml"]

    assert text == expected.text
    assert f"/{expected.id}:v1.12.5" in written(home)["node/one/machine.yaml"]


@pytest.mark.schemas
@everywhere
@always
def test_every_document_fits_talos_schema(situation: str, contract: str, schemas_dir: Path) -> None:
    schema = json.loads(
        (schemas_dir / "talos" / f"config-v{contract}.schema.json").read_text(encoding="utf-8")
    )
    home = cluster(contract, at=SITUATIONS[situation])
    patches = [(path, part.body) for path, part in parts(home) if path.count("/") > 1]

    faults = [
        (path, error.json_path, error.message)
        for path, body in patches
        for error in jsonschema.Draft202012Validator(_schema_of(body, schema)).iter_errors(_lifted(body))
    ]

    assert patches
    assert faults == []


def _schema_of(body: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the definition of the body's kind; a patch may leave out what the generated config has."""
    # The 1.14 schema misspells one kind: facts of upstream, not ours.
    kind = "UnattendedInstall" if body.get("kind") == "UnattendedInstallConfig" else body.get("kind")
    definitions = schema["$defs"]
    found = next(
        name
        for name, one in definitions.items()
        if (kind is None and name == "v1alpha1.Config")
        or kind in one.get("properties", {}).get("kind", {}).get("enum", ())
    )
    own = {key: value for key, value in definitions[found].items() if key != "required"}
    return {**own, "$defs": definitions}


def _lifted(value: Any) -> Any:
    """Return the value without what is to be deleted, and the misspelt kind as the schema has it."""
    if not isinstance(value, dict):
        return value
    kept = {
        key: _lifted(item) for key, item in value.items() if key != "$patch" and item != {"$patch": "delete"}
    }
    return {**kept, "kind": "UnattendedInstall"} if kept.get("kind") == "UnattendedInstallConfig" else kept
