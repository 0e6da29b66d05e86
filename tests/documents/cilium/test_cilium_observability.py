"""Hubble, its interface on the LAN, metrics and dashboards."""

from typing import Any

import pytest
from cilium_clusters import cluster, reason, value, values

PINNED = {"hubble": {"address": "10.0.0.201", "hostname": "hubble.example.org"}}
ON_THE_LAN = {"ui": {"expose": "load-balancer", "vip": "hubble"}}


def hubble(wanted: dict[str, Any], **parts: Any) -> Any:
    return cluster(at={"cilium.hubble": wanted, "networks.vips": PINNED}, **parts)


def test_hubble_that_is_off_is_switched_off_with_the_reason_of_the_description() -> None:
    home = cluster(at={"cilium.hubble": {"enabled": False, "because": "4 GiB a node"}})

    assert value(home, "hubble") == {"enabled": False}
    assert reason(home, "hubble.enabled").why == "4 GiB a node"


def test_the_interface_brings_the_relay_and_certificates_that_renew() -> None:
    home = cluster(at={"cilium.hubble": {"ui": {}}})

    assert value(home, "hubble.relay.enabled") is True
    assert value(home, "hubble.tls.auto") == {"method": "cronJob"}
    assert value(home, "hubble.ui") == {"enabled": True, "rollOutPods": True}


def test_on_the_lan_the_interface_has_its_pinned_address_and_its_name() -> None:
    service = value(hubble(ON_THE_LAN), "hubble.ui.service")

    assert service == {
        "type": "LoadBalancer",
        "annotations": {
            "lbipam.cilium.io/ips": "10.0.0.201",
            "external-dns.alpha.kubernetes.io/hostname": "hubble.example.org",
            "external-dns.kubernetes.io/hostname": "hubble.example.org",
        },
    }


def test_with_metallb_the_address_is_pinned_in_its_words() -> None:
    home = hubble(ON_THE_LAN, metallb={"version": "0.15.2"})

    annotations = value(home, "hubble.ui.service.annotations")

    assert annotations["metallb.io/loadBalancerIPs"] == "10.0.0.201"
    assert "lbipam.cilium.io/ips" not in annotations


def test_the_interfaces_own_host_name_goes_before_the_addresss() -> None:
    home = hubble({"ui": {**ON_THE_LAN["ui"], "hostname": "flows.example.org"}})

    annotations = value(home, "hubble.ui.service.annotations")

    assert annotations["external-dns.kubernetes.io/hostname"] == "flows.example.org"


def test_without_a_pinned_address_and_name_the_service_has_no_annotations() -> None:
    home = cluster(at={"cilium.hubble": {"ui": {"expose": "load-balancer"}}})

    assert value(home, "hubble.ui.service") == {"type": "LoadBalancer"}


def test_behind_a_gateway_the_service_stays_inside() -> None:
    listener = {"name": "web", "port": 80}
    home = cluster(
        at={
            "cilium.gatewayAPI": {"gateways": [{"name": "lan", "listeners": [listener]}]},
            "cilium.hubble": {"ui": {"expose": "gateway", "hostname": "hubble.example.org"}},
        }
    )

    assert "service" not in value(home, "hubble.ui")
    assert "hubble.example.org" in reason(home, "hubble.ui.enabled").why


@pytest.mark.parametrize("key", ["prometheus", "dashboards"])
def test_nothing_is_measured_unless_asked(key: str) -> None:
    assert key not in values(cluster(at={"cilium.hubble": {}}))


def test_service_monitors_for_all_that_runs_trust_that_their_crd_comes() -> None:
    home = cluster(
        at={"cilium.hubble": {"metrics": ["dns", "drop"]}, "cilium.monitoring": {"serviceMonitors": True}}
    )

    assert value(home, "prometheus") == {
        "enabled": True,
        "serviceMonitor": {"enabled": True, "trustCRDsExist": True},
    }
    assert value(home, "operator.prometheus.serviceMonitor.enabled") is True
    assert value(home, "envoy.prometheus.serviceMonitor.enabled") is True
    assert value(home, "hubble.metrics") == {"enabled": ["dns", "drop"], "serviceMonitor": {"enabled": True}}


def test_what_does_not_run_has_no_service_monitor() -> None:
    home = cluster(at={"cilium.l7Proxy": False, "cilium.monitoring": {"serviceMonitors": True}})

    assert "envoy" not in values(home)
    assert value(home, "hubble") == {"enabled": False}


@pytest.mark.parametrize(
    ("kind", "told"), [("configmaps", "sidecar"), ("grafana-operator", "GrafanaDashboard")]
)
def test_dashboards_lie_where_the_description_says(kind: str, told: str) -> None:
    home = cluster(at={"cilium.monitoring": {"dashboards": kind, "namespace": "monitoring"}})

    assert value(home, "dashboards") == {"enabled": True, "namespace": "monitoring"}
    assert value(home, "operator.dashboards") == {"enabled": True, "namespace": "monitoring"}
    assert value(home, "prometheus.enabled") is True
    assert told in reason(home, "dashboards.enabled").why
