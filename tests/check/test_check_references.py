"""References between objects, their namespaces, and objects that are there twice."""

from typing import Any

import pytest
from check_documents import applied, config_map, findings, found, namespace, written

RELEASE = "infrastructure/web/release.yaml"


def release(**spec: Any) -> Any:
    body = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "web", "namespace": "kube-system"},
        "spec": {"interval": "1h", **spec},
    }
    return written(RELEASE, body)


def repository(kind: str, *, at: str = "kube-system", **spec: Any) -> Any:
    body = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": at},
        "spec": {"interval": "1h", **spec},
    }
    return written("infrastructure/web/repository.yaml", body)


OCI = repository("OCIRepository", url="oci://example.org/web", ref={"tag": "1.0.0"})
HELM = repository("HelmRepository", url="https://example.org/charts")
CHART = {"chart": "web", "version": "1.0.0"}


def rules(*documents: Any) -> list[str]:
    return [rule for rule, _ in found(*applied(*documents))]


def test_a_chart_from_a_repository_that_is_there_is_right() -> None:
    assert rules(OCI, release(chartRef={"kind": "OCIRepository", "name": "web"})) == []
    assert (
        rules(
            HELM, release(chart={"spec": {**CHART, "sourceRef": {"kind": "HelmRepository", "name": "web"}}})
        )
        == []
    )


@pytest.mark.parametrize(
    "reference",
    [
        {"kind": "OCIRepository", "name": "other"},
        {"kind": "OCIRepository", "name": "web", "namespace": "flux-system"},
        {"kind": "HelmChart", "name": "web"},
    ],
)
def test_a_chart_from_a_repository_that_is_not_there_is_found(reference: dict[str, str]) -> None:
    assert [(one.rule, one.path) for one in findings(*applied(OCI, release(chartRef=reference)))] == [
        ("REF001", "spec.chartRef")
    ]


def test_the_source_that_flux_makes_for_itself_need_not_be_in_the_tree() -> None:
    reference = {"kind": "GitRepository", "name": "flux-system", "namespace": "flux-system"}

    assert rules(release(chart={"spec": {**CHART, "sourceRef": reference}})) == []


def test_a_route_without_its_gateway_is_found() -> None:
    route = written(
        "infrastructure/gateway/routes.yaml",
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": "web", "namespace": "default"},
            "spec": {"parentRefs": [{"name": "lan", "namespace": "kube-system"}]},
        },
    )

    assert [(one.rule, one.path) for one in findings(*applied(route))] == [("GWY018", "spec.parentRefs[0]")]


def test_a_bgp_peer_without_its_settings_is_found() -> None:
    peer = {"name": "router", "peerAddress": "10.0.0.1", "peerASN": 64513, "peerConfigRef": {"name": "gone"}}
    config = written(
        "infrastructure/cilium-config/bgp.yaml",
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumBGPClusterConfig",
            "metadata": {"name": "home"},
            "spec": {"bgpInstances": [{"name": "as64512", "localASN": 64512, "peers": [peer]}]},
        },
    )

    assert [(one.rule, one.path) for one in findings(*applied(config))] == [
        ("BGP003", "spec.bgpInstances[0].peers[0].peerConfigRef.name")
    ]


def test_an_object_in_a_namespace_that_nobody_makes_is_found() -> None:
    assert rules(config_map("infrastructure/web/a.yaml", namespace="web")) == ["REF002"]


def test_an_object_in_a_namespace_of_the_tree_or_of_every_cluster_is_right() -> None:
    documents = (
        namespace("infrastructure/namespaces/namespaces.yaml", "web"),
        config_map("infrastructure/web/a.yaml", namespace="web"),
        config_map("infrastructure/web/b.yaml", namespace="kube-system"),
    )

    assert rules(*documents) == []


def test_one_object_in_two_files_is_found_and_both_are_named() -> None:
    documents = applied(
        config_map("infrastructure/a/a.yaml"), config_map("infrastructure/b/b.yaml", key="other")
    )

    assert [(one.rule, one.file, one.message.partition(" applies")[0]) for one in findings(*documents)] == [
        ("REF003", "infrastructure/b/b.yaml", "Kustomization flux-system/a")
    ]


def test_the_same_object_in_a_tree_that_is_only_considered_is_another() -> None:
    documents = (
        config_map("infrastructure/a/a.yaml"),
        config_map("considered/cilium/infrastructure/a/a.yaml"),
    )

    assert rules(*documents) == []


def test_what_flux_does_not_apply_refers_to_what_it_likes() -> None:
    assert (
        rules(
            config_map("bootstrap/a.yaml", namespace="web"), config_map("bootstrap/b.yaml", namespace="web")
        )
        == []
    )


@pytest.mark.parametrize(
    "spec", [None, "text", {"chartRef": "web"}, {"chart": [1]}, {"chartRef": {"name": {}}}]
)
def test_a_release_of_any_shape_crashes_nothing(spec: Any) -> None:
    broken = written(RELEASE, {**release().body, "spec": spec})

    assert "SCH001" in rules(broken)
