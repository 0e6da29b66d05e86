"""The patches of our Talos clusters, through Talos' own machinery."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from described import CLUSTERS_ON_TALOS, GOLDEN_ON_TALOS, rendered_from, title

import fabricgen
from fabricgen.cluster import Node
from fabricgen.versions import Dialect, dialect_of, parse_version
from fabricgen.versions.version import format_minor, minor_of

Machinery = Callable[..., Any]
# Contract -> a Talos of that minor, and a Kubernetes that it runs.
CONTRACTS = {
    "1.9": ("1.9.6", "1.32.0"),
    "1.11": ("1.11.6", "1.33.0"),
    "1.12": ("1.12.5", "1.33.0"),
    "1.13": ("1.13.9", "1.35.0"),
    "1.14": ("1.14.1", "1.36.0"),
}


def _cluster(path: Path, minor: str) -> fabricgen.Cluster:
    """Return the cluster as it would be under another contract."""
    cluster = fabricgen.resolve_cluster(fabricgen.load_file(path))
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


def _requests(rendered: fabricgen.Rendered) -> list[dict[str, Any]]:
    cluster = rendered.cluster
    assert cluster.talos
    return [
        {
            "cluster": cluster.name,
            "endpoint": cluster.endpoint.url,
            "kubernetes": str(cluster.versions.kubernetes),
            "contract": f"v{format_minor(cluster.talos.contract)}",
            "role": "controlplane" if node.control_plane else "worker",
            "mode": "container" if cluster.talos.docker else "metal",
            "patches": _patches(rendered, node),
        }
        for node in cluster.nodes
    ]


def _complaints(answers: list[dict[str, Any]]) -> list[Any]:
    return [(one["error"], one["warnings"]) for one in answers if one["error"] or one["warnings"]]


@pytest.mark.tools
@pytest.mark.parametrize("minor", CONTRACTS)
@pytest.mark.parametrize("path", CLUSTERS_ON_TALOS, ids=title)
def test_every_node_of_a_real_cluster_gets_a_config_that_talos_accepts(
    path: Path, minor: str, talos_machinery: Machinery
) -> None:
    requests = _requests(fabricgen.render_cluster(_cluster(path, minor)))

    answers = talos_machinery(requests, minor=minor)

    assert all(request["patches"] for request in requests)
    assert _complaints(answers) == []


@pytest.mark.tools
@pytest.mark.parametrize("path", GOLDEN_ON_TALOS, ids=title)
def test_every_node_of_a_golden_case_gets_a_config_that_its_talos_accepts(
    path: Path, talos_machinery: Machinery
) -> None:
    rendered = rendered_from(path)
    assert rendered.cluster.talos
    requests = _requests(rendered)

    answers = talos_machinery(requests, minor=format_minor(minor_of(rendered.cluster.talos.version)))

    assert all(request["patches"] for request in requests)
    assert _complaints(answers) == []


def test_the_three_dialects_are_all_covered() -> None:
    covered = {dialect_of((1, int(minor.partition(".")[2]))) for minor in CONTRACTS}

    assert covered == set(Dialect)
