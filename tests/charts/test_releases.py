"""Which chart a release installs, and which values go into it from where."""

from typing import Any

import pytest
import yaml

from fabricgen.charts import UNKNOWN
from fabricgen.charts.layers import Layers, layer_of_file, layers_of
from fabricgen.charts.releases import Chart, Reference, Release, chart_of, release_of
from fabricgen.yamlio import YamlSyntaxError

CONFIG_MAP = Reference("ConfigMap", "kube-system", "cilium-values")
SECRET = Reference("Secret", "kube-system", "cilium-secret")


def body(text: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def release(text: str) -> Release:
    found = release_of(body(text))
    assert found is not None
    return found


HEAD = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
"""
FROM_REPOSITORY = f"""{HEAD}
  chart: {{spec: {{chart: cilium, version: 1.20.x, sourceRef: {{kind: HelmRepository, name: cilium}}}}}}
"""
FROM_OCI = f"{HEAD}  chartRef: {{kind: OCIRepository, name: cilium}}\n"
K3S = """
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: cilium
  version: 1.20.1
  repo: https://helm.cilium.io
"""


def oci(ref: str) -> dict[Reference, dict[str, Any]]:
    text = f"""
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {{name: cilium, namespace: kube-system}}
spec: {{url: "oci://quay.io/cilium/charts/cilium", ref: {ref}}}
"""
    return {Reference("OCIRepository", "kube-system", "cilium"): body(text)}


def config_map(values: str, key: str = "values.yaml") -> dict[Reference, dict[str, Any]]:
    return {CONFIG_MAP: {"kind": "ConfigMap", "data": {key: values}}}


def test_a_chart_of_a_helm_repository_is_named_by_the_release_itself() -> None:
    found = release(FROM_REPOSITORY)

    assert chart_of(found, {}) == Chart("cilium", "1.20.x")
    assert found.needs == ()


@pytest.mark.parametrize(
    ("ref", "version"),
    [
        ("{tag: 1.20.1}", "1.20.1"),
        ("{tag: 1.20.1, digest: 'sha256:0123'}", "1.20.1"),
        ("{semver: '>=1.19 <1.21', tag: latest}", ">=1.19 <1.21"),
        ("{digest: 'sha256:0123'}", ""),
        ("null", ""),
    ],
)
def test_a_chart_of_an_oci_repository_is_named_by_that(ref: str, version: str) -> None:
    found = release(FROM_OCI)

    assert found.needs == (Reference("OCIRepository", "kube-system", "cilium"),)
    assert chart_of(found, oci(ref)) == Chart("cilium", version)


def test_a_chart_reference_may_name_a_helm_chart_of_another_namespace() -> None:
    found = release(f"{HEAD}  chartRef: {{kind: HelmChart, name: cilium, namespace: flux-system}}\n")
    reference = Reference("HelmChart", "flux-system", "cilium")
    chart = body(
        "apiVersion: source.toolkit.fluxcd.io/v1\n"
        "kind: HelmChart\n"
        "spec: {chart: cilium, version: 1.19.6, sourceRef: {kind: HelmRepository, name: cilium}}\n"
    )

    assert chart_of(found, {reference: chart}) == Chart("cilium", "1.19.6")


def test_the_version_of_a_chart_in_git_is_not_told() -> None:
    text = (
        f"{HEAD}  chart: {{spec: {{chart: charts/cilium, sourceRef: {{kind: GitRepository, name: home}}}}}}\n"
    )

    assert chart_of(release(text), {}) is None


def test_a_source_that_is_not_at_hand_tells_nothing() -> None:
    assert chart_of(release(FROM_OCI), {}) is None


@pytest.mark.parametrize(
    "text",
    [
        "kind: HelmRelease\napiVersion: example.org/v1",
        "kind: Deployment\napiVersion: apps/v1",
        "kind: HelmChart\napiVersion: source.toolkit.fluxcd.io/v1\nspec: {chart: cilium}",
        "{}",
    ],
)
def test_other_documents_are_no_releases(text: str) -> None:
    assert release_of(body(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease}",
        "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: 1, spec: [1]}",
        "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, spec: {chart: x, values: y, valuesFrom: {}}}",
        "{apiVersion: helm.cattle.io/v1, kind: HelmChart, spec: {valuesSecrets: [1], set: 1, valuesContent: 5}}",
    ],
)
def test_a_release_of_another_shape_is_read_as_far_as_it_goes(text: str) -> None:
    found = release(text)

    assert chart_of(found, {}) is None
    assert layers_of(found, {}).merged() == {}


def test_values_of_the_release_count_over_those_of_config_maps_in_their_order() -> None:
    found = release(
        FROM_REPOSITORY
        + "  valuesFrom: [{kind: ConfigMap, name: cilium-values}, {kind: ConfigMap, name: cilium-values, valuesKey: b}]\n"
        + "  values: {MTU: 1, bpf: {masquerade: true}}\n"
    )
    data = {"values.yaml": "MTU: 2\nname: a\nbpf: {tproxy: true}", "b": "name: b\ndevices: [a]"}

    layers = layers_of(found, {CONFIG_MAP: {"kind": "ConfigMap", "data": data}})

    assert layers.merged() == {
        "MTU": 1,
        "name": "b",
        "devices": ["a"],
        "bpf": {"masquerade": True, "tproxy": True},
    }
    assert layers.is_whole


def test_every_value_is_found_where_it_is_written_last() -> None:
    found = release(
        FROM_REPOSITORY
        + "  valuesFrom: [{kind: ConfigMap, name: cilium-values}]\n  values: {bpf: {masquerade: true}}\n"
    )

    layers = layers_of(found, config_map("mtu: 5\nbpf: {masquerade: false, tproxy: true}"))

    assert places(layers, ("bpf", "masquerade")) == (
        "HelmRelease",
        ("spec", "values", "bpf", "masquerade"),
        (),
    )
    assert places(layers, ("bpf", "tproxy")) == ("ConfigMap", ("data", "values.yaml"), ("bpf", "tproxy"))
    assert places(layers, ("mtu",)) == ("ConfigMap", ("data", "values.yaml"), ("mtu",))


def places(layers: Layers, path: tuple[str | int, ...]) -> tuple[str, Any, Any]:
    place = layers.place_of(path)
    return place.layer.document.kind, place.path, place.inner


@pytest.mark.parametrize(
    ("target", "text", "expected"),
    [
        ("MTU", "1400", {"MTU": 1400}),
        ("bpf.masquerade", "true", {"bpf": {"masquerade": True}}),
        ("cluster.name", '"5"', {"cluster": {"name": "5"}}),
        ("cluster.name", "home", {"cluster": {"name": "home"}}),
        (r"podAnnotations.example\.org/a", "b", {"podAnnotations": {"example.org/a": "b"}}),
        ("devices", "{eth0,eth1}", {"devices": UNKNOWN}),
        ("clustermesh.config.clusters[0].name", "a", {"clustermesh": {"config": {"clusters": UNKNOWN}}}),
    ],
)
def test_a_single_value_counts_over_all_others(target: str, text: str, expected: dict[str, Any]) -> None:
    entry = f"{{kind: ConfigMap, name: cilium-values, valuesKey: one, targetPath: '{target}'}}"
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{entry}]\n  values: {{MTU: 1}}\n")

    layers = layers_of(found, config_map(text, "one"))

    assert layers.merged() == {"MTU": 1} | expected
    assert layers.place_of(next(iter(expected.items()))[:1]).path == ("data", "one")


def test_a_literal_value_is_taken_as_it_stands() -> None:
    entry = "{kind: ConfigMap, name: cilium-values, valuesKey: one, targetPath: a, literal: true}"
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{entry}]\n")

    assert layers_of(found, config_map("{1,2}", "one")).merged() == {"a": "{1,2}"}


def test_what_a_secret_holds_is_not_known_but_its_key_is() -> None:
    entry = "{kind: Secret, name: cilium-secret, valuesKey: one, targetPath: maglev.hashSeed}"
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{entry}]\n")

    layers = layers_of(found, {SECRET: {"kind": "Secret", "data": {"one": "c2VjcmV0"}}})

    assert layers.merged() == {"maglev": {"hashSeed": UNKNOWN}}
    assert layers.is_whole


def test_a_document_that_is_missing_is_named_unless_it_is_optional() -> None:
    found = release(
        FROM_REPOSITORY
        + "  valuesFrom: [{kind: ConfigMap, name: cilium-values}, {kind: Secret, name: cilium-secret, optional: true}]\n"
        + "  values: {MTU: 1}\n"
    )

    layers = layers_of(found, {})

    assert found.needs == (CONFIG_MAP, SECRET)
    assert (layers.missing, layers.is_whole, layers.merged()) == ((CONFIG_MAP,), False, {"MTU": 1})


def test_a_text_that_is_no_yaml_is_named_with_what_is_wrong() -> None:
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{{kind: ConfigMap, name: cilium-values}}]\n")

    layers = layers_of(found, config_map("a: 1\na: 2"))

    (unreadable,) = layers.unreadable
    assert unreadable.path == ("data", "values.yaml")
    assert [problem.line for problem in unreadable.error.problems] == [2]


@pytest.mark.parametrize("text", ["", "# nothing\n", "just text", "[1, 2]"])
def test_a_text_without_a_mapping_holds_no_values(text: str) -> None:
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{{kind: ConfigMap, name: cilium-values}}]\n")

    assert layers_of(found, config_map(text)).merged() == {}


def test_a_config_map_that_kustomize_makes_has_its_values_in_a_file() -> None:
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{{kind: ConfigMap, name: cilium-values}}]\n")

    layers = layers_of(found, {}, files={CONFIG_MAP: {"values.yaml": ("app/values.yaml", "mtu: 5")}})

    place = layers.place_of(("mtu",))
    assert (place.layer.file, place.inner, layers.missing) == ("app/values.yaml", ("mtu",), ())


def test_a_values_file_by_itself_is_a_layer() -> None:
    layer = layer_of_file("MTU: 1400", file="values.yaml", document=CONFIG_MAP)

    assert (layer.values, layer.file) == ({"MTU": 1400}, "values.yaml")


def test_a_values_file_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(YamlSyntaxError):
        layer_of_file("a: [", file="values.yaml", document=CONFIG_MAP)


def test_a_helm_chart_of_k3s_has_its_values_as_text_and_single_ones_over_them() -> None:
    found = release(
        K3S
        + "  valuesContent: |\n    MTU: 1\n    mtu: 5\n"
        + "  set: {operator.replicas: '1', ipv6.enabled: 'true', cluster.name: home}\n"
    )

    layers = layers_of(found, {})

    assert chart_of(found, {}) == Chart("cilium", "1.20.1")
    assert layers.merged() == {
        "MTU": 1,
        "mtu": 5,
        "operator": {"replicas": 1},
        "ipv6": {"enabled": True},
        "cluster": {"name": "home"},
    }
    assert places(layers, ("mtu",)) == ("HelmChart", ("spec", "valuesContent"), ("mtu",))
    assert places(layers, ("operator", "replicas")) == ("HelmChart", ("spec", "set", "operator.replicas"), ())


def test_the_config_of_a_helm_chart_counts_over_it() -> None:
    chart = release(f"{K3S}  valuesContent: 'MTU: 1'\n")
    config = release(
        "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\n"
        "metadata: {name: cilium, namespace: kube-system}\nspec: {valuesContent: 'MTU: 2'}\n"
    )

    layers = layers_of(chart, {}, config=config)

    assert config.needs == (Reference("HelmChart", "kube-system", "cilium"),)
    assert layers.merged() == {"MTU": 2}
    assert layers.place_of(("MTU",)).layer.document.kind == "HelmChartConfig"


def test_a_single_value_may_come_from_a_file_that_becomes_a_config_map() -> None:
    entry = "{kind: ConfigMap, name: cilium-values, valuesKey: one, targetPath: MTU}"
    found = release(f"{FROM_REPOSITORY}  valuesFrom: [{entry}]\n")

    layers = layers_of(found, {}, files={CONFIG_MAP: {"one": ("mtu.txt", "1400")}})

    assert layers.merged() == {"MTU": 1400}
    assert layers.place_of(("MTU",)).layer.file == "mtu.txt"
