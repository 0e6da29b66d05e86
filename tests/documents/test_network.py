"""Pools of addresses and who answers for them on the LAN, in Cilium's objects."""

from typing import Any

import pytest
from homes import TALOS, document, home
from two_families import DUAL_STACK

from fabricgen.addresses import AddressRange, parse_address
from fabricgen.cluster import Cluster, Pool, Selector
from fabricgen.documents import network
from fabricgen.documents.document import Part
from fabricgen.documents.network import announced, block_of, service_selector

CONFIG = "infrastructure/cilium-config"
BGP = {"asn": 64512, "peers": [{"name": "router", "address": "10.0.0.1", "asn": 64513}]}
NAME = "io.kubernetes.service.name"
NAMESPACE = "io.kubernetes.service.namespace"


def parts(cluster: Cluster, name: str) -> list[Part]:
    found = {draft.path: draft.parts for draft in network.drafts(cluster)}
    return list(found.get(f"{CONFIG}/{name}.yaml", ()))


def pools(cluster: Cluster) -> dict[str, Any]:
    return {part.body["metadata"]["name"]: part.body["spec"] for part in parts(cluster, "pools")}


def policies(cluster: Cluster) -> dict[str, Any]:
    return {part.body["metadata"]["name"]: part.body["spec"] for part in parts(cluster, "l2")}


def reason(part: Part, key: str) -> str:
    return next(one.why for one in part.settings if one.path == ("spec", key))


def span(first: str, last: str) -> AddressRange:
    return AddressRange(parse_address(first), parse_address(last))


@pytest.mark.parametrize(
    ("first", "last", "block"),
    [
        ("10.0.0.240", "10.0.0.247", {"cidr": "10.0.0.240/29"}),
        ("10.0.0.200", "10.0.0.215", {"start": "10.0.0.200", "stop": "10.0.0.215"}),
        ("10.0.0.200", "10.0.0.200", {"start": "10.0.0.200", "stop": "10.0.0.200"}),
        ("fd00::", "fd00::ff", {"cidr": "fd00::/120"}),
    ],
)
def test_a_block_is_a_cidr_only_where_it_is_one(first: str, last: str, block: dict[str, str]) -> None:
    assert block_of(span(first, last)) == block


def test_a_selector_is_made_of_labels_and_of_what_cilium_reads_as_labels() -> None:
    selector = Selector(namespaces=("web",), names=("front",), labels={"app": "web"})

    assert service_selector(selector) == {
        "matchLabels": {"app": "web"},
        "matchExpressions": [
            {"key": NAMESPACE, "operator": "In", "values": ["web"]},
            {"key": NAME, "operator": "In", "values": ["front"]},
        ],
    }


def test_a_pool_for_all_services_has_no_selector() -> None:
    assert pools(home()) == {"lan": {"blocks": [{"start": "10.0.0.200", "stop": "10.0.0.215"}]}}


def test_first_and_last_addresses_are_given_out_where_a_block_is_a_cidr() -> None:
    cluster = home(networks__loadBalancers={"lan": {"cidr": "10.0.0.240/29"}})

    assert pools(cluster)["lan"] == {"blocks": [{"cidr": "10.0.0.240/29"}], "allowFirstLastIPs": "Yes"}


def test_a_pinned_address_has_a_pool_that_only_its_service_may_use() -> None:
    vip = {"address": "10.0.0.200", "services": [{"name": "dns", "namespace": "network"}]}

    found = pools(home(networks__vips={"names": vip}))

    assert found["lan"]["blocks"] == [{"start": "10.0.0.201", "stop": "10.0.0.215"}]
    assert found["vip-names"] == {
        "blocks": [{"start": "10.0.0.200", "stop": "10.0.0.200"}],
        "serviceSelector": {
            "matchExpressions": [
                {"key": NAMESPACE, "operator": "In", "values": ["network"]},
                {"key": NAME, "operator": "In", "values": ["dns"]},
            ]
        },
    }


def test_a_pool_of_which_nothing_is_left_is_not_written() -> None:
    vip = {"address": "10.0.0.200", "services": [{"name": "dns", "namespace": "network"}]}
    only = {"lan": {"address": "10.0.0.200"}}

    assert set(pools(home(networks__vips={"names": vip}, networks__loadBalancers=only))) == {"vip-names"}


def test_the_reason_of_a_pool_tells_what_is_left_out_and_whose_it_is() -> None:
    whole = {"lan": {"cidr": "10.0.0.0/24"}}

    why = reason(parts(home(networks__loadBalancers=whole), "pools")[0], "blocks")

    assert why.startswith("249 addresses: 10.0.0.0/24 without what is taken: ")
    assert "10.0.0.12 (node two)" in why


