"""Replicas, rollouts, requests, what is written by hand, and what is off."""

import pytest
from cilium_clusters import cluster, k3s, reason, value, values

from fabricgen.documents.cilium import off, value_settings

ONE_NODE = [
    {"name": "one", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda", "schedulable": True}
]


def test_three_nodes_have_two_operators_and_one_node_has_one() -> None:
    assert value(cluster(), "operator.replicas") == 2
    assert value(cluster(nodes=ONE_NODE), "operator.replicas") == 1


def test_a_change_of_the_configuration_restarts_whatever_runs() -> None:
    home = cluster(at={"cilium.hubble": {"ui": {}}})
    rolled = {
        one.path for one in value_settings(home) if one.path[-1] in {"rollOutPods", "rollOutCiliumPods"}
    }

    assert rolled == {
        ("rollOutCiliumPods",),
        ("operator", "rollOutPods"),
        ("envoy", "rollOutPods"),
        ("hubble", "relay", "rollOutPods"),
        ("hubble", "ui", "rollOutPods"),
    }


def test_one_node_at_a_time_is_without_its_agent() -> None:
    home = cluster()

    assert value(home, "updateStrategy") == {"rollingUpdate": {"maxUnavailable": 1}}
    assert value(home, "envoy.updateStrategy") == {"rollingUpdate": {"maxUnavailable": 1}}
    assert "updateStrategy" not in values(cluster(nodes=ONE_NODE))


@pytest.mark.parametrize("memory", [None, "16GiB"])
def test_large_nodes_and_unknown_ones_get_the_charts_requests(memory: str | None) -> None:
    home = cluster(at={f"nodes.{number}.memory": memory for number in range(3)} if memory else {})

    assert "resources" not in values(home)


def test_small_boards_keep_memory_free_for_agents_and_envoy() -> None:
    home = cluster(at={"nodes.1.memory": "4GiB"})

    assert value(home, "resources") == {"requests": {"cpu": "100m", "memory": "512Mi"}}
    assert value(home, "envoy.resources") == {"requests": {"memory": "64Mi"}}
    assert "4096 MiB" in reason(home, "resources.requests").why


def test_only_talos_has_a_handler_that_ends_pods_without_requests_first() -> None:
    small = {"nodes.1.memory": "4GiB"}

    assert "Talos" in reason(cluster(at=small), "envoy.resources.requests").why
    assert "Talos" not in reason(k3s(at=small), "envoy.resources.requests").why


def test_envoy_asks_for_memory_on_large_nodes_only_where_talos_ends_pods_that_ask_for_none() -> None:
    large = {f"nodes.{number}.memory": "16GiB" for number in range(3)}

    assert value(cluster(at=large), "envoy.resources") == {"requests": {"memory": "64Mi"}}
    assert "resources" not in value(k3s(at=large), "envoy")


def test_what_is_written_by_hand_replaces_ours_and_says_so() -> None:
    pace = {"rollingUpdate": {"maxUnavailable": 2}}
    home = cluster(at={"cilium.values": {"updateStrategy": pace, "debug": {"enabled": True}}})

    assert value(home, "updateStrategy") == pace
    assert reason(home, "updateStrategy.rollingUpdate.maxUnavailable").why == (
        "set by hand in the description (cni.cilium.values); fabricgen would write "
        "updateStrategy.rollingUpdate.maxUnavailable: 1, because of 3 nodes one at a time is without its agent; "
        "the chart would take two"
    )
    assert reason(home, "debug.enabled").why == "set by hand in the description (cni.cilium.values)"


def test_a_list_written_by_hand_replaces_the_whole_list() -> None:
    home = cluster(
        at={"cilium.values": {"securityContext": {"capabilities": {"ciliumAgent": ["SYS_ADMIN"]}}}}
    )

    assert value(home, "securityContext.capabilities.ciliumAgent") == ["SYS_ADMIN"]
    assert "NET_ADMIN" in value(home, "securityContext.capabilities.cleanCiliumState")


def test_null_written_by_hand_takes_our_value_out_for_the_charts_own() -> None:
    home = cluster(at={"cilium.values": {"updateStrategy": None}})

    assert values(home)["updateStrategy"] is None
    assert "updateStrategy.rollingUpdate.maxUnavailable: 1" in reason(home, "updateStrategy").why


def test_a_mapping_written_by_hand_is_merged_into_ours() -> None:
    home = cluster(
        at={
            "nodes.1.memory": "4GiB",
            "cilium.values": {"resources": {"requests": {"memory": "1Gi"}, "limits": {}}},
        }
    )

    assert value(home, "resources") == {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {}}


def test_no_two_settings_claim_the_same_value() -> None:
    home = cluster(at={"cilium.values": {"rollOutCiliumPods": False, "operator": {"rollOutPods": False}}})
    paths = [one.path for one in value_settings(home)]

    assert len(paths) == len(set(paths))


def test_what_is_off_is_told_with_the_reasons_of_the_description() -> None:
    told = dict(
        off(
            cluster(
                at={
                    "cilium.hubble": {"enabled": False, "because": "4 GiB a node"},
                    "cilium.gatewayAPI": {"enabled": False, "because": "Envoy Gateway is there"},
                }
            )
        )
    )

    assert told["Hubble"] == "4 GiB a node"
    assert told["Gateway API"] == "Envoy Gateway is there"


def test_what_is_off_without_a_reason_gets_one_from_the_cluster() -> None:
    told = dict(off(cluster()))

    assert "10.0.0.0/24" in told["Encryption between nodes"]
    assert "95 bytes" in told["Encryption between nodes"]
    assert told["IPv6"] == "the description gives pods no IPv6 network"
    assert told["BGP"] == "the description names no router to peer with"
    assert "Host firewall" in told


def test_what_is_on_is_not_told_to_be_off() -> None:
    everything = {
        "cilium.encryption": {"type": "wireguard", "strict": True},
        "cilium.hubble": {"ui": {}},
        "cilium.hostFirewall": {},
        "cilium.bandwidthManager": {"bbr": True},
        "cilium.gatewayAPI": {},
        "cilium.loadBalancing": {"acceleration": "best-effort"},
        "cilium.monitoring": {"serviceMonitors": True, "dashboards": "configmaps"},
        "cilium.policies": {"dns": True},
    }

    assert [feature for feature, _ in off(cluster(at=everything))] == ["IPv6", "BGP"]


def test_one_node_needs_no_encryption_between_nodes() -> None:
    told = dict(off(cluster(nodes=ONE_NODE)))

    assert told["Encryption between nodes"] == "with one node nothing travels between nodes"


def test_metallb_is_the_reason_for_what_cilium_leaves_to_it() -> None:
    told = dict(off(cluster(metallb={"version": "0.15.2", "because": "it works"})))

    assert told["Addresses from Cilium (LB IPAM)"] == "it works"
    assert told["L2 announcements"] == "MetalLB announces the addresses"


def test_bbr_that_only_the_hosts_have_is_off_for_pods() -> None:
    told = dict(off(cluster(at={"cilium.bandwidthManager": {"bbr": True}, "cilium.hostLegacyRouting": True})))

    assert told["BBR for pods"].endswith("only the hosts' own processes have it")
