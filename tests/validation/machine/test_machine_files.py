"""What a document is taken for: by its keys, its place, its words, and by who names its file."""

from pathlib import Path

import pytest

from fabricgen.schemas import SchemaError
from fabricgen.schemas.bundle import BundledSchemas
from fabricgen.validation.engine import Engine
from fabricgen.validation.machine import listed
from fabricgen.validation.machine.foreign import foreign_reason
from fabricgen.validation.machine.forms import is_k3s, is_talos
from fabricgen.validation.options import Options
from fabricgen.validation.result import Verdict
from fabricgen.validation.run import validate
from fabricgen.yamlio import read_value


def _verdicts(folder: Path, **options: object) -> list[Verdict]:
    told = Options(every=True, jobs=1, **options)  # type: ignore[arg-type]  # as the caller says
    return [one for one in validate([str(folder)], told) if isinstance(one, Verdict)]


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("machine: {type: worker}", "x.yaml", True),
        ("cluster: {proxy: {disabled: true}}", "x.yaml", True),
        ("machine: {netwrok: {}}", "talos/all/patch.yaml", True),
        ("machine: {netwrok: {}}", "x.yaml", False),
        ("cluster: {name: home, id: 1, extra: x}\nipam: {}", "x.yaml", False),
        ("cluster: {instances: 3}", "apps/db.yaml", False),
        ("apiVersion: v1alpha1\nkind: LinkConfig", "x.yaml", True),
        ("apiVersion: v1\nkind: Pod\nmachine: {type: worker}", "x.yaml", False),
    ],
)
def test_talos_is_told_by_its_keys(text: str, file: str, expected: bool) -> None:  # noqa: FBT001 - a column of a table
    assert is_talos(read_value(text), file=file) is expected


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("flannel-backend: none", "x.yaml", True),
        ("node-label+: [a=b]", "x.yaml", True),
        ("server: https://a:6443\ntoken: x", "k3s/agent.yaml", True),
        ("server: https://a:6443\ntoken: x", "app/config.yaml", False),
        ("kind: X\nflannel-backend: none", "x.yaml", False),
    ],
)
def test_k3s_is_told_by_its_keys(text: str, file: str, expected: bool) -> None:  # noqa: FBT001 - a column of a table
    assert is_k3s(read_value(text), file=file) is expected


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("ipam: {mode: kubernetes}", "bootstrap/cilium-values.yaml", "values of a Helm chart"),
        ("kind: CronJob\nschedule: x", "descheduler/values.yaml", "values of a Helm chart"),
        ("name: x\nversion: 1.0.0\napiVersion: v2", "chart/Chart.yaml", "a Helm chart's own description"),
        ("creation_rules: [{age: x}]", "sops.yaml", "SOPS' own config"),
        ("exclude: [tests]", ".fabricgen.yaml", "fabricgen's own settings"),
        (
            "name: a\ndistribution: {}\nendpoint: {}\nnetworks: {}\nnodes: []",
            "home.yaml",
            "the description of a cluster: `fabricgen check` judges it",
        ),
        ("version: '3'\ntasks: {a: {cmd: x}}", "Taskfile.yaml", "a Taskfile"),
        ("services: {a: {image: x}}", "stack.yaml", "a Compose file"),
        ("jobs: {a: {runs-on: x, steps: []}}", "ci/build.yaml", "a workflow of GitHub's or Forgejo's"),
        (
            "clusterName: a\nendpoint: b\nnodes: []",
            "talconfig.yaml",
            "talhelper's own file: `talhelper validate talconfig` judges it",
        ),
        ("clusterName: a\nclusterEndpoint: b", "topf.yaml", "topf's own file"),
        ("context: a\ncontexts: {a: {}}", "talosconfig.yaml", "talosctl's own config"),
        ("site_name: x", "mkdocs.yml", "MkDocs' own config"),
        ('{"$schema": "x"}', "x.json", "a file that names its own JSON schema"),
        ("default_config: {}", "configuration.yaml", "Home Assistant's own config"),
        (
            "nameReference: [{kind: ConfigMap, fieldSpecs: [{path: a}]}]",
            "kustomizeconfig.yaml",
            "kustomize's own configuration",
        ),
        ("kind: Cluster\nname: home\ntalos: {version: v1.12.0}", "omni.yaml", "a template of Omni's"),
        ("- hosts: all\n  tasks: []", "site.yaml", "a playbook of Ansible's"),
        ("- name: x\n  apt: {}", "roles/os/tasks/main.yml", "a part of an Ansible role"),
        ("a: b", "inventory/group_vars/all.yml", "variables of Ansible's"),
        ("groups: [{name: a, rules: []}]", "rules.yaml", "rules of Prometheus' own form"),
        ("panels: []\ntitle: x", "dash.json", "a dashboard of Grafana's"),
    ],
)
def test_files_of_other_tools_are_known(text: str, file: str, expected: str) -> None:
    assert foreign_reason(read_value(text), file=file) == expected


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("metadata: {name: a}\nspec: {replicas: 1}", "deployment.yaml"),
        ("apiVersion: v1\nmetadata: {name: a}", "values.yaml"),
        ("metadata: {name: a}\ndata: {a: b}", "values.yaml"),
        ("kind: Deployment\nmetadata: {name: a}", "Taskfile.yaml"),
        ("spec: {jobs: {}}", "x.yaml"),
        ("data: {a: b}", "x.yaml"),
        ("- apiVersion: v1\n  kind: Pod", "x.yaml"),
        ("text", "x.yaml"),
    ],
)
def test_what_may_be_an_object_whose_author_forgot_something_stays_an_error(
    text: str, file: str, tmp_path: Path
) -> None:
    _write(tmp_path, {file: text})

    (verdict,) = _verdicts(tmp_path)

    assert (verdict.status, verdict.findings[0].rule) == ("error", "SCH003")


