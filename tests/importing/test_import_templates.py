"""The home-ops way: templates of machine configs beside files for each machine; and inventories of Ansible."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import trees_of_people as trees

from fabricgen import pipeline
from fabricgen.cluster import Node
from fabricgen.importing import Imported, Wanted, import_path
from fabricgen.yamlio import read_value

ROOT = Path(__file__).parents[2]
Import = Callable[..., Imported]
CONFIG = """\
version: v1alpha1
machine:
  type: {{ ENV.MACHINE_TYPE }}
  token: op://vault/talos/TOKEN
  {% if ENV.GPU %}
  nodeLabels: { example.org/gpu: "true" }
  {% endif %}
  install:
    disk: /dev/nvme0n1
    image: factory.talos.dev/metal-installer/{{ ENV.SCHEMATIC }}:v1.11.5
  kubelet:
    image: ghcr.io/siderolabs/kubelet:v1.33.4
    nodeIP: { validSubnets: [10.0.0.0/24] }
cluster:
  clusterName: home
  {% if ENV.MACHINE_TYPE == 'controlplane' %}
  allowSchedulingOnControlPlanes: true
  {% endif %}
  controlPlane: { endpoint: "https://10.0.0.5:6443" }
  network: { podSubnets: [10.244.0.0/16], serviceSubnets: [10.96.0.0/12], cni: { name: none } }
"""
NODE = """\
machine:
  network:
    hostname: NAME
    interfaces:
      - { interface: eno1, addresses: [10.99.0.1/24] }
      - { interface: eno2, addresses: [ADDRESS/24], routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1 }] }
"""


def node(name: str, address: str) -> str:
    return NODE.replace("NAME", name).replace("ADDRESS", address)


HOME_OPS = {
    "talos/machineconfig.yaml.j2": CONFIG,
    "talos/controlplane/cp-1.yaml.j2": node("cp-1", "10.0.0.11"),
    "talos/worker/10.0.0.21.yaml": node("w-1.home.example.org", "10.0.0.21"),
}


def write(root: Path, *trees_of_files: Mapping[str, str]) -> None:
    for file, text in {file: text for one in trees_of_files for file, text in one.items()}.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")


def described(imported: Imported) -> Any:
    assert imported.problems == ()
    return read_value(imported.text)


def test_templates_of_talos_with_a_file_for_each_machine(tmp_path: Path) -> None:
    write(tmp_path, HOME_OPS, trees.FLUX, trees.CILIUM)

    imported = import_path(tmp_path)

    found = described(imported)
    assert (found["name"], found["kubernetes"]) == ("home", "1.33.4")
    assert found["distribution"]["talos"]["version"] == "1.11.5"
    assert found["endpoint"]["host"] == "10.0.0.5"
    assert found["networks"]["router"] == "10.0.0.1"
    assert found["nodes"] == [
        {
            "name": "cp-1",
            "role": "control-plane",
            "address": "10.0.0.11",
            "disk": "/dev/nvme0n1",
            "interface": {"name": "eno2"},
            "schedulable": True,
        },
        {
            "name": "w-1",
            "role": "worker",
            "address": "10.0.0.21",
            "disk": "/dev/nvme0n1",
            "interface": {"name": "eno2"},
        },
    ]
    assert "# talos/machineconfig.yaml.j2:15\nname: home" in imported.text
    assert imported.read["talos/machineconfig.yaml.j2"] == "Talos template"


def test_references_to_secrets_are_not_shown_and_open_values_not_carried(tmp_path: Path) -> None:
    write(tmp_path, HOME_OPS, trees.FLUX, trees.CILIUM)

    imported = import_path(tmp_path)

    told = imported.text + "".join(map(str, (*imported.left, *imported.changes)))
    assert "op://" not in told
    assert "${" not in imported.text


def test_what_is_missing_of_a_machine_is_asked_for_with_its_flag(tmp_path: Path) -> None:
    write(
        tmp_path,
        HOME_OPS,
        {"talos/controlplane/cp-1.yaml.j2": "machine: { network: { hostname: cp-1 } }\n"},
        trees.FLUX,
        trees.CILIUM,
    )

    found = {one.path: (one.message, one.hint) for one in import_path(tmp_path).problems}

    told = ("nothing tells the address of this node", "--node cp-1=ADDRESS:control-plane")
    assert found["nodes", "cp-1"] == told


def test_a_machine_without_a_name_is_listed_with_its_flag(tmp_path: Path) -> None:
    write(tmp_path, HOME_OPS, {"talos/worker/10.0.0.22.yaml": "machine: { install: { wipe: false } }\n"})

    (one,) = (one for one in import_path(tmp_path).left if one.path == "machine 10.0.0.22")

    assert (one.place, one.todo) == ("talos/worker/10.0.0.22.yaml:1", "--node NAME=10.0.0.22:worker")


def test_a_template_that_cannot_be_read_is_listed_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, HOME_OPS, {"talos/other.yaml.j2": "a: 1\n{% raw %}\nb: 2\n{% endraw %}\n"})

    (one,) = (one for one in import_path(tmp_path).left if one.path == "the template")

    assert one.place == "talos/other.yaml.j2:2"


def test_a_file_of_data_for_templates(tmp_path: Path) -> None:
    data = (
        "nodes:\n  cp-1: { ip: 10.0.0.11, controller: true }\n  w-1: { ip: 10.0.0.21, controller: false }\n"
    )
    config = CONFIG.replace("{{ ENV.MACHINE_TYPE }}", '{{ "controlplane" if n.controller else "worker" }}')
    write(
        tmp_path,
        {"talos/machineconfig.yaml.j2": config, "talos/nodes.yaml": data},
        trees.FLUX,
        trees.CILIUM,
    )

    found = described(import_path(tmp_path))

    assert [(one["name"], one["role"], one["address"]) for one in found["nodes"]] == [
        ("cp-1", "control-plane", "10.0.0.11"),
        ("w-1", "worker", "10.0.0.21"),
    ]


INVENTORIES = (
    {
        "ansible/inventory/hosts.yaml": """\
