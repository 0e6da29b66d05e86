"""The links of nodes and reserved addresses: from Talos' documents, from v1alpha1, from talhelper."""

import pytest

from fabricgen.fabric import Fabric, infer
from fabricgen.rules.example import clusters_of

TALHELPER = """\
# file: talos/talconfig.yaml
clusterName: home
talosVersion: v1.12.1
endpoint: https://10.0.0.10:6443
nodes:
  - hostname: node-1
    ipAddress: 10.0.0.11
    networkInterfaces:
      - interface: lo
        addresses: [10.9.9.9/32]
      - interface: bond0
        addresses: [10.0.0.11/24, 10.0.0.99]
        routes:
          - { network: 0.0.0.0/0, gateway: 10.0.0.1 }
          - { network: 10.7.0.0/16, gateway: 10.0.0.7 }
        vlans:
          - { vlanId: 20, addresses: [10.20.0.11/24], vip: { ip: 10.20.0.10 } }
"""
DOCUMENTS = """\
# file: talos/node/node-1/link.yaml
apiVersion: v1alpha1
kind: LinkConfig
name: enp1s0
addresses: [{ address: 10.0.0.11/24 }]
routes: [{ gateway: 10.0.0.1 }, { destination: 10.7.0.0/16, gateway: 10.0.0.7 }]
# file: talos/node/node-1/vlan.yaml
apiVersion: v1alpha1
kind: VLANConfig
name: enp1s0.20
parent: enp1s0
addresses: [{ address: 10.20.0.11/24 }]
# file: talos/node/node-1/vip.yaml
apiVersion: v1alpha1
kind: Layer2VIPConfig
name: 10.20.0.10
link: enp1s0.20
"""


def _fabric(text: str) -> Fabric:
    (cluster,) = clusters_of(text)
    return infer(cluster)


@pytest.mark.parametrize(
    ("text", "interfaces"),
    [(TALHELPER, {"bond0", "bond0.20"}), (DOCUMENTS, {"enp1s0", "enp1s0.20"})],
    ids=["talhelper", "documents"],
)
def test_networks_are_those_of_addresses_with_a_prefix_length(text: str, interfaces: set[str]) -> None:
    (link,) = _fabric(text).node_links

    assert link.name == "node-1"
    assert {str(network) for network in link.networks} == {"10.0.0.0/24", "10.20.0.0/24"}
    assert link.interfaces == interfaces
    assert link.named


@pytest.mark.parametrize("text", [TALHELPER, DOCUMENTS], ids=["talhelper", "documents"])
def test_vips_and_default_routers_are_reserved(text: str) -> None:
    found = {(one.use, str(one.address.value)) for one in _fabric(text).reserved}

    assert found - {("API endpoint", "10.0.0.10")} == {("API VIP", "10.20.0.10"), ("router", "10.0.0.1")}


@pytest.mark.parametrize(
    "text",
    [
        TALHELPER.replace("interface: bond0", "interface: bond0\n        dhcp: true"),
        DOCUMENTS
        + "# file: talos/node/node-1/dhcp.yaml\napiVersion: v1alpha1\nkind: DHCPv4Config\nname: enp1s0\n",
    ],
    ids=["talhelper", "documents"],
)
def test_a_node_with_dhcp_does_not_tell_all_of_its_networks(text: str) -> None:
    fabric = _fabric(text)

    assert (len(fabric.links), fabric.node_links) == (1, ())


def test_an_interface_that_is_selected_has_no_name_that_is_told() -> None:
    (link,) = _fabric(TALHELPER.replace("interface: bond0", "deviceSelector: { physical: true }")).links

    assert not link.named


def test_a_patch_named_after_what_it_patches_is_of_the_folder_s_node() -> None:
    text = "# file: talos/nodes/node-7/machine.yaml\nmachine: {network: {interfaces: [{interface: eth0, addresses: [10.0.0.7/24]}]}}\n"

    assert [link.name for link in _fabric(text).links] == ["node-7"]


def test_what_stands_beside_flux_is_not_applied() -> None:
    text = (
        "# file: flux/apps.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: apps, namespace: flux-system}\n"
        "spec: {interval: 1h, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}\n"
        "# file: apps/pool.yaml\napiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: in}\n"
        "spec: {blocks: [{cidr: 10.0.0.0/24}]}\n"
        "# file: old/pool.yaml\napiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: out}\n"
        "spec: {blocks: [{cidr: 10.0.0.0/24}]}\n"
    )

    assert [pool.name for pool in _fabric(text).pools] == ["in"]