def test_an_author_may_say_in_a_comment_which_tool_reads_a_file(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {"x.yaml": "# yaml-language-server: $schema=https://json.schemastore.org/helmfile\nbases: []\n"},
    )

    (verdict,) = _verdicts(tmp_path)

    assert verdict.reason == "by its own words a file of another tool's: helmfile"


def test_a_kustomization_without_its_kind_is_one(tmp_path: Path) -> None:
    _write(tmp_path, {"kustomization.yaml": "resource: [a.yaml]\n"})

    (verdict,) = _verdicts(tmp_path)

    assert (verdict.kind, verdict.status) == ("Kustomization", "invalid")
    assert verdict.findings[0].path == "resource"


KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
configMapGenerator:
  - name: app
    files: [config.yaml=files/app.yaml, files/tagged.yaml]
configurations: [names.yaml]
helmCharts:
  - name: x
    valuesFile: files/helm.yaml
"""


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("files/app.yaml", "a: b\n", "kustomize makes a ConfigMap of it"),
        ("files/tagged.yaml", "a: !secret b\n", "kustomize makes a ConfigMap of it"),
        ("names.yaml", "a: b\n", "kustomize's own configuration"),
        ("files/helm.yaml", "a: b\n", "values of a Helm chart"),
    ],
)
def test_what_a_kustomization_takes_for_data_is_no_object(
    file: str, text: str, reason: str, tmp_path: Path
) -> None:
    _write(tmp_path, {"kustomization.yaml": KUSTOMIZATION, file: text})

    assert [one.reason for one in _verdicts(tmp_path) if one.status == "skipped"] == [reason]


@pytest.mark.parametrize("first", ["configMapGenerator: [{name: a, files: [b.yaml]}]\n", "resources: []\n"])
def test_the_cache_knows_that_a_verdict_depends_on_a_kustomization(first: str, tmp_path: Path) -> None:
    folder = _write(tmp_path / "apps", {"kustomization.yaml": first, "b.yaml": "a: b\n"})
    before = _verdicts(folder, cache=tmp_path / "cache")
    _write(
        folder, {"kustomization.yaml": "resources: []\nconfigMapGenerator: [{name: c, files: [d.yaml]}]\n"}
    )

    cached, fresh = (_verdicts(folder, cache=place) for place in (tmp_path / "cache", None))

    assert cached == fresh
    assert before
    assert cached[0].status == "error"


def test_what_the_engine_calls_a_dependency_is_what_is_asked() -> None:
    engine = Engine(Options())

    assert engine.digest((listed.DEPENDENCY, __file__)) == listed.digest_of_file(__file__) != ""


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\nauto: 'off'\n",
        "apiVersion: example.com/v1\nkind: Unheard\n",
    ],
)
def test_what_no_schema_could_be_had_for_is_judged_again_when_it_can(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise SchemaError("the schemas are not there")

    folder, cache = tmp_path / "files", tmp_path / "cache"
    _write(folder, {"it.yaml": text})
    with monkeypatch.context() as without:
        without.setattr(BundledSchemas, "find", fail)
        without.setattr(BundledSchemas, "digest", fail)
        (verdict,) = _verdicts(folder, cache=cache)
        assert verdict.findings[0].message == "the schemas are not there"

    (again,) = _verdicts(folder, cache=cache)

    assert "the schemas are not there" not in [one.message for one in again.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- {op: add, path: /spec/replicas, value: 2}\n", []),
        ("- {op: ad, path: /a, value: 1}\n", ["[0].op: 'ad' is no operation; did you mean add?"]),
        ("- {op: add, path: /a}\n", ["[0].value: add needs a value"]),
        ("- {op: move, path: /a}\n", ["[0].from: this must be given"]),
        ("- {op: remove, path: a.b}\n", ["[0].path: a JSON pointer starts with /"]),
    ],
)
def test_json_patches_are_judged_by_their_form(text: str, expected: list[str], tmp_path: Path) -> None:
    _write(tmp_path, {"patch.yaml": text})

    (verdict,) = _verdicts(tmp_path)

    said = [": ".join(part for part in (one.path, one.message) if part) for one in verdict.findings]
    assert [one.partition(";")[0] for one in expected] == said


@pytest.mark.parametrize(
    ("file", "text", "path"),
    [
        (
            "registries.yaml",
            "mirrors: {docker.io: {endpoints: [https://a]}}\n",
            'mirrors["docker.io"].endpoints',
        ),
        (
            "talos/schematic.yaml",
            "customization: {systemExtensions: {official: [a]}}\n",
            "customization.systemExtensions.official",
        ),
    ],
)
def test_small_files_are_judged_by_their_form(file: str, text: str, path: str, tmp_path: Path) -> None:
    _write(tmp_path, {file: text})

    (verdict,) = _verdicts(tmp_path)

    assert [one.path for one in verdict.findings] == [path]
