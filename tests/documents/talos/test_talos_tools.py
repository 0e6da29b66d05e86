"""What talhelper, topf and `talosctl cluster create` are given, over the same patch files."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from talos_clusters import (
    CONTRACTS,
    DOCKER,
    EVERYTHING,
    FLANNEL,
    KUBERNETES,
    NETWORK,
    SELECTOR,
    cluster,
    main,
    written,
)

DEFAULT = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"
COMMAND = "create-cluster.sh"


def test_talhelper_gets_the_nodes_and_the_patch_files() -> None:
    home = cluster(NETWORK)

    assert main(home, "talconfig.yaml") == {
        "clusterName": "home",
        "endpoint": "https://10.0.0.9:6443",
        "talosVersion": "v1.12.5",
        "kubernetesVersion": "v1.35.0",
        "patches": ["@./all/kubernetes.yaml", "@./all/machine.yaml"],
        "controlPlane": {"patches": ["@./control-plane/kubernetes.yaml"]},
        "nodes": [
            {
                "hostname": name,
                "ipAddress": address,
                "controlPlane": name == "one",
                "installDisk": "/dev/sda",
                "talosImageURL": f"factory.talos.dev/metal-installer/{DEFAULT}",
                "machineSpec": {"mode": "metal", "arch": "amd64", "secureboot": False},
                "patches": [f"@./node/{name}/machine.yaml"],
            }
            for name, address in (("one", "10.0.0.11"), ("two", "10.0.0.12"))
        ],
    }


def test_talhelper_gets_a_disk_selector_where_there_is_one() -> None:
    node = main(cluster(NETWORK, at=EVERYTHING), "talconfig.yaml")["nodes"][1]

    assert node["installDiskSelector"] == SELECTOR
    assert node["patches"] == ["@./node/two/machine.yaml", "@./node/two/placement.yaml"]


def test_every_patch_file_that_talhelper_is_told_of_is_there() -> None:
    home = cluster(NETWORK, at=EVERYTHING)
    config = main(home, "talconfig.yaml")

    named = [*config["patches"], *config["controlPlane"]["patches"]]
    named += [patch for node in config["nodes"] for patch in node["patches"]]

    patches = [path for path in written(home) if path.startswith(("all/", "control-plane/", "node/"))]
    assert sorted(name.removeprefix("@./") for name in named) == sorted(patches)


@pytest.mark.schemas
@pytest.mark.parametrize("changes", [{}, EVERYTHING], ids=["plain", "everything"])
def test_talconfig_fits_talhelpers_schema(changes: dict[str, Any], schemas_dir: Path) -> None:
    schema = json.loads((schemas_dir / "talos" / "talconfig.schema.json").read_text(encoding="utf-8"))
    config = main(cluster(NETWORK, at=changes), "talconfig.yaml")

    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(config)] == []


@pytest.mark.parametrize(
    ("contract", "expected"),
    [("1.9", True), ("1.13", True), (KUBERNETES, False)],
)
def test_talhelper_is_left_out_where_it_does_not_know_the_install_document(
    contract: str, *, expected: bool
) -> None:
    assert ("talconfig.yaml" in written(cluster(contract))) is expected


@pytest.mark.parametrize("tool", ["talconfig.yaml", "topf.yaml"])
def test_a_cluster_that_kept_an_older_contract_is_for_talosctl_alone(tool: str) -> None:
    home = cluster("1.13", at={"distribution.talos.contract": "v1.11"})

    assert tool not in written(home)
    assert "hostname: one" in written(home)["node/one/machine.yaml"]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_topf_gets_the_nodes_with_their_schematics(contract: str) -> None:
    home = cluster(contract)
    talos, kubernetes = CONTRACTS[contract]

    assert main(home, "topf.yaml") == {
        "clusterName": "home",
        "clusterEndpoint": "https://10.0.0.9:6443",
        "kubernetesVersion": kubernetes,
        "talosVersion": talos,
        "nodes": [
            {
                "host": name,
                "ip": address,
                "role": role,
                "schematicId": "@schematics/generic-amd64.yaml",
            }
            for name, address, role in (("one", "10.0.0.11", "control-plane"), ("two", "10.0.0.12", "worker"))
        ],
    }


def test_topf_is_told_of_another_factory_and_of_secure_boot() -> None:
    home = cluster(
        at={"distribution.talos.factory": "factory.example.org", "distribution.talos.secureboot": True}
    )
    config = main(home, "topf.yaml")

    assert (config["factory"], config["secureboot"]) == ("factory.example.org", True)


FULL = {
    **DOCKER,
    "distribution.talos.docker": {
        "talosctl": "1.12.4",
        "memory": "4GiB",
        "workerMemory": "1536MiB",
        "cpus": 3,
        "exposedPorts": ["6379:6379/tcp", "6333:6333/tcp"],
        "hostIp": "127.0.0.1",
    },
    "nodes": [
        {"name": "a", "role": "control-plane", "address": "10.5.0.2"},
        {"name": "b", "role": "worker", "address": "10.5.0.3"},
    ],
}


def test_since_1_12_docker_is_a_command_with_its_own_flags() -> None:
    lines = written(cluster(NETWORK, at=FULL))[COMMAND].partition("exec ")[2].split(" \\\n  ")

    assert lines == [
        "talosctl cluster create docker",
        "--name home",
        "--image ghcr.io/siderolabs/talos:v1.12.5",
        "--kubernetes-version 1.35.0",
        "--workers 1",
        "--exposed-ports 6379:6379/tcp,6333:6333/tcp",
        "--subnet 10.5.0.0/24",
        "--memory-controlplanes 4GiB",
        "--memory-workers 1536MiB",
        "--cpus-controlplanes 3.0",
        "--host-ip 127.0.0.1",
        "--config-patch @all/kubernetes.yaml",
        "--config-patch @all/machine.yaml",
        "--config-patch-controlplanes @control-plane/kubernetes.yaml\n",
    ]


def test_before_1_12_docker_is_a_provisioner_with_other_flags() -> None:
    lines = written(cluster("1.11", at=FULL))[COMMAND].partition("exec ")[2].split(" \\\n  ")

    assert lines == [
        "talosctl cluster create --provisioner docker",
        "--name home",
        "--image ghcr.io/siderolabs/talos:v1.11.6",
        "--kubernetes-version 1.34.2",
        "--workers 1",
        "--exposed-ports 6379:6379/tcp,6333:6333/tcp",
        "--controlplanes 1",
        "--cidr 10.5.0.0/24",
        "--memory 4096",
        "--memory-workers 1536",
        "--cpus 3.0",
        "--docker-host-ip 127.0.0.1",
        "--config-patch @all/kubernetes.yaml",
        "--config-patch @all/machine.yaml",
        "--config-patch-control-plane @control-plane/kubernetes.yaml\n",
    ]


def test_a_single_container_asks_for_no_worker() -> None:
    text = written(cluster(NETWORK, at=DOCKER))[COMMAND]

    assert "--workers 0" in text
    assert "--memory-workers" not in text


def test_it_says_that_it_waits_for_cilium() -> None:
    with_cilium, with_flannel = (written(cluster(at={**DOCKER, **more}))[COMMAND] for more in ({}, FLANNEL))

    assert "# It waits until the nodes are ready" in with_cilium
    assert "# It waits" not in with_flannel


def test_it_says_what_flannel_needs_of_the_kernel_under_docker() -> None:
    with_cilium, with_flannel = (written(cluster(at={**DOCKER, **more}))[COMMAND] for more in ({}, FLANNEL))

    assert "sudo modprobe br_netfilter" in with_flannel
    assert "br_netfilter" not in with_cilium


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_command_is_a_script_that_a_shell_can_read(contract: str) -> None:
    script = written(cluster(contract, at=FULL))[COMMAND]

    checked = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True, check=False)

    assert script.startswith("#!/bin/sh\n")
    assert checked.stderr == ""
