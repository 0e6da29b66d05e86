"""The namespace, the chart's repository and the HelmRelease."""

import json
from pathlib import Path
from typing import Any

import pytest
from cilium_clusters import EVERYTHING, cluster, values
from jsonschema import Draft202012Validator

from fabricgen.cluster import Cluster
from fabricgen.documents.cilium import drafts, release_timeout, value_settings
from fabricgen.documents.document import Draft, leaves

DIGEST = "sha256:" + "ab" * 32
MIRROR = "oci://ghcr.io/home-operations/charts-mirror/cilium"
RELAY = {"cilium.hubble": {"relay": True}}
FLANNEL = {"flannel": {"because": "it is enough"}}


def files(home: Cluster) -> dict[str, Draft]:
    return {draft.path.removeprefix("infrastructure/cilium/"): draft for draft in drafts(home)}


def body(home: Cluster, name: str) -> dict[str, Any]:
    return files(home)[f"{name}.yaml"].parts[0].body


def flux(version: str) -> dict[str, Any]:
    return {"flux.version": version}


def test_three_files_are_yielded_each_with_a_template_of_its_name() -> None:
    wanted = files(cluster())

    assert list(wanted) == ["namespace.yaml", "repository.yaml", "release.yaml"]
    assert [draft.template for draft in wanted.values()] == [f"{draft.path}.j2" for draft in wanted.values()]


def test_without_cilium_there_is_nothing() -> None:
    home = cluster(cni=FLANNEL, at={"networks.loadBalancers": {}})

    assert list(drafts(home)) == []
    assert value_settings(home) == ()


