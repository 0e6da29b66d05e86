"""Services with pinned addresses that the description describes in full."""

from typing import Any

import pytest
from homes import document, home

from fabricgen.cluster import Cluster

SERVICES = "infrastructure/services/services.yaml"
DUAL_STACK: dict[str, Any] = {
    "networks__nodes": ["10.0.0.0/24", "fd00:1::/64"],
    "networks__pods": ["10.42.0.0/16", "fd00:42::/56"],
    "networks__services": ["10.43.0.0/16", "fd00:43::/112"],
    "nodes__0__address": ["10.0.0.11", "fd00:1::11"],
    "nodes__1__address": ["10.0.0.12", "fd00:1::12"],
    "nodes__2__address": ["10.0.0.13", "fd00:1::13"],
    "networks__loadBalancers__lan6": {"start": "fd00:1::200", "stop": "fd00:1::20f"},
}


def _cluster(address: str) -> Cluster:
    web = {
        "name": "web",
        "namespace": "web",
        "selector": {"app": "web"},
        "ports": [{"name": "http", "port": 80}],
    }
    return home(**DUAL_STACK, networks__vips={"web": {"address": address, "services": [web]}})


@pytest.mark.parametrize(
    ("address", "families"), [("10.0.0.200", None), ("fd00:1::200", ["IPv6"])], ids=["first", "second"]
)
def test_a_service_says_its_family_where_the_address_is_not_of_the_clusters_first(
    address: str, families: list[str] | None
) -> None:
    service = document(_cluster(address), SERVICES).body

    assert service["metadata"]["annotations"]["lbipam.cilium.io/ips"] == address
    assert service["spec"].get("ipFamilies") == families