kubernetes:
  children:
    master:
      hosts:
        cp-1: { ansible_host: 10.0.0.11 }
    worker:
      hosts:
        w-1:
          ansible_host: 10.0.0.21
"""
    },
    {
        "ansible/hosts.ini": """\
cp-1 ansible_host=10.0.0.11 # the first
w-1 ansible_host="10.0.0.21"
nas ansible_host=10.0.0.9

[k3s_control_plane]
cp-1

[k3s_nodes]
w-[1:1]

[k3s:children]
k3s_control_plane
k3s_nodes
"""
    },
)
PINNED = {"ansible/group_vars/all.yaml": "k3s_version: v1.33.4+k3s1\n"}


@pytest.mark.parametrize("inventory", INVENTORIES, ids=["yaml", "ini"])
def test_an_inventory_of_ansible_tells_the_machines_of_k3s(
    tmp_path: Path, inventory: Mapping[str, str]
) -> None:
    write(tmp_path, inventory, PINNED, trees.FLUX, trees.CILIUM)

    imported = import_path(tmp_path)

    assert [(one["name"], one["role"], one["address"]) for one in read_value(imported.text)["nodes"]] == [
        ("cp-1", "control-plane", "10.0.0.11"),
        ("w-1", "worker", "10.0.0.21"),
    ]
    assert set(inventory) <= set(imported.read)


@pytest.mark.parametrize(
    "other",
    [
        {"ansible/inventory/test.yaml": INVENTORIES[0]["ansible/inventory/hosts.yaml"]},
        {"ansible/inventory/hosts.yaml": "a: { hosts: { nas: { ansible_host: 10.0.0.9 } } }\n"},
        {"ansible/inventory/hosts.yaml": "master: { hosts: { cp-1: {} } }\n"},
    ],
    ids=["two that could be meant", "no group of servers", "no address"],
)
def test_an_inventory_that_does_not_tell_for_sure_is_not_taken(
    tmp_path: Path, other: Mapping[str, str]
) -> None:
    write(tmp_path, INVENTORIES[0], other, PINNED, trees.FLUX, trees.CILIUM)

    imported = import_path(tmp_path)

    assert imported.nodes == 0
    assert imported.problems[0].path == ("nodes",)


def _wrapped(texts: Mapping[str, str], roles: Mapping[str, str]) -> dict[str, str]:
    """Return what we render for topf in the layout of home-ops: templates for all and for a role, a file for each node."""
    wrapped = {file: text for file, text in texts.items() if "talos/" not in file or "/schematics/" in file}
    folders = {name: f"talos/nodes/{role.replace('-', '')}/{name}.yaml.j2" for name, role in roles.items()}
    targets = {"talos/all/": "talos/cluster.yaml.j2", "talos/control-plane/": "talos/controlplane.yaml.j2"}
    targets |= {f"talos/node/{name}/": file for name, file in folders.items()}
    for folder, target in targets.items():
        wrapped[target] = "---\n".join(_below(texts, folder))
    return wrapped


def _below(texts: Mapping[str, str], folder: str) -> Iterable[str]:
    return (text for file, text in sorted(texts.items()) if folder in f"{file}")


def _told(node: Node) -> tuple[object, ...]:
    """Return what patches tell of a machine; its board and architecture only a tool's own file does."""
    link = (node.addresses, node.interface)
    return node.name, node.control_plane, link, node.disk, node.labels, node.taints, node.schedulable


