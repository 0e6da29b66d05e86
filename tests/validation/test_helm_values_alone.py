"""Values of a release that says by itself what it installs: which are told of, how, and where."""

import json
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from helm_values import findings, k3s_chart, parsed, places, release, run, said, write

from fabricgen.commands.validate import run as command


class Example(NamedTuple):
    values: str
    version: str
    path: str
    message: str
    hint: str


EXAMPLES = [
    Example(
        "cgroup:\n  automount:\n    enabled: false",
        "1.20.2",
        "spec.values.cgroup.automount",
        "the chart cilium 1.20.2 does not read cgroup.automount, so it changes nothing",
        "did you mean cgroup.autoMount?",
    ),
    Example(
        "gatewayApi:\n  enabled: true",
        "1.20.2",
        "spec.values.gatewayApi",
        "the chart cilium 1.20.2 does not read gatewayApi, so it changes nothing",
        "did you mean gatewayAPI?",
    ),
    Example(
        "mtu: 1400",
        "1.20.2",
        "spec.values.mtu",
        "the chart cilium 1.20.2 does not read mtu, so it changes nothing",
        "did you mean MTU?",
    ),
    Example(
        "externalIPs:\n  enabled: true",
        "1.18.4",
        "spec.values.externalIPs",
        "the chart cilium 1.18.4 does not read externalIPs (gone since 1.17.6), so it changes nothing",
        "kubeProxyReplacement: true does it now",
    ),
    Example(
        "encryption:\n  strictMode:\n    cidr: 10.0.0.0/8",
        "1.20.0",
        "spec.values.encryption.strictMode.cidr",
        "the chart cilium 1.20.0 does not read encryption.strictMode.cidr (gone since 1.20.0), so it changes nothing",
        "write encryption.strictMode.egress.cidr",
    ),
]


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.path)
def test_a_key_that_changes_nothing_is_told_as_text_with_what_is_meant_and_since_when(
    one: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, {"release.yaml": release(one.values, version=one.version)}) / "release.yaml"

    code = command([str(file), "-summary", "--no-cache"])

    first, second, last = capsys.readouterr().out.splitlines()
    assert code == 0
    assert first == f"{file} - HelmRelease cilium is valid, with 1 warning"
    assert second.startswith(f"  {file}:")
    assert second.endswith(f": {one.path}: warning: {one.message}; {one.hint} [HLM001]")
    assert last.endswith("Valid: 1, Invalid: 0, Errors: 0, Skipped: 0")


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.path)
def test_a_key_that_changes_nothing_is_told_as_json(
    one: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, {"release.yaml": release(one.values, version=one.version)}) / "release.yaml"

    command([str(file), "-output", "json", "--no-cache"])

    (resource,) = json.loads(capsys.readouterr().out)["resources"]
    (error,) = resource["validationErrors"]
    assert (resource["status"], error["severity"], error["rule"]) == ("statusValid", "warning", "HLM001")
    assert (error["msg"], error["hint"]) == (one.message, one.hint)
    assert error["path"] == "/" + one.path.replace(".", "/")


@pytest.mark.parametrize(
    ("values", "rule", "path"),
    [
        ('MTU: "1400"', "HLM002", "spec.values.MTU"),
        ("routingMode: nativ", "HLM003", "spec.values.routingMode"),
        ("tunnel: disabled", "HLM001", "spec.values.tunnel"),
    ],
)
def test_what_the_chart_or_its_agent_fails_on_makes_a_release_invalid(
    values: str, rule: str, path: str, tmp_path: Path
) -> None:
    verdicts, summary = run(write(tmp_path, {"release.yaml": release(values)}))

    assert [(one.rule, one.severity, one.path) for one in verdicts[0].findings] == [(rule, "error", path)]
    assert (verdicts[0].status, summary.valid, summary.invalid) == ("invalid", 0, 1)


@pytest.mark.parametrize("api", ["v2", "v2beta2", "v2beta1"])
def test_every_version_of_helm_release_is_judged(api: str, tmp_path: Path) -> None:
    write(tmp_path, {"release.yaml": release("mtu: 1400\nroutingMode: nativ").replace("io/v2", f"io/{api}")})

    found = said(tmp_path, ignore_missing_schemas=True)

    assert found == [("HLM001", "spec.values.mtu"), ("HLM003", "spec.values.routingMode")]


