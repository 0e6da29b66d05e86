"""Services: balancing, addresses, announcements, Gateway API."""

import pytest
from cilium_clusters import VERSIONS, cluster, reason, value, values

METALLB = {"version": "0.15.2"}


@pytest.mark.parametrize("version", VERSIONS)
def test_services_are_balanced_by_cilium_with_the_mode_and_algorithm_said_aloud(version: str) -> None:
    home = cluster(version)

    assert value(home, "kubeProxyReplacement") is True
    assert value(home, "loadBalancer") == {"mode": "snat", "algorithm": "random"}


def test_with_kube_proxy_nothing_is_said_about_balancing() -> None:
    home = cluster(at={"cilium.kubeProxyReplacement": False, "networks.loadBalancers": {}})

    assert {"loadBalancer", "maglev", "socketLB"} & values(home).keys() == set()


def test_dsr_and_maglev_with_the_size_of_its_tables() -> None:
    home = cluster(
        at={"cilium.loadBalancing": {"mode": "hybrid", "algorithm": "maglev", "maglevTableSize": 65521}}
    )

    assert value(home, "loadBalancer") == {"mode": "hybrid", "algorithm": "maglev"}
    assert value(home, "maglev") == {"tableSize": 65521}
    assert "655 backends" in reason(home, "maglev.tableSize").why


def test_dsr_through_a_tunnel_is_dispatched_by_geneve() -> None:
    home = cluster(
        at={
            "cilium.routing": {"mode": "tunnel", "protocol": "geneve"},
            "cilium.loadBalancing": {"mode": "dsr"},
        }
    )

    assert value(home, "loadBalancer.dsrDispatch") == "geneve"


@pytest.mark.parametrize(
    ("acceleration", "told"), [("native", "must support"), ("best-effort", "where"), ("disabled", "no XDP")]
)
def test_acceleration_tells_what_the_links_must_do(acceleration: str, told: str) -> None:
    home = cluster(at={"cilium.loadBalancing": {"acceleration": acceleration}})

    assert value(home, "loadBalancer.acceleration") == acceleration
    assert told in reason(home, "loadBalancer.acceleration").why


@pytest.mark.parametrize(
    ("host_only", "told"), [(True, "left alone"), (False, "when a pod's socket connects")]
)
def test_socket_balancing_follows_the_description(host_only: bool, told: str) -> None:  # noqa: FBT001 - a parameter of the table above
    home = cluster(at={"cilium.socketLbHostNamespaceOnly": host_only})

    assert value(home, "socketLB") == {"hostNamespaceOnly": host_only}
    assert told in reason(home, "socketLB.hostNamespaceOnly").why


@pytest.mark.parametrize("version", ["1.17.18", "1.18.6", "1.19.6", "1.20.1"])
def test_where_metallb_hands_out_addresses_cilium_does_not(version: str) -> None:
    home = cluster(version, metallb=METALLB)

    assert value(home, "enableLBIPAM") is False
    assert "l2announcements" not in values(home)


def test_before_1_17_allocation_cannot_be_switched_off_and_sleeps_without_pools() -> None:
    assert "enableLBIPAM" not in values(cluster("1.16.6", metallb=METALLB))


def test_l2_leases_come_with_the_requests_that_they_cost() -> None:
    home = cluster(at={"cilium.l2": {"services": 60, "renewDeadline": "3s", "leaseDuration": "9s"}})

    assert value(home, "l2announcements") == {
        "enabled": True,
        "leaseDuration": "9s",
        "leaseRenewDeadline": "3s",
        "leaseRetryPeriod": "2s",
    }
    assert value(home, "k8sClientRateLimit") == {"qps": 30, "burst": 60}
    assert "60 Services" in reason(home, "k8sClientRateLimit.qps").why


def test_bgp_is_on_with_its_passwords_namespace_only_if_there_are_passwords() -> None:
    open_peer = {"name": "router", "address": "10.0.0.1", "asn": 64513}
    plain = cluster(at={"cilium.bgp": {"asn": 64512, "peers": [open_peer]}})
    secret = cluster(at={"cilium.bgp": {"asn": 64512, "peers": [{**open_peer, "passwordSecret": "bgp"}]}})

    assert value(plain, "bgpControlPlane") == {"enabled": True}
    assert value(secret, "bgpControlPlane.secretsNamespace") == {"name": "kube-system"}
    assert "router (10.0.0.1, AS 64513)" in reason(plain, "bgpControlPlane.enabled").why


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chart_never_makes_the_gateway_class_which_this_tree_has(version: str) -> None:
    home = cluster(version, at={"cilium.gatewayAPI": {}})

    assert value(home, "gatewayAPI.enabled") is True
    assert value(home, "gatewayAPI.gatewayClass.create") == "false"
    assert str(home.versions.gateway_api and home.versions.gateway_api.version) in (
        reason(home, "gatewayAPI.enabled").why
    )


def test_http_2_is_offered_only_where_a_gateway_ends_tls() -> None:
    web = {"name": "web", "port": 80}
    secure = {"name": "secure", "port": 443, "protocol": "HTTPS", "certificate": "tls"}
    plain = cluster(at={"cilium.gatewayAPI": {"gateways": [{"name": "lan", "listeners": [web]}]}})
    tls = cluster(at={"cilium.gatewayAPI": {"gateways": [{"name": "lan", "listeners": [web, secure]}]}})

    assert "enableAlpn" not in value(plain, "gatewayAPI")
    assert value(tls, "gatewayAPI.enableAlpn") is True
    assert "(secure)" in reason(tls, "gatewayAPI.enableAlpn").why
