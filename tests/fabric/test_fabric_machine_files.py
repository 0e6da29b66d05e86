"""Machines by their own files, plain or as templates; and what templates say of the rest of the fabric."""

import pytest

from fabricgen.fabric import Fabric, infer
from fabricgen.rules.example import clusters_of

MACHINECONFIG = """\
# file: talos/machineconfig.yaml.j2
version: v1alpha1
machine:
  type: {{ ENV.MACHINE_TYPE }}
  token: op://vault/talos/TOKEN
  kubelet: { image: "ghcr.io/siderolabs/kubelet:v1.34.2" }
cluster:
  network: { podSubnets: [10.42.0.0/16] }
---
{% if ENV.MACHINE_TYPE == 'controlplane' %}
apiVersion: v1alpha1
kind: Layer2VIPConfig
name: 10.0.0.5
link: eno1
{% endif %}
"""
BY_TYPE = """\
# file: talos/nodes/10.0.0.11.yaml.j2
machine: { type: controlplane }
---
apiVersion: v1alpha1
kind: HostnameConfig
hostname: cp-1.home.example.org
"""
BY_FOLDER = """\
# file: talos/worker/w-1.yaml
machine:
  network:
    hostname: w-1
    interfaces: [{ interface: eno1, addresses: [10.0.0.21/24] }]
"""


def fabric(*texts: str) -> Fabric:
    return infer(clusters_of("".join(texts))[0])


def test_a_file_that_tells_a_host_name_is_a_machine() -> None:
    found = fabric(MACHINECONFIG, BY_TYPE, BY_FOLDER)

    assert {(one.name, one.control_plane) for one in found.talos_machines.files} == {
        ("cp-1", True),
        ("w-1", False),
    }
    assert {(one.name, str(one.address.value)) for one in found.nodes} == {
        ("cp-1", "10.0.0.11"),
        ("w-1", "10.0.0.21"),
    }


def test_the_place_of_what_a_template_says_is_its_line() -> None:
    (vip,) = (one for one in fabric(MACHINECONFIG, BY_TYPE).reserved if one.use == "API VIP")

    place = vip.address.item.place(*vip.address.path)
    assert (place.file, place.line) == ("talos/machineconfig.yaml.j2", 12)


def test_what_a_template_says_counts_for_its_role() -> None:
    found = fabric(MACHINECONFIG, BY_TYPE, BY_FOLDER)

    assert {one.role for one in found.talos if one.kind == "Layer2VIPConfig"} == {"control-plane"}
    assert {one.role for one in found.talos if one.get("machine", "kubelet")} == {"control-plane", "worker"}
    assert {str(one.value) for one in found.pod_networks} == {"10.42.0.0/16"}
    assert {str(one.value) for one in found.pins.kubernetes} == {"1.34.2"}


def test_where_there_are_no_workers_nothing_is_said_to_them() -> None:
    assert "worker" not in {one.role for one in fabric(MACHINECONFIG, BY_TYPE).talos}


def test_a_shared_file_of_one_type_tells_the_role_of_all() -> None:
    shared = "# file: talos/machineconfig.yaml.j2\nmachine: { type: controlplane }\n"
    node = "# file: talos/nodes/talos-1.yaml.j2\nmachine: { install: { disk: /dev/sda } }\n"

    (found,) = fabric(shared, node).talos_machines.files

    assert (found.name, found.control_plane) == ("talos-1", True)


@pytest.mark.parametrize("name", ["cp-1", "cp-2"])
def test_one_host_name_in_two_files_is_no_machine(name: str) -> None:
    text = "# file: talos/FOLDER/a.yaml\nmachine: { network: { hostname: NAME } }\n"

    found = fabric(
        text.replace("FOLDER", "prod").replace("NAME", "cp-1"),
        text.replace("FOLDER", "test").replace("NAME", name),
    )

    assert len(found.talos_machines.files) == (0 if name == "cp-1" else 2)


def test_of_several_folders_none_counts_unless_it_is_called_after_the_cluster() -> None:
    text = "# file: talos/FOLDER/machineconfig.yaml.j2\nmachine: { type: controlplane }\n"

    found = fabric(text.replace("FOLDER", "east"), text.replace("FOLDER", "west"))

    assert found.talos == ()
    assert "talos/east, talos/west" in found.talos_machines.problems[0].message


def test_a_template_that_cannot_be_read_is_told_with_its_line() -> None:
    text = "# file: talos/machineconfig.yaml.j2\na: 1\n{% raw %}\nb: {{ c }}\n{% endraw %}\n"

    (problem,) = fabric(BY_FOLDER, text).talos_machines.problems

    assert (problem.file, problem.line) == ("talos/machineconfig.yaml.j2", 2)


def test_an_alias_is_not_what_an_interface_is_called() -> None:
    text = (
        "# file: talos/nodes/cp-1.yaml.j2\n"
        "apiVersion: v1alpha1\nkind: LinkAliasConfig\nname: net0\nselector: { match: 'true' }\n---\n"
        "apiVersion: v1alpha1\nkind: LinkConfig\nname: net0\naddresses: [{ address: 10.0.0.11/24 }]\n"
    )

    (link,) = fabric(text).links

    assert not link.named


def test_templates_beside_talhelper_do_not_count() -> None:
    talconfig = "# file: talos/talconfig.yaml\nclusterName: home\ntalosVersion: v1.12.1\nnodes: []\n"

    found = fabric(MACHINECONFIG, BY_TYPE, talconfig)

    assert (found.talos, found.talos_machines.files) == ((), ())
    assert "talconfig.yaml tells the machines" in found.talos_machines.problems[0].message
