"""Files that nobody writes on purpose: the commands tell what is wrong, and a terminal has nothing to obey."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fabricgen.cli import main

DESCRIPTION = (Path(__file__).parent.parent / "clusters" / "homeops.yaml").read_text(encoding="utf-8")
POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: "a\\e[31mb\\u202e", namespace: "\\u009bx"}
spec: {"\\e[2J": 1, endpointSelector: 5}
"""
OBEYED = "\x1b\x07\x9b\u202e\u2028\r"
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.18.3}}
  values: {VALUES}
"""
TALHELPER = """\
clusterName: home
endpoint: https://10.0.0.9:6443
nodes:
  - {hostname: a, ipAddress: 10.0.0.11, controlPlane: true, machineSpec: {arch: [1]}, networkInterfaces: [{addresses: 5}]}
"""
CLUSTER_TEMPLATE = """\
node_cidr: 192.168.1.0/24
cluster_api_addr: 192.168.1.9
cluster_gateway_addr: home
cilium_bgp_router_addr: 192.168.1.1
cilium_bgp_router_asn: [5]
cilium_bgp_node_asn: x
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _obeyed(text: str) -> set[str]:
    return set(text) & set(OBEYED)


def test_an_unknown_key_with_an_escape_sequence_is_told_with_the_escape_written_out(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "in.yaml").write_text(DESCRIPTION + '\n"\\e]0;title\\a": 1\n', encoding="utf-8")

    code = main(["render", "in.yaml"])

    told = capsys.readouterr().err
    assert code == 2
    assert "\\x1b]0;title\\x07: unknown key" in told
    assert _obeyed(told) == set()


def test_each_problem_keeps_its_own_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "in.yaml").write_text(DESCRIPTION + "\nfirst: 1\nsecond: 2\n", encoding="utf-8")

    main(["render", "in.yaml"])

    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("character", list(OBEYED))
def test_a_reason_with_a_character_that_is_obeyed_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], character: str
) -> None:
    text = DESCRIPTION.replace("because: ", f'because: "x\\u{ord(character):04x}" # ', 1)
    (here / "in.yaml").write_text(text, encoding="utf-8")

    code = main(["explain", "in.yaml"])

    captured = capsys.readouterr()
    assert code == 2
    assert f"holds U+{ord(character):04X}, a character that is obeyed and not shown" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "markdown"])
def test_no_form_of_findings_gives_a_terminal_anything_to_obey(
    here: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    (here / "in.yaml").write_text(POLICY, encoding="utf-8")

    code = main(["lint", "in.yaml", "--format", form])

    captured = capsys.readouterr()
    assert code == 1
    assert _obeyed(captured.out + captured.err) == set()


def test_json_means_the_same_name_as_the_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "in.yaml").write_text(POLICY, encoding="utf-8")

    main(["lint", "in.yaml", "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert "\x9bx/a\x1b[31mb\u202e" in told["findings"][0]["object"]


@pytest.mark.parametrize("command", ["render", "check", "diff", "explain", "upgrade", "advise", "report"])
def test_a_link_that_leads_back_to_itself_is_wrong_input(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (here / "in.yaml").symlink_to("in.yaml")

    code = main([command, "in.yaml"])

    assert code == 2
    assert capsys.readouterr().err.startswith("in.yaml: ")


def test_a_tree_that_is_a_link_to_itself_is_wrong_input(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "tree").symlink_to("tree")

    code = main(["push", "oci://registry.example.org/home:latest", "--tree", "tree", "--dry-run"])

    assert code == 2
    assert capsys.readouterr().err.startswith("tree")


@pytest.mark.parametrize(
    "values",
    [
        "{kubeProxyReplacement: [true]}",
        "{ipam: {mode: [kubernetes]}, k8sServiceHost: {a: b}}",
        "{loadBalancer: {mode: {}, algorithm: []}, policyAuditMode: [a]}",
        "{hubble: {ui: {enabled: true, service: {type: [NodePort]}}}}",
    ],
)
def test_values_of_a_wrong_type_stop_no_rule(
    here: Path, capsys: pytest.CaptureFixture[str], values: str
) -> None:
    (here / "release.yaml").write_text(RELEASE.replace("{VALUES}", values), encoding="utf-8")

    code = main(["lint", "release.yaml", "--format", "json"])

    assert code in (0, 1)
    assert json.loads(capsys.readouterr().out)["findings"] is not None


@pytest.mark.parametrize(
    ("name", "text"), [("talconfig.yaml", TALHELPER), ("cluster.yaml", CLUSTER_TEMPLATE)]
)
def test_facts_of_a_wrong_type_are_told_by_import(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (here / name).write_text(text, encoding="utf-8")
    (here / "nodes.yaml").write_text("nodes: [{name: a, address: 192.168.1.2, mtu: []}]\n", encoding="utf-8")

    code = main(["import", ".", "--dry-run", "--format", "json"])

    captured = capsys.readouterr()
    assert code == 2
    assert json.loads(captured.out)
    assert captured.err


@pytest.mark.parametrize("command", ["lint", "addresses"])
def test_a_link_that_leads_nowhere_is_called_that(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (here / "in.yaml").symlink_to("in.yaml")

    code = main([command, "in.yaml"])

    assert code == 2
    assert capsys.readouterr().err.startswith("in.yaml: is a link that leads nowhere; ")


def test_doctor_names_files_harmlessly(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "clusters").mkdir()
    (here / "clusters" / "\x1b[31m.yaml").write_text(DESCRIPTION, encoding="utf-8")

    main(["doctor"])

    assert _obeyed(capsys.readouterr().out) == set()


def test_folders_of_crds_are_read_past_what_is_no_file(here: Path) -> None:
    (here / "crds" / "folder.yaml").mkdir(parents=True)

    code = main(["schemas", "import", "crds"])

    assert code == 2


def test_what_a_code_page_cannot_say_is_written_all_the_same(here: Path) -> None:
    (here / "clusters").mkdir()
    (here / "clusters" / "home.yaml").write_text(DESCRIPTION, encoding="utf-8")
    command = [sys.executable, "-m", "fabricgen", "advise"]

    done = subprocess.run(
        command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )

    assert done.returncode == 0
    assert "·" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("command", ["render", "check", "diff", "report"])
def test_a_cluster_can_be_called_by_its_name(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (here / "clusters").mkdir()
    (here / "clusters" / "home.yaml").write_text(DESCRIPTION, encoding="utf-8")

    code = main([command, "home"])

    assert code in (0, 1)
    assert "home" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["render", "check", "diff", "report"])
def test_a_name_that_is_none_is_answered_with_the_nearest(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (here / "clusters").mkdir()
    (here / "clusters" / "home.yaml").write_text(DESCRIPTION, encoding="utf-8")

    code = main([command, "hme"])

    assert code == 2
    assert capsys.readouterr().err == "there is no cluster 'hme' in clusters/; did you mean home?\n"


@pytest.mark.parametrize("closing", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["diff", "lint --format json", "validate clusters"])
def test_streams_that_are_closed_break_nothing(here: Path, closing: str, command: str) -> None:
    (here / "clusters").mkdir()
    (here / "clusters" / "home.yaml").write_text(DESCRIPTION, encoding="utf-8")
    whole = f"{sys.executable} -m fabricgen {command} {closing}"

    done = subprocess.run(["/bin/sh", "-c", whole], capture_output=True, check=False)

    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr
