"""Contracts 1.12 and 1.13: the network has documents of its own."""

from typing import Any

import pytest
from talos_clusters import (
    DHCP,
    EVERYTHING,
    MACS,
    NETWORK,
    SITUATIONS,
    V1ALPHA1,
    cluster,
    document,
    kinds,
    main,
    read,
    written,
)

ONE = "node/one/machine.yaml"
TWO = "node/two/machine.yaml"


@pytest.mark.parametrize(
    "path", ["all/kubernetes.yaml", "control-plane/kubernetes.yaml", "node/two/placement.yaml"]
)
def test_what_is_not_the_network_stays_as_it_was(path: str) -> None:
    before, after = (cluster(contract, at=EVERYTHING) for contract in (V1ALPHA1, NETWORK))

    assert read(after, path) == read(before, path)


def test_resolvers_and_time_servers_are_documents() -> None:
    home = cluster(NETWORK, at=EVERYTHING)
    servers = [{"address": "10.0.0.2"}, {"address": "9.9.9.9"}]

    assert kinds(home, "all/machine.yaml") == ["", "ResolverConfig", "TimeSyncConfig"]
    assert document(home, "all/machine.yaml", "ResolverConfig") == {"nameservers": servers}
    assert document(home, "all/machine.yaml", "TimeSyncConfig") == {"ntp": {"servers": ["time.example.org"]}}
    assert main(home, "all/machine.yaml")["machine"]["features"] == {
        "hostDNS": {"enabled": True, "forwardKubeDNSToHost": False}
    }


def test_the_generated_name_is_switched_off_for_the_nodes_own() -> None:
    home = cluster(NETWORK)

    assert document(home, ONE, "HostnameConfig") == {"auto": "off", "hostname": "one"}
    assert 'auto: "off"' in written(home)[ONE]


def test_a_link_has_its_address_and_control_planes_share_one() -> None:
    home = cluster(NETWORK)

    assert kinds(home, ONE) == ["", "HostnameConfig", "LinkConfig", "Layer2VIPConfig"]
    assert kinds(home, TWO) == ["", "HostnameConfig", "LinkConfig"]
    assert document(home, ONE, "LinkConfig") == {
        "name": "end0",
        "addresses": [{"address": "10.0.0.11/24"}],
        "routes": [{"gateway": "10.0.0.1"}],
    }
    assert document(home, ONE, "Layer2VIPConfig") == {"name": "10.0.0.9", "link": "end0"}


@pytest.mark.parametrize(
    ("situation", "match"),
    [("by-mac", f'mac(link.permanent_addr) == "{MACS[0]}"'), ("only-link", "true")],
)
def test_a_link_without_a_name_gets_an_alias(situation: str, match: str) -> None:
    home = cluster(NETWORK, at=SITUATIONS[situation])

    assert document(home, ONE, "LinkAliasConfig") == {"name": "net0", "selector": {"match": match}}
    assert document(home, ONE, "LinkConfig")["name"] == "net0"
    assert document(home, ONE, "Layer2VIPConfig")["link"] == "net0"


def test_a_vlan_has_the_address_and_its_parent_is_brought_up() -> None:
    home = cluster(NETWORK, at=EVERYTHING)

    assert document(home, TWO, "LinkConfig") == {"name": "net0", "up": True}
    assert document(home, TWO, "VLANConfig") == {
        "name": "net0.12",
        "vlanID": 12,
        "parent": "net0",
        "addresses": [{"address": "10.0.0.12/24"}],
        "routes": [{"gateway": "10.0.0.1"}],
    }


def test_an_mtu_stands_on_the_vlan_and_on_what_carries_it() -> None:
    links = {f"nodes.{index}.interface": {"name": "end0", "vlan": 5, "mtu": 9000} for index in range(2)}
    home = cluster(NETWORK, at=links)

    assert document(home, TWO, "LinkConfig")["mtu"] == 9000
    assert document(home, TWO, "VLANConfig")["mtu"] == 9000


def test_a_bond_has_the_address_and_watches_its_members() -> None:
    home = cluster(NETWORK, at=SITUATIONS["bond-by-name"])

    assert kinds(home, ONE) == ["", "HostnameConfig", "BondConfig", "Layer2VIPConfig"]
    assert document(home, ONE, "BondConfig") == {
        "name": "bond0",
        "links": ["enp1s0", "enp2s0"],
        "bondMode": "802.3ad",
        "miimon": 100,
        "updelay": 200,
        "downdelay": 200,
        "addresses": [{"address": "10.0.0.11/24"}],
        "routes": [{"gateway": "10.0.0.1"}],
    }


def test_members_of_a_bond_get_aliases_where_they_are_known_by_mac() -> None:
    home = cluster(NETWORK, at=SITUATIONS["bond-by-mac"])

    aliases = [body for body in read(home, ONE) if body.get("kind") == "LinkAliasConfig"]

    assert [(alias["name"], alias["selector"]["match"]) for alias in aliases] == [
        ("bond0port0", f'mac(link.permanent_addr) == "{MACS[0]}"'),
        ("bond0port1", f'mac(link.permanent_addr) == "{MACS[1]}"'),
    ]
    assert document(home, ONE, "BondConfig")["links"] == ["bond0port0", "bond0port1"]
    assert document(home, ONE, "Layer2VIPConfig")["link"] == "bond0.7"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (DHCP, ["", "HostnameConfig", "Layer2VIPConfig"]),
        (
            SITUATIONS["dhcp-by-mac"],
            [
                "",
                "HostnameConfig",
                "LinkAliasConfig",
                "LinkConfig",
                "VLANConfig",
                "DHCPv4Config",
                "Layer2VIPConfig",
            ],
        ),
        (
            SITUATIONS["dhcp-dual-stack"],
            ["", "HostnameConfig", "LinkConfig", "DHCPv4Config", "DHCPv6Config", "Layer2VIPConfig"],
        ),
    ],
    ids=["named", "vlan", "dual-stack"],
)
def test_with_dhcp_the_link_is_named_only_where_the_default_does_not_do(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert kinds(cluster(NETWORK, at=changes), ONE) == expected


def test_dhcp_runs_on_the_link_that_has_the_address() -> None:
    home = cluster(NETWORK, at=SITUATIONS["dhcp-by-mac"])

    assert document(home, ONE, "DHCPv4Config") == {"name": "net0.3"}
    assert document(home, ONE, "VLANConfig")["up"] is True


def test_resolvers_are_left_to_dhcp_unless_the_description_names_some() -> None:
    left, named = (
        cluster(NETWORK, at={**DHCP, **more}) for more in ({}, {"networks.dnsServers": ["9.9.9.9"]})
    )

    assert kinds(left, "all/machine.yaml") == [""]
    assert document(named, "all/machine.yaml", "ResolverConfig") == {"nameservers": [{"address": "9.9.9.9"}]}