def test_a_release_without_a_schema_is_still_an_error_and_its_values_are_told(tmp_path: Path) -> None:
    verdicts, summary = run(write(tmp_path, {"a.yaml": release("mtu: 1400").replace("io/v2", "io/v2beta2")}))

    assert [one.rule for one in verdicts[0].findings] == ["SCH004", "HLM001"]
    assert summary.errors == 1


@pytest.mark.parametrize(
    ("spec", "rule", "path", "spot"),
    [
        (
            "valuesContent: |-\n  # first\n\n  operator:\n    replicas: one",
            "HLM002",
            "spec.valuesContent.operator.replicas",
            (14, "replicas: one"),
        ),
        ("set:\n  mtu: 5", "HLM001", "spec.set.mtu", (11, "mtu: 5")),
        ("values:\n  mtu: 5", "HLM001", "spec.values.mtu", (11, "mtu: 5")),
        (
            'valuesContent: "mtu: 5"',
            "HLM001",
            "spec.valuesContent.mtu",
            (10, 'valuesContent: "mtu: 5"'),
        ),
        (
            "valuesContent: >\n  MTU: 1400\n\n  mtu: 5",
            "HLM001",
            "spec.valuesContent.mtu",
            (10, "valuesContent: >"),
        ),
    ],
)
def test_every_form_of_values_of_k3s_is_judged_where_it_stands(
    spec: str, rule: str, path: str, spot: tuple[int, str], tmp_path: Path
) -> None:
    write(tmp_path, {"chart.yaml": k3s_chart(spec)})

    ((_, line, _, text),) = places(tmp_path, ignore_missing_schemas=True)

    assert said(tmp_path, ignore_missing_schemas=True) == [(rule, path)]
    assert (line, text) == spot


@pytest.mark.parametrize(
    "values",
    [
        "MTU: ${MTU}",
        "MTU: ${MTU:=1500}",
        "routingMode: ${MODE}",
        "${KEY}: 5",
        "routingMode: '{{ .Values.mode }}'",
        "MTU: ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:int]",
        "bpf: ${BPF}",
    ],
)
def test_a_value_that_is_filled_in_later_is_left_alone(values: str, tmp_path: Path) -> None:
    assert said(write(tmp_path, {"release.yaml": release(values)})) == []


@pytest.mark.parametrize("value", ["${MTU}", "ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:int]"])
def test_the_key_of_a_value_that_is_filled_in_later_is_judged(value: str, tmp_path: Path) -> None:
    assert said(write(tmp_path, {"a.yaml": release(f"mtu: {value}")})) == [("HLM001", "spec.values.mtu")]


def test_a_release_that_sops_encrypted_is_judged_by_its_keys(tmp_path: Path) -> None:
    sops = "sops:\n  mac: ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:str]\n  lastmodified: '2026-01-01T00:00:00Z'\n"
    value = "ENC[AES256_GCM,data:aGk=,iv:aGk=,tag:aGk=,type:str]"
    write(tmp_path, {"a.yaml": release(f"mtu: {value}\nroutingMode: {value}") + sops})

    assert said(tmp_path) == [("HLM001", "spec.values.mtu")]


@pytest.mark.parametrize("version", ["${VERSION}", "latest", "1.21.0", "1.12.3"])
def test_nothing_is_said_at_a_version_that_is_not_known(version: str, tmp_path: Path) -> None:
    assert said(write(tmp_path, {"release.yaml": release("mtu: 1400", version=version)})) == []


@pytest.mark.parametrize(
    "text",
    [
        release("mtu: 1400").replace("chart: cilium", "chart: podinfo"),
        release("mtu: 1400").replace("chart: cilium", "chart: cilium-cli"),
        release("MTU: 1400"),
        release(),
        release("mtu: 1400").replace("HelmRepository", "GitRepository"),
        release("mtu: 1400").replace("      chart: cilium\n", "      chart: 5\n"),
    ],
)
def test_nothing_is_said_of_charts_that_are_not_known_and_values_that_are_read(
    text: str, tmp_path: Path
) -> None:
    assert said(write(tmp_path, {"release.yaml": text})) == []