@pytest.mark.parametrize(
    ("cilium", "version"),
    [("1.16.6", "v2alpha1"), ("1.17.18", "v2alpha1"), ("1.18.6", "v2"), ("1.20.1", "v2")],
)
def test_pools_have_the_version_that_their_cilium_stores(cilium: str, version: str) -> None:
    cluster = home(cni__cilium__version=cilium, kubernetes="1.31.1")

    assert {part.body["apiVersion"] for part in parts(cluster, "pools")} == {f"cilium.io/{version}"}


def test_one_policy_announces_the_addresses_of_an_open_pool() -> None:
    assert policies(home()) == {
        "default": {
            "loadBalancerIPs": True,
            "nodeSelector": {
                "matchExpressions": [
                    {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}
                ]
            },
        }
    }


def test_where_all_nodes_are_control_planes_they_announce() -> None:
    cluster = home(nodes=TALOS["nodes"][:1])

    assert policies(cluster) == {"default": {"loadBalancerIPs": True}}


def test_labels_and_links_narrow_who_announces() -> None:
    l2 = {"nodeLabels": {"example.org/edge": "yes"}, "interfaces": ["^eth0$"]}

    found = policies(home(cni__cilium__l2=l2))["default"]

    assert found["nodeSelector"] == {"matchLabels": {"example.org/edge": "yes"}}
    assert found["interfaces"] == ["^eth0$"]


def test_with_pools_for_some_services_only_those_are_announced() -> None:
    found = {
        "lan": {"cidr": "10.0.0.240/29", "services": {"namespaces": ["web"]}},
        "routed": {"cidr": "10.9.0.0/24", "announce": ["bgp"]},
    }

    cluster = home(networks__loadBalancers=found, cni__cilium__bgp=BGP)

    assert policies(cluster)["lan"]["serviceSelector"] == {
        "matchExpressions": [{"key": NAMESPACE, "operator": "In", "values": ["web"]}]
    }


def test_one_open_pool_means_that_every_service_is_announced() -> None:
    assert announced([pool("a", labels={"x": "y"}), pool("b")], by="l2") == {"default": {}}


def test_selective_pools_are_announced_each_by_its_selector() -> None:
    assert announced([pool("a", labels={"x": "y"}), pool("b", by="bgp")], by="l2") == {
        "a": {"matchLabels": {"x": "y"}}
    }


def test_what_no_pool_announces_is_announced_by_nobody() -> None:
    assert announced([pool("a")], by="bgp") == {}


def pool(name: str, *, by: str = "l2", labels: dict[str, str] | None = None) -> Pool:
    block = span("10.0.0.200", "10.0.0.201")
    return Pool(
        name=name,
        written=(block,),
        blocks=(block,),
        taken=(),
        announce=("bgp",) if by == "bgp" else ("l2",),
        selector=Selector(labels=labels or {}),
    )


@pytest.mark.parametrize(
    ("cilium", "how"), [("1.18.6", "by ARP;"), ("1.19.6", "by ARP and neighbour discovery;")]
)
def test_the_reason_tells_how_addresses_are_answered_for(cilium: str, how: str) -> None:
    cluster = home(**DUAL_STACK, kubernetes="1.33.4", cni__cilium__version=cilium)

    part = parts(cluster, "l2")[0]

    assert how in reason(part, "loadBalancerIPs")


def test_where_metallb_serves_the_pools_cilium_says_nothing_of_them() -> None:
    assert list(network.drafts(home(metallb={"version": "0.15.2"}))) == []


def test_beside_metallb_cilium_may_still_tell_routers_of_pods() -> None:
    cluster = home(metallb={"version": "0.15.2"}, cni__cilium__bgp={**BGP, "advertisePods": True})

    assert [draft.path for draft in network.drafts(cluster)] == [f"{CONFIG}/bgp.yaml"]
    assert parts(cluster, "bgp")[-1].body["spec"]["advertisements"] == [{"advertisementType": "PodCIDR"}]


def test_sources_lead_to_the_documentation_of_the_minor_in_use() -> None:
    found = document(home(cni__cilium__version="1.18.6", kubernetes="1.33.4"), f"{CONFIG}/pools.yaml")

    assert {one.source for one in found.settings} == {
        "https://docs.cilium.io/en/v1.18/network/lb-ipam/#cidrs-ranges-and-reserved-ips"
    }
