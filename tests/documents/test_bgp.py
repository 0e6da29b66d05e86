"""What Cilium tells routers: sessions, their settings, and which Services are advertised."""

from typing import Any

import pytest
from homes import home
from two_families import DUAL_STACK

from fabricgen.documents import network

PEER = {"name": "router", "address": "10.0.0.1", "asn": 64513}


def bodies(
    *,
    version: str = "1.19.6",
    pools: dict[str, Any] | None = None,
    peer: dict[str, Any] | None = None,
    **bgp: Any,
) -> dict[str, Any]:
    routed = {"routed": {"cidr": "10.9.0.0/24", "announce": ["bgp"]}}
    cluster = home(
        kubernetes="1.31.1" if version < "1.18" else "1.33.4",
        networks__loadBalancers=routed if pools is None else pools,
        cni__cilium={"version": version, "bgp": {"asn": 64512, "peers": [{**PEER, **(peer or {})}], **bgp}},
    )
    found = {draft.path.rpartition("/")[2]: draft.parts for draft in network.drafts(cluster)}
    return {part.body["kind"]: part.body for part in found["bgp.yaml"]}


def test_every_node_calls_the_router() -> None:
    assert bodies()["CiliumBGPClusterConfig"]["spec"] == {
        "bgpInstances": [
            {
                "name": "as64512",
                "localASN": 64512,
                "peers": [
                    {
                        "name": "router",
                        "peerAddress": "10.0.0.1",
                        "peerASN": 64513,
                        "peerConfigRef": {"name": "router"},
                    }
                ],
            }
        ]
    }


def test_labels_choose_the_nodes_that_call() -> None:
    config = bodies(nodeLabels={"example.org/rack": "a"})["CiliumBGPClusterConfig"]

    assert config["spec"]["nodeSelector"] == {"matchLabels": {"example.org/rack": "a"}}


def test_a_plain_peer_has_its_times_and_what_it_is_told() -> None:
    assert bodies()["CiliumBGPPeerConfig"]["spec"] == {
        "timers": {"holdTimeSeconds": 90, "keepAliveTimeSeconds": 30},
        "gracefulRestart": {"enabled": True, "restartTimeSeconds": 120},
        "families": [
            {"afi": "ipv4", "safi": "unicast", "advertisements": {"matchLabels": {"advertise": "bgp"}}}
        ],
    }


def test_everything_that_differs_about_a_peer_is_written() -> None:
    peer = {"port": 1179, "passwordSecret": "bgp", "ebgpMultihop": 3, "gracefulRestart": False}

    spec = bodies(peer=peer)["CiliumBGPPeerConfig"]["spec"]

    assert (spec["transport"], spec["authSecretRef"], spec["ebgpMultihop"]) == ({"peerPort": 1179}, "bgp", 3)
    assert "gracefulRestart" not in spec


def test_peers_find_the_advertisement_by_its_label() -> None:
    found = bodies()
    wanted = found["CiliumBGPPeerConfig"]["spec"]["families"][0]["advertisements"]["matchLabels"]

    assert found["CiliumBGPAdvertisement"]["metadata"]["labels"] == wanted


def test_addresses_of_an_open_pool_are_advertised_for_every_service_that_does_not_opt_out() -> None:
    assert bodies()["CiliumBGPAdvertisement"]["spec"]["advertisements"] == [
        {
            "advertisementType": "Service",
            "service": {"addresses": ["LoadBalancerIP"]},
            "selector": {
                "matchExpressions": [{"key": "advertise", "operator": "NotIn", "values": ["never"]}]
            },
        }
    ]


def test_pools_that_only_l2_announces_are_not_advertised() -> None:
    pools = {
        "lan": {"cidr": "10.0.0.240/29"},
        "routed": {"cidr": "10.9.0.0/24", "announce": ["bgp"], "services": {"labels": {"reach": "all"}}},
    }

    wanted = bodies(pools=pools)["CiliumBGPAdvertisement"]["spec"]["advertisements"]

    assert [one["selector"] for one in wanted] == [{"matchLabels": {"reach": "all"}}]


def test_pod_networks_are_advertised_where_that_is_asked_for() -> None:
    wanted = bodies(advertisePods=True)["CiliumBGPAdvertisement"]["spec"]["advertisements"]

    assert wanted[-1] == {"advertisementType": "PodCIDR"}


def test_without_anything_to_tell_there_is_no_advertisement() -> None:
    assert set(bodies(pools={})) == {"CiliumBGPClusterConfig", "CiliumBGPPeerConfig"}


@pytest.mark.parametrize(
    ("cilium", "version"), [("1.16.6", "v2alpha1"), ("1.17.18", "v2alpha1"), ("1.18.6", "v2")]
)
def test_objects_have_the_version_that_their_cilium_stores(cilium: str, version: str) -> None:
    assert {body["apiVersion"] for body in bodies(version=cilium).values()} == {f"cilium.io/{version}"}


def test_each_ip_family_of_the_cluster_is_told() -> None:
    cluster = home(
        **DUAL_STACK,
        networks__loadBalancers={"routed": {"cidr": "10.9.0.0/24", "announce": ["bgp"]}},
        cni__cilium__bgp={"asn": 64512, "peers": [PEER]},
    )

    drafts = {draft.path.rpartition("/")[2]: draft.parts for draft in network.drafts(cluster)}

    assert [one["afi"] for one in drafts["bgp.yaml"][1].body["spec"]["families"]] == ["ipv4", "ipv6"]
