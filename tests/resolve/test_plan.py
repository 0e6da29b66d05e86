"""Pinned addresses: which annotations their Services carry."""

from typing import Any

import pytest
import yaml

import fabricgen

HOME: dict[str, Any] = {
    "name": "home",
    "kubernetes": "1.33.13",
    "distribution": {"talos": {"version": "1.12.5"}},
    "endpoint": {"host": "10.0.0.5"},
    "networks": {
        "nodes": "10.0.0.0/24",
        "router": "10.0.0.1",
        "pods": "10.244.0.0/16",
        "services": "10.96.0.0/12",
        "loadBalancers": {"default": {"cidr": "10.0.0.240/28"}},
        "vips": {
            "dns": {
                "address": "10.0.0.241",
                "services": [{"name": "udp", "namespace": "dns"}, {"name": "tcp", "namespace": "dns"}],
            }
        },
    },
    "nodes": [{"name": "one", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda"}],
    "cni": {"cilium": {"version": "1.18.12"}},
    "flux": {"version": "2.9.5", "install": "cli", "git": {"url": "https://example.org/home.git"}},
}


@pytest.mark.parametrize(
    ("version", "prefix"),
    [("0.14.8", "metallb.universe.tf"), ("0.14.9", "metallb.io"), ("0.15.2", "metallb.io")],
)
def test_metallb_before_0_14_9_reads_its_annotations_under_another_domain(version: str, prefix: str) -> None:
    home = yaml.safe_dump({**HOME, "metallb": {"version": version}})

    vip = fabricgen.resolve_cluster(fabricgen.load_text(home, file="home.yaml")).vips[0]

    assert vip.annotations["dns", "udp"] == {
        f"{prefix}/loadBalancerIPs": "10.0.0.241",
        f"{prefix}/allow-shared-ip": "dns",
    }
