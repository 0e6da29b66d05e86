"""Encryption, the host firewall, the proxy."""

import pytest
from cilium_clusters import cluster, reason, value, values

WIREGUARD = {"type": "wireguard"}


def test_encryption_names_wireguard_because_the_charts_default_is_ipsec() -> None:
    home = cluster(at={"cilium.encryption": {**WIREGUARD, "because": "the switch is not mine"}})

    assert value(home, "encryption") == {"enabled": True, "type": "wireguard", "nodeEncryption": False}
    assert "1405 on links of 1500" in reason(home, "encryption.type").why
    assert reason(home, "encryption.enabled").why.endswith("; the switch is not mine")


def test_traffic_of_nodes_is_encrypted_when_asked() -> None:
    home = cluster(at={"cilium.encryption": {**WIREGUARD, "nodeEncryption": True}})

    assert value(home, "encryption.nodeEncryption") is True
    assert "control planes" in reason(home, "encryption.nodeEncryption").why


@pytest.mark.parametrize("version", ["1.16.6", "1.17.18", "1.18.6"])
def test_strict_mode_has_its_old_keys_before_1_19(version: str) -> None:
    home = cluster(version, at={"cilium.encryption": {**WIREGUARD, "strict": True}})

    assert value(home, "encryption.strictMode") == {"enabled": True, "cidr": "10.42.0.0/16"}


@pytest.mark.parametrize("version", ["1.19.6", "1.20.1"])
def test_strict_mode_has_its_keys_under_egress_from_1_19_on(version: str) -> None:
    home = cluster(version, at={"cilium.encryption": {**WIREGUARD, "strict": True}})

    assert value(home, "encryption.strictMode") == {"egress": {"enabled": True, "cidr": "10.42.0.0/16"}}


def test_strict_mode_lets_nodes_pass_where_a_tunnel_runs_between_them() -> None:
    home = cluster(
        at={"cilium.encryption": {**WIREGUARD, "strict": True}, "cilium.routing": {"mode": "tunnel"}}
    )

    assert value(home, "encryption.strictMode.egress.allowRemoteNodeIdentities") is True


@pytest.mark.parametrize(
    ("policy", "told"),
    [("none", "until you write one"), ("observe", "denies nothing"), ("enforce", "dropped")],
)
def test_the_host_firewall_tells_what_its_policy_does(policy: str, told: str) -> None:
    home = cluster(at={"cilium.hostFirewall": {"policy": policy}})

    assert value(home, "hostFirewall") == {"enabled": True}
    assert told in reason(home, "hostFirewall.enabled").why
    assert "IPv6 to and from nodes is dropped too" in reason(home, "hostFirewall.enabled").why


def test_what_was_not_asked_for_is_not_written() -> None:
    assert {"encryption", "hostFirewall", "policyEnforcementMode"} & values(cluster()).keys() == set()


@pytest.mark.parametrize("on", [True, False])
def test_the_proxy_is_said_aloud(on: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    home = cluster(at={"cilium.l7Proxy": on})

    assert value(home, "l7Proxy") is on
    assert ("envoy" in values(home)) is on
