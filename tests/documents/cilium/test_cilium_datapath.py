"""How packets travel: families, addresses, routing, masquerading, links, pacing."""

import pytest
from cilium_clusters import VERSIONS, cluster, reason, value, values

DUAL_STACK = {
    "networks.nodes": ["10.0.0.0/24", "fd00:1::/64"],
    "networks.router": ["10.0.0.1", "fd00:1::1"],
    "networks.pods": ["10.42.0.0/16", "fd00:42::/56"],
    "networks.services": ["10.43.0.0/16", "fd00:43::/112"],
    "nodes.0.address": ["10.0.0.11", "fd00:1::11"],
    "nodes.1.address": ["10.0.0.12", "fd00:1::12"],
    "nodes.2.address": ["10.0.0.13", "fd00:1::13"],
}


def test_families_follow_the_pod_network() -> None:
    home = cluster()

    assert (value(home, "ipv4.enabled"), value(home, "ipv6.enabled")) == (True, False)
    assert reason(home, "ipv4.enabled").why == "pods have addresses out of 10.42.0.0/16"


def test_dual_stack_routes_both_pod_networks_natively() -> None:
    home = cluster(at=DUAL_STACK)

    assert (value(home, "ipv4.enabled"), value(home, "ipv6.enabled")) == (True, True)
    assert value(home, "ipv4NativeRoutingCIDR") == "10.42.0.0/16"
    assert value(home, "ipv6NativeRoutingCIDR") == "fd00:42::/56"


def test_neighbours_route_natively_and_know_the_way_to_each_others_pods() -> None:
    home = cluster()

    assert value(home, "routingMode") == "native"
    assert value(home, "autoDirectNodeRoutes") is True
    assert "3 nodes" in reason(home, "routingMode").why
    assert {"tunnelProtocol", "tunnelPort"} & values(home).keys() == set()


def test_routes_that_routers_know_are_not_written_by_cilium() -> None:
    home = cluster(at={"cilium.routing": {"directNodeRoutes": False}})

    assert value(home, "autoDirectNodeRoutes") is False
    assert "routers" in reason(home, "autoDirectNodeRoutes").why


def test_a_tunnel_has_no_native_network() -> None:
    home = cluster(at={"cilium.routing": {"mode": "tunnel", "port": 8473}})

    assert value(home, "routingMode") == "tunnel"
    assert (value(home, "tunnelProtocol"), value(home, "tunnelPort")) == ("vxlan", 8473)
    assert {"ipv4NativeRoutingCIDR", "autoDirectNodeRoutes"} & values(home).keys() == set()
    assert "8472" in reason(home, "tunnelPort").why


def test_native_routing_with_geneve_for_dsr_names_the_protocol() -> None:
    home = cluster(
        at={
            "cilium.routing": {"mode": "native", "protocol": "geneve"},
            "cilium.loadBalancing": {"mode": "dsr", "dispatch": "geneve"},
        }
    )

    assert (value(home, "routingMode"), value(home, "tunnelProtocol")) == ("native", "geneve")


def test_kubernetes_gives_nodes_their_share_unless_asked_otherwise() -> None:
    home = cluster()

    assert value(home, "ipam") == {"mode": "kubernetes"}


def test_a_cluster_pool_is_this_clusters_pod_network_and_not_the_charts() -> None:
    home = cluster(at={"cilium.ipam": "cluster-pool"})

    assert value(home, "ipam.operator") == {
        "clusterPoolIPv4PodCIDRList": ["10.42.0.0/16"],
        "clusterPoolIPv4MaskSize": 24,
    }
    assert "10.0.0.0/8, which holds the nodes in 10.0.0.0/24" in (
        reason(home, "ipam.operator.clusterPoolIPv4PodCIDRList").why
    )
    assert "256 fit into 10.42.0.0/16, there are 3 nodes" in (
        reason(home, "ipam.operator.clusterPoolIPv4MaskSize").why
    )


def test_a_choice_that_was_asked_for_says_what_it_does_and_why_it_was_asked() -> None:
    home = cluster(at={"cilium.routing": {"mode": "tunnel", "because": "two switches drop unknown routes"}})

    why = reason(home, "routingMode").why

    assert (
        why
        == "packets between nodes are wrapped, at 50 bytes a packet (50 vxlan); two switches drop unknown routes"
    )


@pytest.mark.parametrize(
    ("version", "cost"),
    [
        ("1.16.6", "130 bytes a packet (50 vxlan, 80 WireGuard)"),
        ("1.18.6", "130 bytes a packet (50 vxlan, 80 WireGuard)"),
        ("1.19.6", "145 bytes a packet (50 vxlan, 95 WireGuard)"),
        ("1.20.1", "145 bytes a packet (50 vxlan, 95 WireGuard)"),
    ],
)
def test_the_cost_of_a_packet_is_that_of_the_version(version: str, cost: str) -> None:
    home = cluster(
        version, at={"cilium.routing": {"mode": "tunnel"}, "cilium.encryption": {"type": "wireguard"}}
    )

    assert cost in reason(home, "routingMode").why


def test_an_mtu_that_is_written_tells_what_pods_get() -> None:
    home = cluster(at={"cilium.mtu": 9000, "cilium.encryption": {"type": "wireguard"}})

    assert value(home, "MTU") == 9000
    assert (
        reason(home, "MTU").why
        == "links carry 9000 bytes; pods get 8905, after 95 bytes a packet (95 WireGuard)"
    )


def test_an_mtu_that_nothing_is_taken_from_says_so() -> None:
    home = cluster(at={"cilium.mtu": 9000})

    assert reason(home, "MTU").why == "links carry 9000 bytes; pods get them all"


def test_links_and_foreign_cnis_are_written_only_where_the_description_names_them() -> None:
    plain, written = cluster(), cluster(at={"cilium.devices": ["end0", "bond+"], "cilium.multus": True})

    assert {"MTU", "devices", "cni"} & values(plain).keys() == set()
    assert value(written, "devices") == ["end0", "bond+"]
    assert value(written, "cni") == {"exclusive": False}


def test_masquerading_in_ebpf_brings_host_routing_in_ebpf() -> None:
    assert value(cluster(), "bpf") == {"masquerade": True, "hostLegacyRouting": False}


@pytest.mark.parametrize("version", VERSIONS)
def test_bbr_for_pods_needs_no_other_key(version: str) -> None:
    home = cluster(version, at={"cilium.bandwidthManager": {"bbr": True}})

    assert value(home, "bandwidthManager") == {"enabled": True, "bbr": True}


@pytest.mark.parametrize("version", ["1.18.6", "1.19.6", "1.20.1"])
def test_where_pods_cannot_have_bbr_the_hosts_have_it_from_1_18_on(version: str) -> None:
    home = cluster(version, at={"cilium.bandwidthManager": {"bbr": True}, "cilium.hostLegacyRouting": True})

    assert value(home, "bandwidthManager") == {"enabled": True, "bbr": True, "bbrHostNamespaceOnly": True}


def test_pacing_without_bbr_leaves_bbr_out() -> None:
    home = cluster(at={"cilium.bandwidthManager": {}})

    assert value(home, "bandwidthManager") == {"enabled": True}
