"""Description -> tree -> description -> tree: what fabricgen renders, it imports, and renders the same again."""

from pathlib import Path
from typing import NamedTuple

import pytest

from fabricgen import pipeline
from fabricgen.diff import compare_texts
from fabricgen.importing import Wanted, import_path

ROOT = Path(__file__).parents[2]
FOR_PEOPLE = {"page", "text"}


class Trip(NamedTuple):
    """A description, what its tree cannot tell, and the labels of what differs for a reason told here."""

    description: str
    sets: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    differs: frozenset[str] = frozenset()


TRIPS = (
    # Which Flux runs is nowhere in a tree of `install: cli`.
    Trip("clusters/goldentooth.yaml", sets=("flux.version=2.6.4",)),
    Trip("clusters/homeops.yaml"),
    # Containers have no disk, no link and no tool's file: their flags are the script's. What is only considered is
    # no part of the fabric.
    Trip(
        "clusters/joelclaw.yaml",
        sets=(
            "name=joelclaw",
            "kubernetes=1.35.0",
            "distribution.talos.version=v1.12.4",
            (
                "distribution.talos.docker={talosctl: v1.12.4, memory: 4GiB, exposedPorts: [6379:6379/tcp, 6333:6333/tcp, "
                "6334:6334/tcp, 8288:8288/tcp, 8289:8289/tcp]}"
            ),
            "endpoint.host=10.5.0.2",
            "nodes.joelclaw-controlplane-1.arch=arm64",
            "nodes.joelclaw-controlplane-1.schedulable=true",
        ),
        nodes=("joelclaw-controlplane-1=10.5.0.2:control-plane",),
    ),
    Trip("clusters/k3s-homelab.yaml", sets=("flux.version=2.5.1",)),
    Trip("clusters/talos-homelab.yaml"),
    Trip("tests/golden/bgp-dual-stack/cluster.yaml"),
    # No tool can have this pair of dialects, so the tree is patches alone: they tell no role and no Kubernetes.
    Trip(
        "tests/golden/bond-network-documents/cluster.yaml",
        sets=("kubernetes=1.35.8",),
        nodes=("server-2=10.20.0.12:worker", "mini-1=10.20.0.13:worker"),
    ),
    Trip("tests/golden/bond-v1alpha1/cluster.yaml"),
    Trip("tests/golden/geneve-dsr/cluster.yaml"),
    Trip("tests/golden/ipv6-only/cluster.yaml"),
    Trip("tests/golden/k3s-flannel-dual-stack/cluster.yaml"),
    Trip("tests/golden/k3s-kube-proxy/cluster.yaml"),
    Trip("tests/golden/oci-cli-digest/cluster.yaml"),
    Trip("tests/golden/oci-operator-semver/cluster.yaml"),
    Trip("tests/golden/registry-flux-cli/cluster.yaml", sets=("flux.version=2.5.1",)),
)


@pytest.mark.parametrize("trip", TRIPS, ids=lambda trip: trip.description)
def test_what_is_rendered_is_imported_and_renders_the_same_again(tmp_path: Path, trip: Trip) -> None:
    (first,) = pipeline.render_all([ROOT / trip.description])
    folder = tmp_path / first.cluster.flux.path
    pipeline.write_output([pipeline.plan_output(first, folder.parent)])
    (folder.parent / first.cluster.name).rename(folder)

    imported = import_path(tmp_path, Wanted(sets=trip.sets, nodes=trip.nodes))

    assert imported.problems == ()
    assert imported.rendered is not None
    tree = compare_texts(first.texts, imported.rendered.texts, cluster=first.cluster)
    found = {
        one.label
        for one in tree.objects
        if one.family not in FOR_PEOPLE and not one.file.startswith("considered/")
    }
    assert found == trip.differs


@pytest.mark.parametrize(
    "description",
    ["clusters/homeops.yaml", "clusters/talos-homelab.yaml", "tests/golden/geneve-dsr/cluster.yaml"],
)
def test_a_tree_that_was_rendered_leaves_nothing_behind_and_differs_in_nothing(
    tmp_path: Path, description: str
) -> None:
    (first,) = pipeline.render_all([ROOT / description])
    pipeline.write_output([pipeline.plan_output(first, tmp_path / "gitops")])

    imported = import_path(tmp_path)

    assert (imported.left, imported.changes, imported.facts) == ((), (), ())
