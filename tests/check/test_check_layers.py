"""Layers among themselves: dependencies, circles, and the folders that they apply."""

from typing import Any

import pytest
from check_documents import findings, folder, found, layer, written


def test_layers_that_wait_for_each_other_in_order_are_right() -> None:
    documents = (
        layer("cilium"),
        layer("config", after=("cilium",)),
        folder("infrastructure/cilium"),
        folder("infrastructure/config"),
    )

    assert found(*documents) == []


def test_a_dependency_that_is_no_layer_is_found() -> None:
    documents = (layer("config", after=("cilium",)), folder("infrastructure/config"))

    assert [(one.rule, one.path, one.message) for one in findings(*documents)] == [
        ("FLX004", "spec.dependsOn[0]", "there is no Kustomization flux-system/cilium")
    ]


def test_layers_that_wait_for_themselves_in_a_circle_are_all_named() -> None:
    documents = (
        layer("a", after=("b",)),
        layer("b", after=("c",)),
        layer("c", after=("a",)),
        layer("d", after=("a",)),
        *(folder(f"infrastructure/{name}") for name in "abcd"),
    )

    assert [(one.rule, one.file, one.message) for one in findings(*documents)] == [
        (
            "FLX006",
            "flux/a.yaml",
            "each waits for the next: Kustomization a → Kustomization b → Kustomization c → Kustomization a",
        )
    ]


def test_a_layer_without_its_folder_is_found() -> None:
    assert found(layer("cilium")) == [("FLX007", "flux/cilium.yaml")]


def test_a_folder_that_no_layer_applies_is_found() -> None:
    assert found(folder("infrastructure/forgotten")) == [
        ("FLX008", "infrastructure/forgotten/kustomization.yaml")
    ]


def test_a_layer_from_another_repository_needs_no_folder_of_ours() -> None:
    source = written(
        "flux/crds.yaml",
        {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": {"name": "upstream", "namespace": "flux-system"},
            "spec": {"url": "https://example.org/x", "interval": "1h"},
        },
    )

    upstream = {"kind": "GitRepository", "name": "upstream"}
    own = (layer("cilium"), folder("infrastructure/cilium"))

    assert found(source, layer("crds", at="./config/crd", source=upstream), *own) == []


def test_the_tree_may_stand_anywhere_in_its_repository() -> None:
    documents = (layer("cilium", at="./a/b/c/infrastructure/cilium"), folder("infrastructure/cilium"))

    assert found(*documents) == []


def test_a_tree_that_is_only_considered_is_checked_by_itself() -> None:
    considered = "considered/cilium/"
    documents = (
        layer("cilium", tree=considered),
        folder(f"{considered}infrastructure/cilium"),
        layer("config", after=("cilium",)),
        folder("infrastructure/config"),
    )

    assert found(*documents) == [("FLX004", "flux/config.yaml")]


@pytest.mark.parametrize("waits", ["cilium", [None, "cilium"], [{"name": 3}], {"name": "cilium"}])
def test_dependencies_of_any_shape_crash_nothing(waits: Any) -> None:
    broken = layer("config")
    body = {**broken.body, "spec": {**broken.body["spec"], "dependsOn": waits}}

    rules = {rule for rule, _ in found(written("flux/config.yaml", body), folder("infrastructure/config"))}

    assert "SCH001" in rules
