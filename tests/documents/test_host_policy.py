"""The nodes' own firewall: what it must let in on Talos and k3s, and that watching denies nothing."""

from typing import Any

import pytest
from homes import K3S, TALOS, home
from two_families import DUAL_STACK

from fabricgen.documents import host_policy
from fabricgen.documents.document import Part

ALL = ["all"]


def policies(description: dict[str, Any] = TALOS, *, policy: str = "enforce", **at: Any) -> dict[str, Part]:
    cluster = home(description, cni__cilium__hostFirewall={"policy": policy}, **at)
    assert cluster.cilium
    return {part.body["metadata"]["name"]: part for part in host_policy.parts(cluster, cluster.cilium)}


def everyone(description: dict[str, Any] = TALOS, **at: Any) -> list[Any]:
    rules: list[Any] = policies(description, **at)["host-all"].body["spec"]["ingress"]
    return rules


def open_to_all(rules: list[Any]) -> list[str]:
    ports = [
        port
        for rule in rules
        if rule.get("fromEntities") == ALL
        for one in rule["toPorts"]
        for port in one["ports"]
    ]
    return [f"{port['port']}/{port['protocol']}" for port in ports]


def test_without_a_policy_nothing_is_written() -> None:
    assert policies(policy="none") == {}


def test_without_the_firewall_nothing_is_written() -> None:
    cluster = home()
    assert cluster.cilium

    assert list(host_policy.parts(cluster, cluster.cilium)) == []


@pytest.mark.parametrize(("policy", "denies"), [("observe", False), ("enforce", True)])
def test_only_enforcing_denies_and_never_what_nodes_send(policy: str, *, denies: bool) -> None:
    specs = [part.body["spec"] for part in policies(policy=policy).values()]

    assert [spec["enableDefaultDeny"] for spec in specs] == [{"ingress": denies, "egress": False}] * 2
    assert all("egress" not in spec for spec in specs)


def test_all_that_belongs_to_the_cluster_comes_in() -> None:
    assert everyone()[0] == {"fromEntities": ["cluster"]}


def test_a_node_that_just_joined_comes_in_by_its_address() -> None:
    assert everyone()[1] == {
        "fromCIDRSet": [{"cidr": "10.0.0.11/32"}, {"cidr": "10.0.0.12/32"}, {"cidr": "10.0.0.13/32"}]
    }


def test_control_planes_serve_both_apis_to_anyone() -> None:
    spec = policies()["host-control-plane"].body["spec"]

    assert open_to_all(spec["ingress"]) == ["6443/TCP", "50000/TCP"]
    assert spec["nodeSelector"] == {
        "matchExpressions": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]
    }


def test_workers_of_talos_are_managed_by_way_of_control_planes() -> None:
    assert open_to_all(everyone()) == []


def test_machines_with_k3s_are_managed_by_ssh_from_anywhere() -> None:
    assert open_to_all(everyone(K3S)) == ["22/TCP"]
    assert open_to_all(policies(K3S)["host-control-plane"].body["spec"]["ingress"]) == ["6443/TCP"]


def test_an_api_behind_another_port_is_open_at_both() -> None:
    rules = policies(endpoint={"host": "api.example.org", "port": 443, "external": True})[
        "host-control-plane"
    ]

    assert open_to_all(rules.body["spec"]["ingress"]) == ["443/TCP", "6443/TCP", "50000/TCP"]


def test_nodes_answer_to_ping() -> None:
    assert {"icmps": [{"fields": [{"family": "IPv4", "type": 8}]}]} in everyone()


def test_neighbour_discovery_is_left_to_cilium_which_always_lets_it_in() -> None:
    rules = everyone(**DUAL_STACK)

    fields = [field for rule in rules for icmp in rule.get("icmps", ()) for field in icmp["fields"]]
    assert fields == [{"family": "IPv4", "type": 8}, {"family": "IPv6", "type": 128}]
    assert {"cidr": "fd00::11/128"} in rules[1]["fromCIDRSet"]


def test_addresses_by_dhcp_need_its_answers() -> None:
    port = {"toPorts": [{"ports": [{"port": "68", "protocol": "UDP"}]}]}

    assert {"fromCIDRSet": [{"cidr": "10.0.0.0/24"}], **port} in everyone(networks__addressing="dhcp")


def test_fixed_addresses_need_no_dhcp() -> None:
    assert len(everyone()) == 3


def test_with_kube_proxy_node_ports_pass_the_firewall_unbalanced() -> None:
    rules = everyone(cni__cilium__kubeProxyReplacement=False, networks__loadBalancers={})

    assert open_to_all(rules) == ["30000/TCP", "30000/UDP"]
    assert rules[-1]["toPorts"][0]["ports"][0]["endPort"] == 32767


@pytest.mark.parametrize(
    ("hubble", "tool"), [({"enabled": True}, "hubble observe"), ({"enabled": False}, "cilium-dbg monitor")]
)
def test_watching_is_told_with_the_tool_that_is_there(hubble: dict[str, Any], tool: str) -> None:
    part = policies(policy="observe", cni__cilium__hubble=hubble)["host-all"]

    assert tool in next(one.why for one in part.settings if one.path == ("spec", "enableDefaultDeny"))


def test_a_policy_for_nodes_selects_nodes_and_never_pods() -> None:
    assert all("endpointSelector" not in part.body["spec"] for part in policies().values())
