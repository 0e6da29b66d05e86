"""The layers that Flux applies: their order, what they wait for, and what survives a lost line in git."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described import EVERY, rendered_from, title
from homes import BY_CLI, FLANNEL, K3S, document, home

from fabricgen.cluster import Cluster
from fabricgen.documents import drafts
from fabricgen.documents.cilium import release_timeout
from fabricgen.documents.crd_source import crd_source
from fabricgen.documents.layers import LAYERS

GATEWAY = {
    "cni__cilium__gatewayAPI": {"gateways": [{"name": "web", "listeners": [{"name": "a", "port": 80}]}]}
}
METALLB = {"metallb": {"version": "0.15.2"}}
NOTHING = {**FLANNEL, **BY_CLI}


def layer(cluster: Cluster, name: str) -> Any:
    index = 1 if name == "gateway-api-crds" else 0
    return document(cluster, f"flux/{name}.yaml", index=index).body["spec"]


def names(cluster: Cluster) -> list[str]:
    return list(document(cluster, "flux/kustomization.yaml").body["resources"])


def test_a_layer_comes_after_all_that_it_waits_for() -> None:
    order = [one.name for one in LAYERS]

    early = [
        (one.name, other)
        for one in LAYERS
        for other in one.after
        if other not in order[: order.index(one.name)]
    ]

    assert early == []


def test_every_layer_that_waits_says_why() -> None:
    assert [one.name for one in LAYERS if one.after and not one.waits] == []


def test_every_folder_that_flux_applies_has_its_layer() -> None:
    found = {
        draft.path.split("/")[1]
        for path in EVERY
        for draft in drafts(rendered_from(path).cluster)
        if draft.path.startswith("infrastructure/")
    }

    assert found <= {one.folder.removeprefix("infrastructure/") for one in LAYERS}


def test_what_removes_the_network_or_flux_itself_is_never_pruned() -> None:
    cluster = home(**GATEWAY)

    kept = {
        name: (layer(cluster, name)["prune"], layer(cluster, name)["deletionPolicy"])
        for name in ("cilium", "gateway-api-crds", "flux-operator", "flux-instance", "namespaces")
    }

    assert set(kept.values()) == {(False, "Orphan")}


def test_what_can_be_made_anew_is_pruned() -> None:
    assert layer(home(), "cilium-config")["prune"] is True


def test_pools_wait_for_the_release_that_brings_their_crds() -> None:
    assert layer(home(), "cilium-config")["dependsOn"] == [{"name": "fabric-cilium"}]


def test_only_layers_that_are_there_are_waited_for() -> None:
    assert "dependsOn" not in layer(home(), "cilium")


def test_cilium_waits_for_the_crds_that_its_operator_looks_for_once() -> None:
    after = [one["name"] for one in layer(home(**GATEWAY), "cilium")["dependsOn"]]

    assert after == ["fabric-namespaces", "fabric-gateway-api-crds"]


def test_cilium_is_healthy_with_its_release_and_the_crds_that_later_layers_use() -> None:
    checks = [(one["kind"], one["name"]) for one in layer(home(), "cilium")["healthChecks"]]

    assert checks == [
        ("HelmRelease", "cilium"),
        ("CustomResourceDefinition", "ciliumloadbalancerippools.cilium.io"),
        ("CustomResourceDefinition", "ciliuml2announcementpolicies.cilium.io"),
    ]


def test_one_node_that_is_down_holds_nothing_back() -> None:
    kinds = {one["kind"] for one in layer(home(**GATEWAY), "cilium")["healthChecks"]}

    assert kinds == {"HelmRelease", "CustomResourceDefinition"}


def test_crds_of_bgp_and_policies_are_waited_for_where_they_are_used() -> None:
    bgp = {"asn": 64512, "peers": [{"name": "router", "address": "10.0.0.1", "asn": 64513}]}
    policies = {"defaultDeny": ["web"]}
    cluster = home(
        cni__cilium__bgp=bgp, cni__cilium__policies=policies, networks__loadBalancers__lan__announce=["bgp"]
    )

    crds = [one["name"].removesuffix(".cilium.io") for one in layer(cluster, "cilium")["healthChecks"][1:]]

    assert crds == [
        "ciliumloadbalancerippools",
        "ciliumbgpclusterconfigs",
        "ciliumbgppeerconfigs",
        "ciliumbgpadvertisements",
        "ciliumnetworkpolicies",
        "ciliumclusterwidenetworkpolicies",
    ]


def test_health_checks_and_wait_are_never_together_since_flux_ignores_one() -> None:
    specs = [layer(home(**GATEWAY), name.removesuffix(".yaml")) for name in names(home(**GATEWAY))]

    assert {("healthChecks" in spec) ^ spec.get("wait", False) for spec in specs} == {True}


@pytest.mark.parametrize("path", EVERY, ids=title)
def test_a_layer_waits_longer_than_the_release_that_it_waits_for(path: Path) -> None:
    cluster = rendered_from(path).cluster
    fabric = cluster if cluster.cilium else cluster.considered and cluster.considered.cluster
    specs = [layer(fabric, "cilium")] if fabric else []

    minutes = [int(spec["timeout"].removesuffix("m")) for spec in specs]

    assert all(one > release_timeout(cluster) for one in minutes)


def test_a_failure_is_tried_again_before_the_next_interval() -> None:
    specs = [layer(home(), name.removesuffix(".yaml")) for name in names(home())]

    assert {(spec["interval"], spec["retryInterval"]) for spec in specs} == {("1h", "2m")}


def test_metallb_has_layers_of_its_own() -> None:
    cluster = home(**METALLB)

    assert [name for name in names(cluster) if "metallb" in name or name == "cilium-config.yaml"] == [
        "metallb-config.yaml",
        "metallb.yaml",
    ]


def test_paths_start_where_the_tree_stands_in_the_repository() -> None:
    cluster = home(flux__path="clusters/home")

    assert layer(cluster, "cilium")["path"] == "./clusters/home/infrastructure/cilium"


def test_the_source_is_the_one_that_flux_itself_reads() -> None:
    flux = {"version": "2.9.5", "operatorVersion": "0.58.1", "oci": {"url": "oci://example.org/fabric"}}
    cluster = home(flux=flux)

    assert layer(cluster, "cilium")["sourceRef"] == {"kind": "OCIRepository", "name": "flux-system"}


def test_the_crds_of_gateway_api_come_from_the_commit_of_their_release() -> None:
    source = document(home(**GATEWAY), "flux/gateway-api-crds.yaml").body["spec"]

    assert source["ref"] == {"commit": "477d172e6ac5eccb82b65781ddb8f924afec4170"}
    assert source["interval"] == "168h"


def test_a_release_whose_commit_is_not_known_is_pinned_by_its_tag_and_says_so() -> None:
    cluster = home(**GATEWAY, cni__cilium__version="1.20.1", cni__cilium__gatewayAPI__version="1.7.0")
    part = crd_source(cluster)

    assert part.body["spec"]["ref"] == {"tag": "v1.7.0"}
    assert "can move the tag" in next(one.why for one in part.settings if one.path[-1] == "tag")


def test_a_cluster_without_gateway_api_has_no_source_of_crds() -> None:
    with pytest.raises(ValueError, match="home has no Gateway API"):
        crd_source(home())


def test_the_crds_are_built_from_the_folder_of_their_channel() -> None:
    old = home(K3S, **GATEWAY, cni__cilium__version="1.16.6", distribution__k3s__version="1.30.14+k3s1")

    assert layer(home(**GATEWAY), "gateway-api-crds")["path"] == "./config/crd"
    assert layer(old, "gateway-api-crds")["path"] == "./config/crd/experimental"


def test_each_folder_lists_exactly_its_files() -> None:
    cluster = home(**GATEWAY)

    listed = document(cluster, "infrastructure/gateway/kustomization.yaml").body["resources"]

    assert listed == ["class.yaml", "gateways.yaml"]


def test_without_any_layer_the_entry_point_is_there_and_empty() -> None:
    assert names(home(K3S, **NOTHING)) == []


@pytest.mark.tools
def test_kustomize_builds_an_empty_entry_point(tmp_path: Path, tool: Callable[[str], str]) -> None:
    text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n"
    (tmp_path / "kustomization.yaml").write_text(text, encoding="utf-8")

    done = subprocess.run(
        [tool("kubectl"), "kustomize", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
