"""Releases whose chart or values other documents decide: looked up among the files of the run, nearest first."""

import json
from pathlib import Path

import pytest
from helm_values import config_map, findings, k3s_chart, oci_repository, places, release, run, said, write

from fabricgen.commands.validate import run as command

FROM_OCI = "chartRef: {kind: OCIRepository, name: cilium}"
FROM_MAP = "valuesFrom: [{kind: ConfigMap, name: values}]"
MTU = [("HLM001", "spec.values.mtu")]
IN_MAP = [("HLM001", 'data["values.yaml"].mtu')]
HELM_CHART = """\
apiVersion: source.toolkit.fluxcd.io/v1beta2
kind: HelmChart
metadata: {name: cilium, namespace: flux-system}
spec: {interval: 1h, chart: cilium, version: 1.19.x, sourceRef: {kind: HelmRepository, name: home}}
"""
CONFIG = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: cilium, namespace: kube-system}
spec:
  valuesContent: |
    mtu: 1400
"""
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: kube-system
resources: [release.yaml]
configMapGenerator:
  - name: values
    files: [FILE]
"""


def test_a_chart_may_be_named_by_an_oci_repository_of_another_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/release.yaml": release("externalIPs: {enabled: true}", spec=FROM_OCI),
            "z/source.yaml": oci_repository("1.18.0"),
        },
    )

    (found,) = findings(tmp_path)

    assert found.message.startswith("the chart cilium 1.18.0 does not read externalIPs")
    assert found.file == str(tmp_path / "a" / "release.yaml")


def test_a_chart_may_be_named_by_a_helm_chart_of_another_namespace(tmp_path: Path) -> None:
    spec = "chartRef: {kind: HelmChart, name: cilium, namespace: flux-system}"
    write(tmp_path, {"release.yaml": release("mtu: 1400", spec=spec), "chart.yaml": HELM_CHART})

    (found,) = findings(tmp_path, ignore_missing_schemas=True)

    assert "cilium 1.19." in found.message
    assert "the newest known that 1.19.x allows" in found.message


def test_a_config_of_k3s_is_judged_by_the_chart_that_it_changes(tmp_path: Path) -> None:
    write(tmp_path, {"a/config.yaml": CONFIG, "b/chart.yaml": k3s_chart("set: {MTU: 5}")})

    assert said(tmp_path, ignore_missing_schemas=True) == [("HLM001", "spec.valuesContent.mtu")]
    assert places(tmp_path, ignore_missing_schemas=True) == [("a/config.yaml", 6, 5, "mtu: 1400")]


def test_values_of_a_config_map_are_told_at_their_line_in_it(tmp_path: Path) -> None:
    text = "# what is not default\n\nbpf:\n  masquerade: 'yes'\nmtu: 1400"
    write(tmp_path, {"release.yaml": release(spec=FROM_MAP), "values.yaml": config_map(text)})

    assert said(tmp_path) == [("HLM002", 'data["values.yaml"].bpf.masquerade'), *IN_MAP]
    assert places(tmp_path) == [
        ("values.yaml", 11, 7, "masquerade: 'yes'"),
        ("values.yaml", 12, 5, "mtu: 1400"),
    ]


def test_what_counts_is_what_is_set_last(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "release.yaml": release("routingMode: native", spec=FROM_MAP),
            "map.yaml": config_map("routingMode: nativ"),
        },
    )

    assert said(tmp_path) == []


def test_a_single_value_may_come_from_a_config_map(tmp_path: Path) -> None:
    spec = "valuesFrom: [{kind: ConfigMap, name: values, valuesKey: mode, targetPath: routingMode}]"
    text = config_map("").replace("values.yaml: |", "mode: nativ")
    write(tmp_path, {"release.yaml": release(spec=spec), "map.yaml": text})

    assert said(tmp_path) == [("HLM003", "data.mode")]


@pytest.mark.parametrize("file", ["values.yaml=helm/cilium.yaml", "values.yaml=./helm/cilium.yaml"])
def test_values_that_kustomize_makes_of_a_file_are_told_in_that_file(file: str, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "release.yaml": release(spec=FROM_MAP),
            "kustomization.yaml": KUSTOMIZATION.replace("FILE", file),
            "helm/cilium.yaml": "MTU: 1400\nmtu: 1400\n",
        },
    )

    assert places(tmp_path) == [("helm/cilium.yaml", 2, 1, "mtu: 1400")]