@pytest.mark.parametrize("name", ["namespace", "release"])
def test_what_must_not_vanish_cannot_be_pruned(name: str) -> None:
    metadata = body(cluster(), name)["metadata"]

    assert metadata["annotations"] == {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


def test_a_chart_from_a_helm_repository_is_pinned_by_its_version() -> None:
    home = cluster("1.18.6")

    repository, release = body(home, "repository"), body(home, "release")

    assert repository["kind"] == "HelmRepository"
    assert repository["spec"] == {"interval": "1h", "url": "https://helm.cilium.io/"}
    assert release["spec"]["chart"]["spec"] == {
        "chart": "cilium",
        "version": "1.18.6",
        "sourceRef": {"kind": "HelmRepository", "name": "cilium"},
    }
    assert "chartRef" not in release["spec"]


def test_a_chart_from_a_registry_is_the_layer_that_holds_a_chart() -> None:
    home = cluster("1.18.6", at={"cilium.chart": {"oci": MIRROR, "digest": DIGEST}})

    repository, release = body(home, "repository"), body(home, "release")

    assert repository["kind"] == "OCIRepository"
    assert repository["spec"]["url"] == MIRROR
    assert repository["spec"]["ref"] == {"tag": "1.18.6", "digest": DIGEST}
    assert repository["spec"]["layerSelector"] == {
        "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        "operation": "copy",
    }
    assert release["spec"]["chartRef"] == {"kind": "OCIRepository", "name": "cilium"}
    assert "chart" not in release["spec"]


@pytest.mark.parametrize(
    ("version", "api"),
    [("2.5.1", "source.toolkit.fluxcd.io/v1beta2"), ("2.6.4", "source.toolkit.fluxcd.io/v1")],
)
def test_the_registrys_api_is_that_of_this_flux(version: str, api: str) -> None:
    home = cluster("1.18.6", at={"cilium.chart": {"oci": MIRROR}, **flux(version)})

    assert body(home, "repository")["apiVersion"] == api


def test_the_release_takes_over_what_bootstrap_installed() -> None:
    spec = body(cluster(), "release")["spec"]

    assert spec["releaseName"] == "cilium"
    assert spec["targetNamespace"] == spec["storageNamespace"] == "kube-system"
    assert body(cluster(), "release")["metadata"]["namespace"] == "kube-system"


def test_a_failure_is_tried_again_and_never_undone() -> None:
    spec = body(cluster(at=flux("2.7.5")), "release")["spec"]

    retry = {"name": "RetryOnFailure", "retryInterval": "2m"}
    assert spec["install"] == {"crds": "CreateReplace", "strategy": retry}
    assert spec["upgrade"] == {"crds": "CreateReplace", "strategy": retry}


def test_before_flux_2_7_an_install_is_not_remediated_since_that_would_uninstall() -> None:
    spec = body(cluster("1.18.6", at=flux("2.6.4")), "release")["spec"]

    assert spec["install"]["remediation"] == {"retries": 0}
    assert spec["upgrade"]["remediation"] == {"retries": -1}
    assert "strategy" not in spec["install"]


def test_the_timeout_grows_with_the_nodes_that_are_replaced_one_by_one() -> None:
    many = [
        {"name": f"node-{number}", "role": "worker", "address": f"10.0.0.{number}", "disk": "/dev/sda"}
        for number in range(20, 36)
    ]
    control_plane = {"name": "one", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda"}
    small, large = cluster(), cluster(nodes=[control_plane, *many])

    assert (release_timeout(small), release_timeout(large)) == (15, 34)
    assert body(large, "release")["spec"]["timeout"] == "34m"


def test_a_single_node_is_not_counted_in_the_timeouts_reason() -> None:
    nodes = [{"name": "one", "role": "control-plane", "address": "10.0.0.11", "disk": "/dev/sda"}]
    settings = files(cluster(nodes=nodes))["release.yaml"].parts[0].settings
    reasons = {one.path: one.why for one in settings}

    assert reasons["spec", "timeout"].startswith("the node gets a new agent")


@pytest.mark.parametrize("version", ["1.16.6", "1.17.18", "1.18.6"])
def test_charts_that_make_certificates_last_are_not_waited_for(version: str) -> None:
    spec = body(cluster(version, at=RELAY), "release")["spec"]

    assert (spec["install"]["disableWait"], spec["upgrade"]["disableWait"]) == (True, True)


@pytest.mark.parametrize(("minor", "expected"), [("2.7.5", True), ("2.8.8", None), ("2.9.5", None)])
def test_an_address_from_a_later_layer_is_waited_for_only_by_flux_that_does_not_ask_for_it(
    minor: str, *, expected: bool | None
) -> None:
    exposed = {"cilium.hubble": {"ui": {"expose": "load-balancer"}}}
    spec = body(cluster("1.19.7", at={**exposed, **flux(minor)}), "release")["spec"]

    assert spec["install"].get("disableWait") is expected
    assert spec["upgrade"].get("disableWait") is expected


@pytest.mark.parametrize(
    ("version", "hubble"),
    [
        ("1.19.6", {"relay": True}),
        ("1.18.6", {"relay": True, "certificates": "helm"}),
        ("1.18.6", {"relay": False}),
        ("1.18.6", {"enabled": False}),
    ],
)
def test_every_other_release_is_waited_for(version: str, hubble: dict[str, Any]) -> None:
    spec = body(cluster(version, at={"cilium.hubble": hubble}), "release")["spec"]

    assert "disableWait" not in spec["install"]


def test_the_release_holds_the_very_values() -> None:
    home = cluster(at=EVERYTHING)

    assert body(home, "release")["spec"]["values"] == values(home)


@pytest.mark.parametrize("name", ["release", "repository"])
@pytest.mark.parametrize("chart", [{}, {"cilium.chart": {"oci": MIRROR, "digest": DIGEST}}])
def test_every_leaf_has_a_reason_and_a_source(name: str, chart: dict[str, Any]) -> None:
    part = files(cluster(at={**EVERYTHING, **chart}))[f"{name}.yaml"].parts[0]
    covered = {one.path for one in part.settings}

    found = [path for path, _ in leaves(part.body["spec"], ("spec",))]

    assert [path for path in found if not {path[:end] for end in range(len(path) + 1)} & covered] == []
    assert [one.path for one in part.settings if not (one.why and one.source)] == []


@pytest.mark.schemas
@pytest.mark.parametrize("version", ["2.6.4", "2.7.5"])
@pytest.mark.parametrize("chart", [{}, {"cilium.chart": {"oci": MIRROR, "digest": DIGEST}}])
def test_release_and_repository_are_what_flux_accepts(
    schemas_dir: Path, version: str, chart: dict[str, Any]
) -> None:
    home = cluster("1.18.6", at={**RELAY, **flux(version), **chart})

    assert _faults(schemas_dir, body(home, "release")) == []
    assert _faults(schemas_dir, body(home, "repository")) == []


def _faults(folder: Path, wanted: dict[str, Any]) -> list[str]:
    group, _, version = wanted["apiVersion"].rpartition("/")
    schema = json.loads(
        (folder / group / f"{wanted['kind'].lower()}_{version}.json").read_text(encoding="utf-8")
    )
    return [error.message for error in Draft202012Validator(schema).iter_errors(wanted)]


@pytest.mark.parametrize("version", ["1.16.19", "1.18.12", "1.20.2"])
def test_every_page_of_ciliums_documentation_is_that_of_the_minor_in_use(version: str) -> None:
    minor = version.rpartition(".")[0]
    sources = [one.source for one in value_settings(cluster(version))]

    pages = {source.split("/")[4] for source in sources if source.startswith("https://docs.cilium.io/")}
    assert pages == {f"v{minor}"}
