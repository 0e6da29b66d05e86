"""cluster-template's own input tells what the cluster's network will look like, until something rendered does."""

from pathlib import Path

import pytest

from fabricgen.fabric import Fabric, infer
from fabricgen.lint import lint_path
from fabricgen.repository import read_repository, split_clusters

TOML = """\
[network]
node_cidr = "192.0.2.0/24"

[kubernetes]
pod_cidr = "10.52.0.0/16"

[kubernetes.api]
addr = "192.0.2.5"

[gateways]
internal = "192.0.2.6"
dns = "192.0.2.7"

[cilium.bgp]
router_addr = "192.0.2.2"

[[nodes]]
name = "one"
address = "192.0.2.11"
controller = true

[[nodes]]
name = "two"
address = "192.0.2.12"
controller = false
"""
YAML = {
    "cluster.yaml": """\
node_cidr: 192.0.2.0/24
node_default_gateway: 192.0.2.254
cluster_api_addr: 192.0.2.5
cluster_svc_cidr: 10.53.0.0/16
cluster_gateway_addr: 192.0.2.6
cilium_bgp_router_addr: 192.0.2.2
""",
    "nodes.yaml": """\
nodes:
  - {name: one, address: 192.0.2.11, controller: true}
  - {name: two, address: 192.0.2.12, controller: false}
""",
}
TALCONFIG = """\
clusterName: home
clusterPodNets: [10.60.0.0/16]
nodes: [{hostname: other, ipAddress: 192.0.2.99, controlPlane: true}]
"""


def fabric_of(folder: Path, **files: str) -> Fabric:
    """Return the fabric of a folder with these files; `__` in a name is a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    (cluster,) = split_clusters(read_repository(folder))
    return infer(cluster)


def told(fabric: Fabric) -> dict[str, list[tuple[str, str]]]:
    """Return what is known of addresses, as texts."""
    return {
        "nodes": [(str(one.address.value), str(one.control_plane)) for one in fabric.nodes],
        "networks": [("pods", str(one.value)) for one in fabric.pod_networks]
        + [("services", str(one.value)) for one in fabric.service_networks],
        "reserved": [(one.use, str(one.address.value)) for one in fabric.reserved],
        "claims": [("", str(address)) for one in fabric.claims for address in one.addresses],
    }


def test_what_is_written_in_toml_is_known_and_defaults_are_those_of_the_template(tmp_path: Path) -> None:
    assert told(fabric_of(tmp_path, cluster__toml=TOML)) == {
        "nodes": [("192.0.2.11", "True"), ("192.0.2.12", "False")],
        "networks": [("pods", "10.52.0.0/16"), ("services", "10.43.0.0/16")],
        "reserved": [("API VIP", "192.0.2.5"), ("router", "192.0.2.1"), ("router", "192.0.2.2")],
        "claims": [("", "192.0.2.6"), ("", "192.0.2.7")],
    }


def test_what_is_written_in_yaml_is_known_too(tmp_path: Path) -> None:
    files = {name.replace(".", "__"): text for name, text in YAML.items()}

    assert told(fabric_of(tmp_path, **files)) == {
        "nodes": [("192.0.2.11", "True"), ("192.0.2.12", "False")],
        "networks": [("pods", "10.42.0.0/16"), ("services", "10.53.0.0/16")],
        "reserved": [("API VIP", "192.0.2.5"), ("router", "192.0.2.254"), ("router", "192.0.2.2")],
        "claims": [("", "192.0.2.6")],
    }


def test_what_is_rendered_counts_before_what_it_was_rendered_from(tmp_path: Path) -> None:
    service = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: apps, annotations: {lbipam.cilium.io/ips: 192.0.2.80}}
spec: {type: LoadBalancer}
"""

    fabric = fabric_of(tmp_path, cluster__toml=TOML, talconfig__yaml=TALCONFIG, web__yaml=service)

    assert [one.name for one in fabric.nodes] == ["other"]
    assert [str(one.value) for one in fabric.pod_networks] == ["10.60.0.0/16"]
    assert [str(one.addresses[0]) for one in fabric.claims] == ["192.0.2.80"]


@pytest.mark.parametrize("text", ["[network\n", "[network]\nnode_cidr = '192.0.2.0/24'\n", ""])
def test_another_toml_file_tells_nothing(text: str, tmp_path: Path) -> None:
    fabric = fabric_of(tmp_path, cluster__toml=text)

    assert fabric.template is None
    assert fabric.nodes == ()


@pytest.mark.parametrize(
    ("was", "becomes", "rule", "line"),
    [
        ("10.52.0.0/16", "10.43.128.0/20", "ADR008", 5),
        ("10.52.0.0/16", "192.0.0.0/16", "ADR009", 5),
        ('address = "192.0.2.12"', 'address = "192.0.2.11"', "ADR016", 24),
    ],
)
def test_a_fault_is_told_where_the_toml_has_it(
    was: str, becomes: str, rule: str, line: int, tmp_path: Path
) -> None:
    (tmp_path / "cluster.toml").write_text(TOML.replace(was, becomes), encoding="utf-8")
    (tmp_path / ".git").mkdir()

    found = [(one.rule, one.file.rpartition("/")[2], one.line) for one in lint_path(tmp_path, only=["ADR"])]

    assert (rule, "cluster.toml", line) in found


def test_an_input_in_order_has_no_faults(tmp_path: Path) -> None:
    (tmp_path / "cluster.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / ".git").mkdir()

    assert lint_path(tmp_path) == ()