def test_two_releases_of_a_file_are_judged_each_by_its_own_version(tmp_path: Path) -> None:
    old = release("externalIPs: {enabled: true}", version="1.17.5", name="old")
    new = release("externalIPs: {enabled: true}", version="1.17.6", name="new")

    verdicts, summary = run(write(tmp_path, {"both.yaml": f"{old}---\n{new}"}))

    assert [(one.object, one.line) for verdict in verdicts for one in verdict.findings] == [
        ("HelmRelease kube-system/new", 29)
    ]
    assert summary.valid == 2


def test_a_release_that_is_packed_into_a_list_is_judged_where_it_stands(tmp_path: Path) -> None:
    items = [parsed(release("MTU: 1400")), parsed(release("mtu: 1400"))]
    packed = json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1)
    write(tmp_path, {"list.json": packed})

    ((_, _, _, text),) = places(tmp_path)

    assert text == '"mtu": 1400'


def test_what_is_taken_out_before_judging_is_not_judged(tmp_path: Path) -> None:
    write(tmp_path, {"release.yaml": release("mtu: 1400\nMTU: 1400")})

    assert said(tmp_path, skip_paths=("/spec/values/mtu",)) == []


def test_a_kind_that_is_skipped_is_not_judged(tmp_path: Path) -> None:
    assert said(write(tmp_path, {"release.yaml": release("mtu: 1400")}), skip=("HelmRelease",)) == []


def test_findings_of_the_schema_come_before_those_of_values(tmp_path: Path) -> None:
    verdicts, _ = run(write(tmp_path, {"a.yaml": release("mtu: 1400", spec="intervall: 5m")}))

    assert [one.rule for one in verdicts[0].findings] == ["SCH001", "HLM001"]
    assert verdicts[0].status == "invalid"


@pytest.mark.parametrize(
    "values",
    [
        "mtu: 1400\n  bpf: 5",
        "a: [",
        "mtu: 1\nmtu: 2",
    ],
)
def test_a_text_that_is_no_yaml_is_told_at_its_line(values: str, tmp_path: Path) -> None:
    lines = "\n".join(f"  {line}" for line in values.splitlines())
    write(tmp_path, {"chart.yaml": k3s_chart(f"valuesContent: |\n{lines}")})

    (found,) = findings(tmp_path, ignore_missing_schemas=True)

    assert (found.rule, found.severity, found.path) == ("YML001", "error", "spec.valuesContent")
    assert found.line > 10


def test_a_text_that_becomes_yaml_only_later_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"chart.yaml": k3s_chart("valuesContent: |\n  a: {{ .Values.a }}\n  b: ]")})

    assert said(tmp_path, ignore_missing_schemas=True) == []


def test_all_that_is_told_of_valid_documents_too_is_told_once(tmp_path: Path) -> None:
    verdicts, summary = run(write(tmp_path, {"release.yaml": release("mtu: 1400")}), every=True)

    assert [(one.status, len(one.findings)) for one in verdicts] == [("valid", 1)]
    assert summary.valid == 1


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("pretty", "\u26a0 "),
        ("github", "::warning file="),
        ("sarif", '"level": "warning"'),
        ("junit", "<system-out>"),
        ("tap", "ok 1 - "),
    ],
)
def test_every_form_tells_of_a_warning_and_lets_the_document_pass(
    form: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, {"release.yaml": release("mtu: 1400")}) / "release.yaml"

    code = command([str(file), "-output", form, "--no-cache"])

    out = capsys.readouterr().out
    assert code == 0
    assert expected in out
    assert "did you mean MTU?" in out
    assert "not ok" not in out
    assert "<failure" not in out


@pytest.mark.parametrize("form", ["values:\n{}", "valuesContent: |\n{}"])
def test_ten_thousand_faults_are_told_in_seconds(form: str, tmp_path: Path) -> None:
    lines = "\n".join(f"  mtu{number}: 1" for number in range(10_000))
    write(tmp_path, {"chart.yaml": k3s_chart(form.format(lines))})
    start = time.monotonic()

    found = findings(tmp_path, ignore_missing_schemas=True)

    assert (len(found), found[-1].line - found[0].line) == (10_000, 9_999)
    assert time.monotonic() - start < 5