@pytest.mark.parametrize(
    "description",
    [
        "clusters/homeops.yaml",
        "tests/golden/bgp-dual-stack/cluster.yaml",
        "tests/golden/bond-v1alpha1/cluster.yaml",
    ],
)
def test_our_own_patches_in_the_layout_of_home_ops_are_the_same_nodes(
    tmp_path: Path, description: str
) -> None:
    (first,) = pipeline.render_all([ROOT / description])
    nodes = first.cluster.nodes
    texts = {str(file): text for file, text in first.texts.items()}
    write(tmp_path, _wrapped(texts, {one.name: one.role for one in nodes}))
    sets = (f"kubernetes={first.cluster.versions.kubernetes}",)

    imported = import_path(tmp_path, Wanted(sets=sets))

    assert imported.rendered is not None, imported.problems
    assert list(map(_told, imported.rendered.cluster.nodes)) == list(map(_told, nodes))


def test_versions_come_from_the_environment_that_templates_are_filled_in_with(tmp_path: Path) -> None:
    open_config = CONFIG.replace("v1.11.5", "{{ ENV.TALOS_VERSION }}").replace(
        "v1.33.4", "{{ ENV.KUBERNETES_VERSION }}"
    )
    environment = "# renovate: one\nKUBERNETES_VERSION=v1.33.3\nexport TALOS_VERSION='v1.11.4'\n"
    write(
        tmp_path,
        HOME_OPS | {"talos/machineconfig.yaml.j2": open_config, "talos/.talos.env": environment},
        trees.FLUX,
        trees.CILIUM,
    )

    imported = import_path(tmp_path)

    found = described(imported)
    assert (found["kubernetes"], found["distribution"]["talos"]["version"]) == ("1.33.3", "1.11.4")
    assert "# talos/.talos.env:2\n" in imported.text


def test_versions_that_files_tell_differently_are_asked_for(tmp_path: Path) -> None:
    open_config = CONFIG.replace("v1.33.4", "{{ ENV.KUBERNETES_VERSION }}")
    write(
        tmp_path,
        HOME_OPS | {"talos/machineconfig.yaml.j2": open_config},
        {"a.env": "KUBERNETES_VERSION=v1.33.3\n", "b.env": "KUBERNETES_VERSION=v1.33.4\n"},
        trees.FLUX,
        trees.CILIUM,
    )

    assert ("kubernetes",) in {one.path for one in import_path(tmp_path).problems}


def test_a_node_whose_address_only_dns_knows_is_asked_for(tmp_path: Path) -> None:
    talconfig = trees.TALHELPER["talos/talconfig.yaml"].replace("ipAddress: 10.0.0.11", "ipAddress: cp-1.lan")
    write(tmp_path, trees.TALHELPER | {"talos/talconfig.yaml": talconfig}, trees.FLUX, trees.CILIUM)

    imported = import_path(tmp_path)

    assert any("cp-1.lan is no address" in one.why for one in imported.left)
    assert any(one.message == "nothing tells the address of this node" for one in imported.problems)
