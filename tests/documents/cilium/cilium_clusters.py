"""Small clusters for the tests beside this file, written as descriptions and resolved like every other."""

import json
from copy import deepcopy
from typing import Any

from fabricgen.cluster import Cluster
from fabricgen.documents.cilium import value_settings
from fabricgen.documents.document import Setting, nest
from fabricgen.load import load_text
from fabricgen.resolve import resolve

VERSIONS = ("1.16.6", "1.17.18", "1.18.6", "1.19.6", "1.20.1")

# Kubernetes that goes with each of them, and the Talos that takes it.
KUBERNETES = {"1.16": "1.30.4", "1.17": "1.32.3", "1.18": "1.33.4", "1.19": "1.34.2", "1.20": "1.34.2"}

TALOS: dict[str, Any] = {
    "name": "home",
    "distribution": {"talos": {"version": "1.12.5"}},
    "endpoint": {"host": "10.0.0.9"},
    "networks": {
        "nodes": "10.0.0.0/24",
        "router": "10.0.0.1",
        "pods": "10.42.0.0/16",
        "services": "10.43.0.0/16",
        "loadBalancers": {"lan": {"start": "10.0.0.200", "stop": "10.0.0.250", "announce": ["l2"]}},
    },
    "nodes": [
        {"name": "one", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda"},
        {"name": "two", "role": "worker", "address": "10.0.0.12", "disk": "/dev/sda"},
        {"name": "three", "role": "worker", "address": "10.0.0.13", "disk": "/dev/sda"},
    ],
    "flux": {
        "version": "2.7.5",
        "operatorVersion": "0.33.0",
        "git": {"url": "https://example.org/home.git"},
    },
}

EVERYTHING: dict[str, Any] = {
    "cilium.routing": {"mode": "tunnel", "protocol": "geneve", "port": 6082},
    "cilium.loadBalancing": {
        "mode": "dsr",
        "algorithm": "maglev",
        "dispatch": "geneve",
        "maglevTableSize": 65521,
        "acceleration": "best-effort",
    },
    "cilium.socketLbHostNamespaceOnly": True,
    "cilium.encryption": {"type": "wireguard", "nodeEncryption": True, "strict": True},
    "cilium.hubble": {"ui": {"expose": "load-balancer", "vip": "hubble"}, "metrics": ["dns", "drop"]},
    "cilium.hostFirewall": {"policy": "enforce"},
    "cilium.bandwidthManager": {"bbr": True},
    "cilium.hostLegacyRouting": True,
    "cilium.gatewayAPI": {
        "gateways": [
            {
                "name": "web",
                "listeners": [{"name": "https", "port": 443, "protocol": "HTTPS", "certificate": "tls"}],
            }
        ]
    },
    "cilium.bgp": {
        "asn": 64512,
        "peers": [{"name": "router", "address": "10.0.0.1", "asn": 64513, "passwordSecret": "bgp"}],
    },
    "cilium.monitoring": {"serviceMonitors": True, "dashboards": "configmaps", "namespace": "monitoring"},
    "cilium.multus": True,
    "cilium.mtu": 1480,
    "cilium.devices": ["end0"],
    "cilium.ipam": "cluster-pool",
    "networks.vips": {"hubble": {"address": "10.0.0.201", "hostname": "hubble.example.org"}},
    "nodes.0.memory": "4GiB",
}
"""Changes that switch on whatever has values of its own."""


def cluster(version: str = "1.20.1", **changes: Any) -> Cluster:
    """Return a Talos cluster of three nodes with this Cilium. Changes are dotted paths in a mapping `at`, or parts.

    `at={"cilium.mtu": 1400}` writes one value; `cilium.` stands for `cni.cilium.`, None takes a key out.
    """
    description = deepcopy(TALOS)
    description["kubernetes"] = KUBERNETES[version.rpartition(".")[0]]
    description["cni"] = {"cilium": {"version": version}}
    for path, value in changes.pop("at", {}).items():
        _write(description, path, value)
    return resolve(load_text(json.dumps({**description, **changes}), file="home.yaml").description)


def _write(description: Any, path: str, value: Any) -> None:
    *way, last = (f"cni.{path}" if path.startswith("cilium.") else path).split(".")
    here = description
    for key in way:
        here = here[int(key)] if isinstance(here, list) else here.setdefault(key, {})
    if value is None:
        here.pop(last)
    else:
        here[last] = value


def k3s(version: str = "1.20.1", **changes: Any) -> Cluster:
    """Return the same cluster on k3s, with the API at its first node."""
    kubernetes = KUBERNETES[version.rpartition(".")[0]]
    parts = {"distribution": {"k3s": {"version": f"{kubernetes}+k3s1"}}, "endpoint": {"host": "10.0.0.11"}}
    return cluster(version, **{**parts, **changes})


def values(home: Cluster) -> dict[str, Any]:
    """Return the Helm values as they are written."""
    return nest(value_settings(home))


def value(home: Cluster, path: str) -> Any:
    """Return the Helm value at a dotted path; None if there is none."""
    here: Any = values(home)
    for key in path.split("."):
        here = here.get(key) if isinstance(here, dict) else None
    return here


def reason(home: Cluster, path: str) -> Setting:
    """Return the setting at a dotted path. Raises KeyError if there is none."""
    return {".".join(map(str, one.path)): one for one in value_settings(home)}[path]
