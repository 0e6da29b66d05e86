"""The patches of our Talos clusters, through Talos' own machinery."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fabricgen
from fabricgen.cluster import Node
from fabricgen.versions import Dialect, dialect_of, parse_version

Machinery = Callable[..., Any]
CLUSTERS = Path(__file__).parent.parent.parent / "clusters"
TALOS = ["goldentooth", "homeops", "talos-homelab", "joelclaw"]
# Contract -> a Talos of that minor, and a Kubernetes that it runs.
CONTRACTS = {
    "1.9": ("1.9.6", "1.32.0"),
    "1.11": ("1.11.6", "1.33.0"),
    "1.12": ("1.12.5", "1.33.0"),
    "1.13": ("1.13.9", "1.35.0"),
    "1.14": ("1.14.1", "1.36.0"),
}


def _cluster(name: str, minor: str) -> fabricgen.Cluster:
    """Return the cluster as it would be under another contract."""
    cluster = fabricgen.resolve_cluster(fabricgen.load_file(CLUSTERS / f"{name}.yaml"))
    talos, kubernetes = CONTRACTS[minor]
    assert cluster.talos
    contract = (1, int(minor.partition(".")[2]))
    system = replace(
        cluster.talos, version=parse_version(talos), contract=contract, dialect=dialect_of(contract)
    )
    versions = replace(
        cluster.versions, talos=parse_version(talos), contract=contract, kubernetes=parse_version(kubernetes)
    )
    return replace(cluster, talos=system, versions=versions, considered=None)


def _patches(rendered: fabricgen.Rendered, node: Node) -> list[str]:
    folders = ("talos/all", f"talos/{node.role}", f"talos/node/{node.name}")
    return [text for folder in folders for path, text in rendered.texts.items() if str(path.parent) == folder]


def _requests(rendered: fabricgen.Rendered, minor: str) -> list[dict[str, Any]]:
    cluster = rendered.cluster
    assert cluster.talos
    return [
        {
            "cluster": cluster.name,
            "endpoint": cluster.endpoint.url,
            "kubernetes": str(cluster.versions.kubernetes),
            "contract": f"v{minor}",
            "role": "controlplane" if node.control_plane else "worker",
            "mode": "container" if cluster.talos.docker else "metal",
            "patches": _patches(rendered, node),
        }
        for node in cluster.nodes
    ]


@pytest.mark.tools
@pytest.mark.parametrize("minor", CONTRACTS)
@pytest.mark.parametrize("name", TALOS)
def test_every_node_gets_a_config_that_talos_accepts(
    name: str, minor: str, talos_machinery: Machinery
) -> None:
    rendered = fabricgen.render_cluster(_cluster(name, minor))
    requests = _requests(rendered, minor)

    answers = talos_machinery(requests, minor=minor)

    assert all(request["patches"] for request in requests)
    assert [answer.get("error", "") for answer in answers if not answer["ok"]] == []


def test_the_three_dialects_are_all_covered() -> None:
    covered = {dialect_of((1, int(minor.partition(".")[2]))) for minor in CONTRACTS}

    assert covered == set(Dialect)
