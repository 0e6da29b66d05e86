"""Small Talos clusters for the tests beside this file, written as descriptions and resolved like every other."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from fabricgen import yamlio
from fabricgen.cluster import Cluster, Node
from fabricgen.documents import shape
from fabricgen.documents.document import Part
from fabricgen.documents.talos import drafts
from fabricgen.documents.text import texts
from fabricgen.load import load_text
from fabricgen.resolve import resolve
from fabricgen.templates import templates_of

# Contract -> a Talos of that minor, and a Kubernetes that it runs.
CONTRACTS = {
    "1.9": ("1.9.6", "1.32.13"),
    "1.11": ("1.11.6", "1.34.2"),
    "1.12": ("1.12.5", "1.35.0"),
    "1.13": ("1.13.9", "1.35.0"),
    "1.14": ("1.14.1", "1.36.0"),
}
V1ALPHA1, NETWORK, KUBERNETES = "1.11", "1.12", "1.14"
"""One contract of each dialect."""

HOME: dict[str, Any] = {
    "name": "home",
    "distribution": {"talos": {}},
    "endpoint": {"host": "10.0.0.9"},
    "networks": {
        "nodes": "10.0.0.0/24",
        "router": "10.0.0.1",
        "pods": "10.42.0.0/16",
        "services": "10.43.0.0/16",
    },
    "nodes": [
        {
            "name": "one",
            "role": "control-plane",
            "address": "10.0.0.11",
            "disk": "/dev/sda",
            "interface": "end0",
        },
        {"name": "two", "role": "worker", "address": "10.0.0.12", "disk": "/dev/sda", "interface": "end0"},
    ],
    "cni": {"cilium": {"version": "1.18.6"}},
    "flux": {
        "version": "2.7.5",
        "operatorVersion": "0.33.0",
        "git": {"url": "https://example.org/home.git"},
    },
}
DOCKER = {
    "distribution.talos.docker": {"talosctl": "1.12.4"},
    "networks.nodes": "10.5.0.0/24",
    "networks.router": "10.5.0.1",
    "endpoint.host": "10.5.0.2",
    "nodes": [{"name": "home-controlplane-1", "role": "control-plane", "address": "10.5.0.2"}],
}
FLANNEL = {"cni": {"flannel": {"because": "it is what runs today"}}}
DUAL_STACK = {
    "networks.nodes": ["10.0.0.0/24", "fd00:1::/64"],
    "networks.router": ["10.0.0.1", "fd00:1::1"],
    "networks.pods": ["10.42.0.0/16", "fd00:42::/56"],
    "networks.services": ["10.43.0.0/16", "fd00:43::/112"],
    "nodes.0.address": ["10.0.0.11", "fd00:1::11"],
    "nodes.1.address": ["10.0.0.12", "fd00:1::12"],
}
IPV6 = {
    "endpoint.host": "fd00:1::9",
    "networks.nodes": "fd00:1::/64",
    "networks.router": "fd00:1::1",
    "networks.pods": "fd00:42::/56",
    "networks.services": "fd00:43::/112",
    "nodes.0.address": "fd00:1::11",
    "nodes.1.address": "fd00:1::12",
}
DHCP = {"networks.addressing": "dhcp"}
MACS = ["52:54:00:a8:9c:79", "52:54:00:a8:9c:7a"]
SELECTOR = {"type": "nvme", "size": ">= 100GB", "model": "WD*", "serial": "S1", "wwid": "eui.1"}
EVERYTHING = {
    "distribution.talos.sysctls": {"net.core.rmem_max": "7500000", "vm.max_map_count": "262144"},
    "distribution.talos.kernelModules": ["nbd", "br_netfilter"],
    "distribution.talos.certSans": ["home.example.org"],
    "distribution.talos.extensions": ["siderolabs/iscsi-tools"],
    "distribution.talos.kernelArgs": ["console=ttyS0"],
    "distribution.talos.kubePrismPort": 7446,
    "distribution.talos.secureboot": True,
    "networks.nodeMask": [25],
    "networks.dnsServers": ["10.0.0.2", "9.9.9.9"],
    "networks.timeServers": ["time.example.org"],
    "nodes.0.labels": {"example.org/rack": "a"},
    "nodes.0.taints": [{"key": "example.org/x", "effect": "NoSchedule"}],
    "nodes.1.disk": SELECTOR,
    "nodes.1.interface": {"mac": MACS[0], "vlan": 12},
    "nodes.1.labels": {"example.org/rack": "b"},
    "nodes.1.taints": [{"key": "gpu", "value": "nvidia", "effect": "NoExecute"}],
}
SITUATIONS: Mapping[str, Mapping[str, Any]] = {
    "static": {},
    "everything": EVERYTHING,
    "flannel": FLANNEL,
    "dual-stack": DUAL_STACK,
    "ipv6": IPV6,
    "mtu": {f"nodes.{index}.interface": {"name": "end0", "mtu": 9000} for index in range(2)},
    "only-link": {"nodes.0.interface": None, "nodes.1.interface": None},
    "by-mac": {"nodes.0.interface": {"mac": MACS[0]}, "nodes.1.interface": {"mac": MACS[1]}},
    "bond-by-name": {"nodes.0.interface": {"bond": {"links": ["enp1s0", "enp2s0"]}}},
    "bond-by-mac": {"nodes.0.interface": {"bond": {"links": MACS, "mode": "active-backup"}, "vlan": 7}},
    "dhcp": DHCP,
    "dhcp-by-mac": {**DHCP, "nodes.0.interface": {"mac": MACS[0], "mtu": 1500, "vlan": 3}},
    "dhcp-dual-stack": {**DHCP, **DUAL_STACK},
    "no-worker": {"nodes.1": None},
    "metallb": {"nodes.1": None, "metallb": {"version": "0.15.2"}},
    "by-id": {"nodes.0.disk": "/dev/disk/by-id/nvme-x"},
    "docker": DOCKER,
    "docker-flannel": {**DOCKER, **FLANNEL},
    "docker-labels": {
        **DOCKER,
        "nodes": [
            {"name": "a", "role": "control-plane", "address": "10.5.0.2", "labels": {"example.org/x": "1"}},
            {"name": "b", "role": "worker", "address": "10.5.0.3", "labels": {"example.org/y": "2"}},
        ],
    },
}
"""Changes to HOME, each for what it makes a patch say."""


def cluster(contract: str = NETWORK, **changes: Any) -> Cluster:
    """Return HOME under this contract. `at={"networks.domain": "x.org"}` changes dotted paths, None takes out."""
    talos, kubernetes = CONTRACTS[contract]
    description = deepcopy(HOME)
    description["kubernetes"] = kubernetes
    description["distribution"]["talos"]["version"] = talos
    for path, value in changes.get("at", {}).items():
        _write(description, path, deepcopy(value))
    if docker := description["distribution"].get("talos", {}).get("docker"):
        docker["talosctl"] = talos
    return resolve(load_text(json.dumps(description), file="home.yaml").description)


def _write(description: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    here = description
    for key in way:
        here = here[int(key)] if isinstance(here, list) else here.setdefault(key, {})
    place = int(last) if isinstance(here, list) else last
    if value is None:
        del here[place]
    else:
        here[place] = value


def written(home: Cluster) -> dict[str, str]:
    """Return the text of each file, by its path below talos/."""
    files = [file for draft in drafts(home) for file in shape(draft, home, templates_of(None))]
    return {str(path).removeprefix("talos/"): text for path, text in texts(files).items()}


def read(home: Cluster, path: str) -> list[dict[str, Any]]:
    """Return the documents of one file, as read back from its text; none if there is no such file."""
    text = written(home).get(path, "")
    return [document.value for document in yamlio.read_documents(text, source=path) if document.value]


def main(home: Cluster, path: str) -> dict[str, Any]:
    """Return the document of a file that has no kind; empty if there is none."""
    return next((body for body in read(home, path) if "kind" not in body), {})


def kinds(home: Cluster, path: str) -> list[str]:
    """Return the kinds of the documents of a file, in order; "" for the one that has none."""
    return [body.get("kind", "") for body in read(home, path)]


def document(home: Cluster, path: str, kind: str) -> dict[str, Any]:
    """Return the only document of a kind in a file, without its apiVersion and kind; empty if there is none."""
    found = [body for body in read(home, path) if body.get("kind") == kind]
    assert len(found) <= 1
    return {key: value for body in found for key, value in body.items() if key not in {"apiVersion", "kind"}}


def parts(home: Cluster) -> Iterator[tuple[str, Part]]:
    """Yield every part of every YAML file with the file's path."""
    for draft in drafts(home):
        for part in draft.parts:
            yield draft.path, part


def patches(home: Cluster, node: Node, *, folders: Iterable[str] = ("all", "role", "node")) -> list[str]:
    """Return the patches of a node as topf would apply them: by folder, in a folder by name."""
    names = {"all": "all", "role": node.role, "node": f"node/{node.name}"}
    every = sorted(written(home).items())
    return [text for folder in folders for path, text in every if path.startswith(f"{names[folder]}/")]


def request(home: Cluster, node: Node, texts: list[str]) -> dict[str, Any]:
    """Return what Talos' machinery is asked: to generate, patch and validate the config of a node."""
    assert home.talos
    return {
        "cluster": home.name,
        "endpoint": home.endpoint.url,
        "kubernetes": str(home.versions.kubernetes),
        "contract": f"v{home.talos.contract[0]}.{home.talos.contract[1]}",
        "role": "controlplane" if node.control_plane else "worker",
        "mode": "container" if home.talos.docker else "metal",
        "patches": texts,
    }
