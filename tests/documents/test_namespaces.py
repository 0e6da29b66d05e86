"""Namespaces that the tree needs: each in one place, made if missing, never changed or removed."""

from pathlib import Path

import pytest
from described import EVERY, rendered_from, title
from homes import K3S, document, home

from fabricgen.documents.document import Document
from fabricgen.documents.namespaces import PATH, WELL_KNOWN, needed

VIP = {
    "address": "10.0.0.201",
    "services": [
        {
            "name": "dns",
            "namespace": "dns",
            "selector": {"app": "dns"},
            "ports": [{"name": "dns", "port": 53}],
        }
    ],
}


def test_whatever_has_objects_in_it_is_needed() -> None:
    cluster = home(
        cni__cilium__policies={
            "defaultDeny": ["apps"],
            "allow": [
                {
                    "name": "a",
                    "namespace": "web",
                    "because": "it is asked",
                    "egress": [{"entities": ["world"]}],
                }
            ],
        },
        cni__cilium__gatewayAPI={
            "gateways": [{"name": "lan", "namespace": "gateway", "listeners": [{"name": "a", "port": 80}]}]
        },
        cni__cilium__monitoring={"dashboards": "configmaps", "namespace": "grafana"},
        networks__vips={"names": VIP},
    )

    assert needed(cluster) == ("apps", "dns", "gateway", "grafana", "web")


def test_namespaces_that_are_always_there_or_stand_with_their_release_are_left_out() -> None:
    cluster = home(
        metallb={"version": "0.15.2"}, cni__cilium__policies={"defaultDeny": ["metallb-system", "default"]}
    )

    assert needed(cluster) == ()


def test_a_service_that_is_only_named_needs_nothing() -> None:
    named = {"address": "10.0.0.201", "services": [{"name": "dns", "namespace": "dns"}]}

    assert needed(home(networks__vips={"names": named})) == ()


def test_a_namespace_is_made_if_it_is_missing_and_else_left_alone() -> None:
    cluster = home(K3S, cni__cilium__policies={"defaultDeny": ["web"]})

    assert document(cluster, PATH).body["metadata"] == {
        "name": "web",
        "annotations": {
            "kustomize.toolkit.fluxcd.io/prune": "disabled",
            "kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent",
        },
    }


@pytest.mark.parametrize("path", EVERY, ids=title)
def test_every_namespace_of_a_tree_is_made_in_exactly_one_place(path: Path) -> None:
    synced = [
        file
        for file in rendered_from(path).files
        if isinstance(file, Document) and file.path.parts[0] in {"flux", "infrastructure"}
    ]
    made = [file.identity.name for file in synced if file.identity.kind == "Namespace"]

    used = {file.identity.namespace for file in synced} - {""}

    assert used - WELL_KNOWN <= set(made)
    assert len(made) == len(set(made))