def test_a_file_is_called_by_its_own_name_where_no_key_is_given(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "release.yaml": release(spec=FROM_MAP),
            "kustomization.yaml": KUSTOMIZATION.replace("FILE", "values.yaml"),
            "values.yaml": "mtu: 1400\n",
        },
    )

    assert [one.path for one in findings(tmp_path)] == ["mtu"]


@pytest.mark.parametrize(
    "file", ["values.yaml=/etc/hostname", "values.yaml=../../secret.yaml", "values.yaml=link"]
)
def test_a_file_outside_of_the_checkout_is_never_opened(file: str, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("mtu: 1400\n", encoding="utf-8")
    checkout = write(
        tmp_path / "checkout",
        {
            ".git/HEAD": "",
            "apps/release.yaml": release(spec=FROM_MAP),
            "apps/kustomization.yaml": KUSTOMIZATION.replace("FILE", file),
        },
    )
    (checkout / "apps" / "link").symlink_to(tmp_path / "secret.yaml")

    assert said(checkout) == []


def test_of_a_secret_only_keys_are_told_and_never_what_it_holds(tmp_path: Path) -> None:
    secret = config_map("mtu: hunter2\nMTU: hunter2\nroutingMode: hunter2").replace("ConfigMap", "Secret")
    spec = FROM_MAP.replace("ConfigMap", "Secret")
    write(
        tmp_path,
        {"release.yaml": release(spec=spec), "secret.yaml": secret.replace("\ndata:", "\nstringData:")},
    )

    found = findings(tmp_path)

    assert [(one.rule, one.path) for one in found] == [("HLM001", 'stringData["values.yaml"].mtu')]
    assert "hunter2" not in repr(found)


def test_a_secret_that_is_no_yaml_is_told_without_what_it_holds(tmp_path: Path) -> None:
    secret = config_map("hunter2: {").replace("ConfigMap", "Secret").replace("\ndata:", "\nstringData:")
    write(tmp_path, {"a.yaml": release(spec=FROM_MAP.replace("ConfigMap", "Secret")), "b.yaml": secret})

    (found,) = findings(tmp_path)

    assert (found.rule, found.message) == (
        "YML001",
        "this text is to be the values of a chart, and cannot be read",
    )


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": release("mtu: 1400", spec=FROM_OCI)},
        {"a.yaml": release("mtu: 1400", spec=FROM_OCI), "b.yaml": oci_repository("1.20.2", name="other")},
        {"a.yaml": release("mtu: 1400", spec=FROM_OCI), "b.yaml": oci_repository("1.20.2", chart="podinfo")},
        {"a.yaml": release("mtu: 1400", spec=FROM_OCI), "b.yaml": oci_repository("${TAG}")},
        {
            "a.yaml": release("mtu: 1400", spec=FROM_OCI),
            "b.yaml": oci_repository("1.20.2").replace("kube-system", "other"),
        },
        {"a.yaml": release(spec=FROM_MAP)},
        {"a.yaml": release(spec=FROM_MAP), "b.yaml": config_map("mtu: 1", namespace="other")},
        {"a.yaml": release(spec=FROM_MAP), "b.yaml": config_map("mtu: 1", name="values-2")},
        {"a.yaml": release(spec=FROM_MAP), "kustomization.yaml": KUSTOMIZATION},
        {"a.yaml": CONFIG},
        {"a.yaml": CONFIG, "b.yaml": k3s_chart("").replace("name: cilium", "name: other")},
    ],
)
def test_nothing_is_said_where_what_decides_is_not_at_hand(files: dict[str, str], tmp_path: Path) -> None:
    verdicts, summary = run(write(tmp_path, files), ignore_missing_schemas=True)

    assert [one for verdict in verdicts for one in verdict.findings] == []
    assert summary.invalid == 0


def test_own_values_are_judged_though_a_config_map_is_missing(tmp_path: Path) -> None:
    assert said(write(tmp_path, {"a.yaml": release("mtu: 1400", spec=FROM_MAP)})) == MTU


@pytest.mark.parametrize(
    ("near", "far"), [("west/apps", "east/apps"), ("west", "east"), ("west/apps/cilium/deep", "west")]
)
def test_the_nearest_of_two_counts(near: str, far: str, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "west/apps/cilium/release.yaml": release("externalIPs: {enabled: true}", spec=FROM_OCI),
            f"{near}/source.yaml": oci_repository("1.18.0"),
            f"{far}/source.yaml": oci_repository("1.17.0"),
        },
    )

    assert said(tmp_path) == [("HLM001", "spec.values.externalIPs")]


