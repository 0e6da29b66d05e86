"""Gateways: their class, their address in the way that each Cilium reads it, and the route to Hubble."""

from typing import Any

import pytest
from homes import K3S, home

from fabricgen.cluster import Cluster
from fabricgen.documents import gateway
from fabricgen.documents.document import Part

HTTP = [{"name": "http", "port": 80}]
LAN = {"name": "lan", "listeners": HTTP}
PINNED = {"networks__vips": {"web": {"address": "10.0.0.201"}}}
NAMES = {
    "external-dns.alpha.kubernetes.io/hostname": "web.example.org",
    "external-dns.kubernetes.io/hostname": "web.example.org",
}


def parts(cluster: Cluster, name: str) -> list[Part]:
    found = {draft.path.rpartition("/")[2]: draft.parts for draft in gateway.drafts(cluster)}
    return list(found.get(f"{name}.yaml", ()))


def spec(version: str = "1.19.6", *, at: dict[str, Any] | None = None, **changes: Any) -> Any:
    cilium = {"version": version, "gatewayAPI": {"gateways": [{**LAN, **changes}]}}
    cluster = home(kubernetes="1.33.4", cni__cilium=cilium, **(at or {}))
    return parts(cluster, "gateways")[0].body["spec"]


def test_without_gateway_api_there_is_no_file() -> None:
    assert list(gateway.drafts(home())) == []


def test_the_class_is_written_here_and_served_by_cilium() -> None:
    body = parts(home(cni__cilium__gatewayAPI={}), "class")[0].body

    assert (body["kind"], body["metadata"]) == ("GatewayClass", {"name": "cilium"})
    assert body["spec"] == {"controllerName": "io.cilium/gateway-controller"}


def test_a_gateway_without_wishes_has_its_class_and_its_listeners() -> None:
    assert spec() == {
        "gatewayClassName": "cilium",
        "listeners": [
            {"name": "http", "protocol": "HTTP", "port": 80, "allowedRoutes": {"namespaces": {"from": "All"}}}
        ],
    }


@pytest.mark.parametrize("version", ["1.17.18", "1.18.6", "1.20.1"])
def test_a_pinned_address_is_asked_for_in_the_gateway_itself(version: str) -> None:
    found = spec(version, at=PINNED, vip="web")

    assert found["addresses"] == [{"type": "IPAddress", "value": "10.0.0.201"}]
    assert "infrastructure" not in found


def test_cilium_that_does_not_read_addresses_gets_an_annotation() -> None:
    cluster = home(
        K3S,
        distribution__k3s__version="1.30.14+k3s1",
        cni__cilium={"version": "1.16.6", "gatewayAPI": {"gateways": [{**LAN, "vip": "web"}]}},
        **PINNED,
    )

    found = parts(cluster, "gateways")[0].body["spec"]

    assert found["infrastructure"] == {"annotations": {"lbipam.cilium.io/ips": "10.0.0.201"}}
    assert "addresses" not in found


def test_metallb_is_asked_by_its_own_annotation() -> None:
    found = spec(at={**PINNED, "metallb": {"version": "0.15.2"}}, vip="web")

    assert found["infrastructure"] == {"annotations": {"metallb.io/loadBalancerIPs": "10.0.0.201"}}
    assert "addresses" not in found


def test_a_name_is_published_for_every_external_dns() -> None:
    assert spec(hostname="web.example.org")["infrastructure"] == {"annotations": NAMES}


def test_https_ends_here_with_the_certificate_beside_the_gateway() -> None:
    https = {
        "name": "https",
        "port": 443,
        "protocol": "HTTPS",
        "hostname": "*.example.org",
        "certificate": "tls",
    }

    listener = spec(listeners=[https], routesFrom="Same")["listeners"][0]

    assert listener["hostname"] == "*.example.org"
    assert listener["tls"] == {"mode": "Terminate", "certificateRefs": [{"kind": "Secret", "name": "tls"}]}
    assert listener["allowedRoutes"] == {"namespaces": {"from": "Same"}}


def test_tls_is_passed_through() -> None:
    listener = spec("1.20.1", listeners=[{"name": "tls", "port": 443, "protocol": "TLS"}])["listeners"][0]

    assert listener["tls"] == {"mode": "Passthrough"}


def test_hubble_is_reached_through_the_gateway_that_is_named() -> None:
    gateways = [{**LAN, "name": "first"}, {**LAN, "name": "second", "namespace": "edge"}]
    ui = {"expose": "gateway", "hostname": "hubble.example.org", "gateway": "second"}
    cluster = home(cni__cilium__gatewayAPI={"gateways": gateways}, cni__cilium__hubble={"ui": ui})

    route = parts(cluster, "routes")[0].body

    assert route["metadata"] == {"name": "hubble-ui", "namespace": "kube-system"}
    assert route["spec"] == {
        "parentRefs": [{"name": "second", "namespace": "edge"}],
        "hostnames": ["hubble.example.org"],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "backendRefs": [{"name": "hubble-ui", "port": 80}],
            }
        ],
    }


def test_without_hubble_there_is_no_route() -> None:
    assert parts(home(cni__cilium__gatewayAPI={"gateways": [LAN]}), "routes") == []
