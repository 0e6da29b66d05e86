"""Services with pinned addresses that the description describes in full."""

from typing import Any

from homes import home
from two_families import DUAL_STACK

from fabricgen.cluster import Cluster
from fabricgen.documents import vips
from fabricgen.documents.document import Part

DNS = {
    "name": "dns",
    "namespace": "dns",
    "selector": {"app": "dns"},
    "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}],
}
LOGS = {
    "name": "logs",
    "namespace": "logging",
    "selector": {"app": "logs"},
    "ports": [{"name": "logs", "port": 514, "targetPort": 5514}],
}


def services(cluster: Cluster) -> list[Part]:
    return [part for draft in vips.drafts(cluster) for part in draft.parts]


def pinned(*wanted: dict[str, Any], at: dict[str, Any] | None = None, **vip: Any) -> list[Part]:
    entry = {"address": "10.0.0.201", "services": list(wanted), **vip}
    return services(home(networks__vips={"names": entry}, **(at or {})))


def annotations(part: Part) -> dict[str, str]:
    found: dict[str, str] = part.body["metadata"]["annotations"]
    return found


def reason(part: Part, *path: str) -> str:
    return next(one.why for one in part.settings if one.path == path)


def test_a_service_that_is_only_named_is_not_written() -> None:
    assert pinned({"name": "dns", "namespace": "dns"}) == []


def test_a_service_is_written_with_its_ports_and_pods() -> None:
    body = pinned(LOGS)[0].body

    assert (body["metadata"]["name"], body["metadata"]["namespace"]) == ("logs", "logging")
    assert body["spec"] == {
        "type": "LoadBalancer",
        "externalTrafficPolicy": "Cluster",
        "selector": {"app": "logs"},
        "ports": [{"name": "logs", "port": 514, "targetPort": 5514, "protocol": "TCP"}],
    }


def test_the_address_is_asked_for_by_cilium_annotation() -> None:
    assert annotations(pinned(DNS)[0]) == {"lbipam.cilium.io/ips": "10.0.0.201"}


def test_services_of_two_namespaces_share_one_address_by_key_and_permission() -> None:
    first, second = pinned(DNS, LOGS)

    assert annotations(first) == {
        "lbipam.cilium.io/ips": "10.0.0.201",
        "lbipam.cilium.io/sharing-key": "names",
        "lbipam.cilium.io/sharing-cross-namespace": "logging",
    }
    assert annotations(second)["lbipam.cilium.io/sharing-cross-namespace"] == "dns"


def test_metallb_is_asked_by_its_own_annotations() -> None:
    first, _ = pinned(DNS, LOGS, at={"metallb": {"version": "0.15.2"}})

    assert annotations(first) == {
        "metallb.io/loadBalancerIPs": "10.0.0.201",
        "metallb.io/allow-shared-ip": "names",
    }


def test_a_name_is_published_for_every_external_dns() -> None:
    found = annotations(pinned(DNS, hostname="dns.example.org")[0])

    assert found["external-dns.alpha.kubernetes.io/hostname"] == "dns.example.org"
    assert found["external-dns.kubernetes.io/hostname"] == "dns.example.org"


def test_each_annotation_has_its_own_reason() -> None:
    part = pinned(DNS, LOGS, hostname="dns.example.org")[0]

    reasons = [reason(part, "metadata", "annotations", key) for key in annotations(part)]

    assert len(reasons) == len(set(reasons))


def test_an_address_of_the_second_family_is_that_family_of_the_service() -> None:
    pool = {"lan": {"blocks": [{"start": "10.0.0.200", "stop": "10.0.0.215"}, {"cidr": "fd00::100/120"}]}}
    entry = {"address": "fd00::101", "services": [DNS]}

    spec = services(home(**DUAL_STACK, networks__loadBalancers=pool, networks__vips={"names": entry}))[
        0
    ].body["spec"]

    assert spec["ipFamilies"] == ["IPv6"]


def test_keeping_the_clients_address_behind_l2_comes_with_a_warning() -> None:
    local = {**DNS, "externalTrafficPolicy": "Local"}

    assert "drops the traffic" in reason(pinned(local)[0], "spec", "externalTrafficPolicy")


def test_metallb_announces_only_from_nodes_with_a_pod() -> None:
    local = {**DNS, "externalTrafficPolicy": "Local"}

    part = pinned(local, at={"metallb": {"version": "0.15.2"}})[0]

    assert "only nodes with a pod" in reason(part, "spec", "externalTrafficPolicy")