def test_nothing_is_said_where_two_are_equally_near_and_differ(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/release.yaml": release("mtu: 1400", spec=FROM_OCI),
            "east/source.yaml": oci_repository("1.18.0"),
            "west/source.yaml": oci_repository("1.20.2"),
        },
    )

    assert said(tmp_path) == []


def test_a_document_without_a_namespace_may_be_in_any(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "release.yaml": release(spec=FROM_MAP).replace("  namespace: kube-system\n", ""),
            "a.yaml": config_map("mtu: 1400"),
        },
    )

    assert said(tmp_path) == IN_MAP


def test_a_document_of_the_very_namespace_counts_before_one_without(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "release.yaml": release(spec=FROM_MAP),
            "a.yaml": config_map("mtu: 1400", namespace=""),
            "b.yaml": config_map("MTU: 1400"),
        },
    )

    assert said(tmp_path) == []


def test_what_is_piped_in_is_searched_as_a_whole() -> None:
    stream = "---\n".join(
        (release(spec=f"{FROM_OCI}\n{FROM_MAP}"), config_map("mtu: 1400"), oci_repository("1.20.2"))
    )

    verdicts, summary = run(Path(), stdin=stream)

    (found,) = [one for verdict in verdicts for one in verdict.findings]
    assert (found.file, found.path) == ("stdin", 'data["values.yaml"].mtu')
    assert stream.split("\n")[found.line - 1] == "    mtu: 1400"
    assert (summary.files, summary.valid) == (1, 3)


def test_a_release_is_counted_once_and_told_once_with_its_file(tmp_path: Path) -> None:
    both = f"{release('routingMode: nativ', spec=FROM_OCI)}---\n{release(name='two')}"
    write(
        tmp_path, {"a/both.yaml": both, "b/source.yaml": oci_repository("1.20.2"), "c/three.yaml": release()}
    )

    verdicts, summary = run(tmp_path, every=True)

    assert [(Path(one.file).name, one.index, one.status) for one in verdicts] == [
        ("source.yaml", 0, "valid"),
        ("three.yaml", 0, "valid"),
        ("both.yaml", 0, "invalid"),
        ("both.yaml", 1, "valid"),
    ]
    assert (summary.files, summary.valid, summary.invalid) == (3, 3, 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_says_the_same_however_many_processes_share_it(jobs: int, tmp_path: Path) -> None:
    files = {f"{number}/release.yaml": release("mtu: 1400", spec=FROM_OCI) for number in range(20)}
    write(tmp_path, files | {"source.yaml": oci_repository("1.20.2")})

    verdicts, summary = run(tmp_path, jobs=jobs)

    assert sum(len(verdict.findings) for verdict in verdicts) == 20
    assert (summary.valid, summary.files) == (21, 21)


def test_a_run_that_ends_with_the_first_fault_does_not_wait_for_the_last_file(tmp_path: Path) -> None:
    broken = release("mtu: 1400", spec=f"{FROM_OCI}\nintervall: 1h")
    write(
        tmp_path, {"a.yaml": broken, "b.yaml": oci_repository("1.20.2"), "c.yaml": release("routingMode: x")}
    )

    verdicts, summary = run(tmp_path, fail_fast=True)

    assert [(Path(one.file).name, one.status) for one in verdicts] == [("a.yaml", "invalid")]
    assert (summary.invalid, summary.files) == (1, 1)


def test_what_has_a_fault_and_waits_is_told_with_both(tmp_path: Path) -> None:
    broken = release("mtu: 1400", spec=f"{FROM_OCI}\nintervall: 1h")
    write(tmp_path, {"a.yaml": broken, "b.yaml": oci_repository("1.20.2")})

    verdicts, summary = run(tmp_path)

    assert [one.rule for one in verdicts[-1].findings] == ["SCH001", "HLM001"]
    assert (summary.invalid, summary.valid) == (1, 1)


def test_a_value_in_another_file_names_that_file_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:

    write(tmp_path, {"a.yaml": release("mtu: 1", spec=FROM_MAP), "b.yaml": config_map("gatewayApi: {}")})

    command([str(tmp_path), "-output", "json", "--no-cache"])

    resources = json.loads(capsys.readouterr().out)["resources"]
    told = [(one["path"], one.get("filename")) for one in resources[-1]["validationErrors"]]
    assert told == [
        ("/data/values.yaml/gatewayApi", str(tmp_path / "b.yaml")),
        ("/spec/values/mtu", None),
    ]
