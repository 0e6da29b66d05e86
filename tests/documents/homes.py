"""Small clusters of each kind, as descriptions with changes at dotted paths, and everything they render to."""

import json
from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

from fabricgen import yamlio
from fabricgen.cluster import Cluster
from fabricgen.documents import build
from fabricgen.documents.document import Document
from fabricgen.documents.text import texts
from fabricgen.load import load_text
from fabricgen.resolve import resolve
from fabricgen.templates import templates_of

_LAN = {
    "nodes": "10.0.0.0/24",
    "router": "10.0.0.1",
    "pods": "10.42.0.0/16",
    "services": "10.43.0.0/16",
    "loadBalancers": {"lan": {"start": "10.0.0.200", "stop": "10.0.0.215"}},
}
_NODES = [
    {"name": "one", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda"},
    {"name": "two", "role": "worker", "address": "10.0.0.12", "disk": "/dev/sda"},
    {"name": "three", "role": "worker", "address": "10.0.0.13", "disk": "/dev/sda"},
]
_FLUX = {"version": "2.9.5", "operatorVersion": "0.58.1", "git": {"url": "https://example.org/home.git"}}
TALOS: dict[str, Any] = {
    "name": "home",
    "kubernetes": "1.34.2",
    "distribution": {"talos": {"version": "1.12.5"}},
    "endpoint": {"host": "10.0.0.9"},
    "networks": _LAN,
    "nodes": _NODES,
    "cni": {"cilium": {"version": "1.19.6"}},
    "flux": _FLUX,
}
K3S: dict[str, Any] = {
    **{key: value for key, value in TALOS.items() if key != "kubernetes"},
    "distribution": {"k3s": {"version": "1.34.2+k3s1"}},
    "endpoint": {"host": "10.0.0.11"},
    "nodes": [{key: value for key, value in node.items() if key != "disk"} for node in _NODES],
}
DOCKER: dict[str, Any] = {
    **TALOS,
    "distribution": {"talos": {"version": "1.12.5", "docker": {"talosctl": "1.12.5", "memory": "4GiB"}}},
    "endpoint": {"host": "10.5.0.2"},
    "networks": {
        "nodes": "10.5.0.0/24",
        "router": "10.5.0.1",
        "pods": "10.244.0.0/16",
        "services": "10.96.0.0/12",
        "addressing": "dhcp",
    },
    "nodes": [
        {"name": "home-controlplane-1", "role": "control-plane", "address": "10.5.0.2", "memory": "4GiB"}
    ],
}
FLANNEL = {"cni": {"flannel": {"because": "it is what runs today"}}, "networks__loadBalancers": {}}
BY_CLI = {"flux": {"version": "2.9.5", "install": "cli", "git": {"url": "https://example.org/home.git"}}}


def home(description: dict[str, Any] = TALOS, **at: Any) -> Cluster:
    """Return a cluster; a keyword is a dotted path with `__` for the dots: `networks__domain="x.org"`."""
    changed = deepcopy(description)
    for path, value in at.items():
        _write(changed, path.split("__"), deepcopy(value))
    return resolve(load_text(json.dumps(changed), file="home.yaml").description)


def _write(here: Any, path: list[str], value: Any) -> None:
    *way, last = path
    for key in way:
        here = here[int(key)] if isinstance(here, list) else here.setdefault(key, {})
    here[last] = value


def rendered(cluster: Cluster) -> dict[str, str]:
    """Return the text of every file of the cluster's tree, by path."""
    return {str(path): text for path, text in texts(build(cluster, templates_of(None))).items()}


def document(cluster: Cluster, path: str, *, index: int = 0) -> Document:
    """Return one document of a file, by its place in it."""
    files = build(cluster, templates_of(None))
    found = [file for file in files if isinstance(file, Document) and file.path == PurePosixPath(path)]
    return found[index]


def read(text: str) -> Any:
    """Return what a YAML text says."""
    return yamlio.read_document(text, source="text").value
