"""Documents against the models of their kinds; kinds without a model are left alone."""

from typing import Any

import pytest
from check_documents import config_map, findings, found, written


def rules(path: str, body: dict[str, Any]) -> list[str]:
    return [rule for rule, _ in found(written(path, body))]


def test_a_field_that_a_kind_does_not_have_is_found_with_its_place_and_the_nearest_one() -> None:
    pool = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumLoadBalancerIPPool",
        "metadata": {"name": "lan"},
        "spec": {"block": [{"cidr": "10.0.0.240/28"}]},
    }

    (finding,) = (
        one
        for one in findings(written("infrastructure/cilium-config/pools.yaml", pool))
        if one.rule == "SCH001"
    )

    assert (finding.rule, finding.severity, finding.object, finding.path, finding.fix) == (
        "SCH001",
        "error",
        "CiliumLoadBalancerIPPool lan",
        "spec.block",
        "did you mean blocks?",
    )


def test_a_kind_without_a_model_is_somebodys_own_and_is_left_alone() -> None:
    body = {
        "apiVersion": "example.org/v1",
        "kind": "Widget",
        "metadata": {"name": "a"},
        "spec": {"any": "thing"},
    }

    assert rules("infrastructure/web/widget.yaml", body) == []


@pytest.mark.parametrize("path", ["flux/a.yaml", "infrastructure/web/a.yaml"])
def test_what_flux_applies_must_say_what_it_is(path: str) -> None:
    assert "SCH001" in rules(path, {"metadata": {"name": "a"}})


def test_helm_values_say_nothing_of_a_kind() -> None:
    assert rules("bootstrap/cilium-values.yaml", {"ipam": {"mode": "kubernetes"}}) == []


def test_objects_of_bootstrap_are_checked_too() -> None:
    assert rules("bootstrap/a.yaml", {"apiVersion": "v1", "kind": "Namespace", "metadata": {}}) == ["SCH001"]


def test_patches_of_talos_are_checked_in_the_dialect_of_the_tree() -> None:
    old = written("talos/all/machine.yaml", {"machine": {"network": {"hostname": "one"}}})
    new = written("talos/all/links.yaml", {"apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "eth0"})

    assert found(old) == []
    assert found(old, new) == [("SCH001", "talos/all/machine.yaml")]


def test_a_talos_document_with_a_wrong_field_is_found() -> None:
    body = {"apiVersion": "v1alpha1", "kind": "HostnameConfig", "hostnme": "one"}

    assert rules("talos/node/one/machine.yaml", body) == ["SCH001"]


def test_schematics_are_hashed_and_not_read() -> None:
    assert rules("talos/schematics/generic.yaml", {"customization": {}}) == []


@pytest.mark.parametrize("path", ["talos/talconfig.yaml", "talos/topf.yaml"])
def test_configs_of_talos_tools_are_checked(path: str) -> None:
    assert set(rules(path, {"nodez": []})) == {"SCH001"}


def test_a_key_of_servers_is_refused_for_agents() -> None:
    server = findings(written("k3s/server/config.yaml", {"cluster-cidr": "10.42.0.0/16"}))
    agent = findings(written("k3s/agent/config.yaml", {"cluster-cidr": "10.42.0.0/16"}))

    assert server == ()
    assert ("cluster-cidr", "only servers have this key") in [(one.path, one.fix) for one in agent]


def test_the_config_of_a_node_may_be_a_servers_or_an_agents() -> None:
    assert rules("k3s/node/one/config.yaml", {"tls-san": ["one.example.org"]}) == []
    assert rules("k3s/node/one/config.yaml", {"node-ip": "10.0.0.1", "nod-name": "one"}) == ["SCH001"]


def test_a_right_document_passes() -> None:
    assert found(config_map("infrastructure/web/a.yaml")) == []


def test_findings_come_in_the_order_of_files_and_places() -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "zzz": 1, "aaa": 1}}

    places = [
        (one.file, one.path) for one in findings(written("flux/b.yaml", body), written("flux/a.yaml", body))
    ]

    assert places == sorted(places)
    assert len(places) > 3
