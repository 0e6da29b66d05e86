"""Every path of `fabricgen plan`: the whole text, as an operator reads it, and what is refused."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from moves import CASES, FLANNEL, OLD_REPOSITORY, REFUSED, SAVED_K3S, SAVED_TALOS, SECRET, Case, cilium, talos

from fabricgen.cli import main

EXPECTED = Path(__file__).parent / "expected"
ROOT = Path(__file__).resolve().parents[2]
Put = Callable[[Case], list[str]]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Return a function that writes both sides of a case here, and returns the words of its command."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clusters").mkdir()

    def write(case: Case) -> list[str]:
        (tmp_path / "clusters" / "lab.yaml").write_text(case.wanted, encoding="utf-8")
        files = {"today.yaml": case.today} if isinstance(case.today, str) else _below("today", case.today)
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        today = "today.yaml" if isinstance(case.today, str) else "today"
        return ["plan", "--from", today, *case.options, "lab"]

    return write


def _below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


@pytest.mark.parametrize("name", CASES)
def test_each_path_reads_as_it_did(
    name: str, put: Put, capsys: pytest.CaptureFixture[str], *, update_golden: bool
) -> None:
    code = main(put(CASES[name]))

    told = capsys.readouterr().out
    _update(EXPECTED / f"{name}.md", told, update=update_golden)
    assert code == CASES[name].code
    assert told == (EXPECTED / f"{name}.md").read_text(encoding="utf-8")


def _update(path: Path, text: str, *, update: bool) -> None:
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_no_expected_plan_is_left_over() -> None:
    assert {path.stem for path in EXPECTED.glob("*.md")} == set(CASES)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_refused_with_reason_source_and_a_way_out(
    name: str, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*put(REFUSED[name]), "--format", "json"])

    plan = json.loads(capsys.readouterr().out)
    found = {one["id"]: one for one in plan["refusals"]}
    assert code == 2
    assert name in found
    assert found[name]["source"].startswith("https://")
    assert found[name]["instead"]
    assert plan["steps"] == []


@pytest.mark.tools
@pytest.mark.parametrize("name", CASES)
def test_every_block_of_shell_passes_shellcheck(
    name: str, put: Put, capsys: pytest.CaptureFixture[str], tool: Callable[[str], str]
) -> None:
    main(put(CASES[name]))
    blocks = re.findall(r"```bash\n(.*?)```", capsys.readouterr().out, flags=re.DOTALL)

    done = subprocess.run(
        [tool("shellcheck"), "--shell=bash", "-"],
        input="#!/bin/bash\n" + "\n".join(blocks),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == ""


@pytest.mark.parametrize("name", CASES)
def test_each_step_is_there_once_and_says_how_to_get_back(
    name: str, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*put(CASES[name]), "--format", "json"])

    steps = json.loads(capsys.readouterr().out)["steps"]
    ids = [one["id"] for one in steps]
    assert len(ids) == len(set(ids))
    assert all(one["rollback"] for one in steps)
    assert sum(one["isLastPointOfReturn"] for one in steps) <= 1


@pytest.mark.parametrize("name", CASES)
def test_nothing_stops_before_the_last_point_of_return_but_what_heals_by_itself(
    name: str, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*put(CASES[name]), "--format", "json"])

    steps = json.loads(capsys.readouterr().out)["steps"]
    last = next((at for at, one in enumerate(steps) if one["isLastPointOfReturn"]), 0)
    stops = {one["id"] for one in steps[:last] if one["outage"] != "none"}
    assert stops <= {"roll-agents-first", "restart-agents"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_of_machine_configs_are_never_printed(
    form: str, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*put(CASES["flannel-and-metallb-to-cilium"]), "--format", form])

    told = capsys.readouterr()
    assert SECRET not in told.out + told.err


def test_a_saved_file_that_is_no_yaml_is_named_and_not_quoted(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = {**SAVED_TALOS, "machineconfigs.yaml": f"spec: |\n  a\n {SECRET}: [\n"}

    code = main(put(Case(today=broken, wanted=talos(cilium()))))

    told = capsys.readouterr().err
    assert code == 2
    assert "machineconfigs.yaml" in told
    assert SECRET not in told


ODD = """apiVersion: v1
kind: List
items:
- 5
- { apiVersion: v1, kind: Node, metadata: null, status: 7 }
- apiVersion: v1
  kind: Node
  metadata: { uid: a, name: x, annotations: { k3s.io/node-args: '["server","--cluster-cidr","nonsense"]' } }
- { apiVersion: v1, kind: Node, metadata: { uid: a, name: y, annotations: { k3s.io/node-args: "{" } } }
- apiVersion: v1
  kind: Service
  metadata: { uid: b, name: s, namespace: d, annotations: 5 }
  spec: { type: LoadBalancer }
  status: { loadBalancer: { ingress: [{ ip: zz }, { hostname: a }] } }
- { apiVersion: apps/v1, kind: DaemonSet, metadata: { name: cilium, namespace: kube-system, uid: c }, spec: 5 }
- { apiVersion: v1, kind: ConfigMap, metadata: { name: cilium-config, uid: d }, data: 5 }
"""


def test_what_makes_no_sense_in_saved_files_is_not_known(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(put(Case(today={"odd.yaml": ODD}, wanted=talos(cilium()))))

    told = capsys.readouterr()
    assert code == 2
    assert "from k3s to Talos on machines" in told.out
    assert "the version of Cilium: find out with" in told.out
    assert "Traceback" not in told.err


def test_addresses_are_those_that_the_services_have(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    main([*put(CASES["flannel-and-metallb-to-cilium"]), "--format", "json"])

    steps = {one["id"]: one for one in json.loads(capsys.readouterr().out)["steps"]}
    assert steps["pin-addresses"]["commands"] == [
        "kubectl --namespace web annotate service front --overwrite lbipam.cilium.io/ips=10.0.0.205",
        "kubectl --namespace web annotate service mail --overwrite lbipam.cilium.io/ips=10.0.0.206",
    ]
    assert any("web/mail has externalTrafficPolicy Local" in one for one in steps["pin-addresses"]["traps"])


def test_metallb_has_stopped_before_flux_brings_the_pools(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*put(CASES["flannel-and-metallb-to-cilium"]), "--format", "json"])

    ids = [one["id"] for one in json.loads(capsys.readouterr().out)["steps"]]
    assert ids.index("pause-flux") < ids.index("stop-metallb") < ids.index("resume-flux")
    assert ids.index("remove-flannel") < ids.index("install-cilium") < ids.index("reboot-nodes")


def test_what_is_not_known_is_asked_for_with_a_command(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    only_nodes = {"services.yaml": SAVED_K3S["services.yaml"]}

    code = main(put(Case(today=only_nodes, wanted=talos(cilium()))))

    told = capsys.readouterr().out
    assert code == 1
    assert "which CNI runs: find out with" in told
    assert "## 1." not in told


def test_a_cilium_of_no_exact_version_is_not_touched_before_its_version_is_known(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        OLD_REPOSITORY["apps/cilium.yaml"]
        .replace("1.19.6", "1.16.x")
        .replace("v2beta1", "v2")
        .replace("v1beta2", "v1")
    )
    case = CASES["release-and-old-apis"]

    code = main(put(Case(today={**OLD_REPOSITORY, "apps/cilium.yaml": text}, wanted=case.wanted)))

    told = capsys.readouterr().out
    assert code == 1
    assert "the version of Cilium: find out with" in told
    assert "orphan-release" not in told


def test_what_no_path_is_for_is_said_and_not_passed_over(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES["gateway-api"]

    main(put(Case(today=case.wanted, wanted=str(case.today))))

    told = capsys.readouterr().out
    assert "Cilium's Gateway API is switched off: there is no path for this here" in told
    assert "Nothing to do" not in told


def test_how_to_save_needs_no_cluster_and_passes_shellcheck(
    capsys: pytest.CaptureFixture[str], tool: Callable[[str], str]
) -> None:
    code = main(["plan", "--how-to-save"])

    script = capsys.readouterr().out
    done = subprocess.run(
        [tool("shellcheck"), "--shell=bash", "-"], input=script, capture_output=True, text=True, check=False
    )
    assert code == 0
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["plan"], "what runs today is not told"),
        (["plan", "--from", "nowhere", "lab"], "there is no such file or folder"),
        (["plan", "--from", "today.yaml", "other"], "there is no cluster 'other'"),
        (["plan", "--from", "today.yaml", "--considered", "lab"], "considers no other fabric"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(
    words: list[str], expected: str, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put(Case(today=talos(FLANNEL), wanted=talos(cilium())))

    code = main(words)

    assert code == 2
    assert expected in capsys.readouterr().err


def test_a_cluster_of_a_repository_is_chosen_by_name(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put(CASES["release-and-old-apis"])
    shutil.copytree("today/clusters/lab", "today/clusters/other")
    shutil.copytree("today/apps", "today/others")
    sync = Path("today/clusters/other/flux-system/gotk-sync.yaml")
    sync.write_text(sync.read_text(encoding="utf-8").replace("./apps", "./others"), encoding="utf-8")

    code = main(["plan", "--from", "today", "lab"])

    assert code == 2
    assert "choose one with --cluster: lab, other" in capsys.readouterr().err


def test_nodes_that_route_differently_restart_together(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    main([*put(CASES["several-at-once"]), "--format", "json"])

    steps = json.loads(capsys.readouterr().out)["steps"]
    ids = [one["id"] for one in steps]
    rolled = ids.index("roll-agents-first")
    assert ids[rolled + 1] == "restart-agents"
    assert not any("rollout status" in line for line in steps[rolled]["commands"])


@pytest.mark.parametrize("cluster", ["goldentooth", "homeops", "joelclaw", "k3s-homelab", "talos-homelab"])
def test_a_cluster_that_is_as_described_has_nothing_to_do(
    cluster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"{ROOT}/clusters/{cluster}.yaml"

    code = main(["plan", "--from", path, path])

    assert code == 0
    assert "Nothing to do" in capsys.readouterr().out


def test_joelclaw_would_be_made_anew_for_the_cilium_that_it_considers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = f"{ROOT}/clusters/joelclaw.yaml"

    code = main(["plan", "--from", path, "--considered", "--format", "json", path])

    ids = [one["id"] for one in json.loads(capsys.readouterr().out)["steps"]]
    assert code == 0
    assert ids.index("save-data") < ids.index("destroy-containers") < ids.index("bootstrap")


def test_a_stock_k3s_on_other_networks_than_described_is_refused(
    put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put(Case(today=SAVED_K3S, wanted=talos(cilium())))

    code = main(["plan", "--from", "today", "--format", "json", f"{ROOT}/clusters/k3s-homelab.yaml"])

    refused = {one["id"]: one for one in json.loads(capsys.readouterr().out)["refusals"]}
    assert code == 2
    assert "10.42.0.0/16 to 10.244.0.0/16" in refused["pod-network"]["what"]


def test_the_pages_examples_are_what_is_told() -> None:
    page = (ROOT / "docs/plan.md").read_text(encoding="utf-8")

    examples = re.findall(r"<!-- from: ([^ ]*) -->\n````markdown\n(.*?)\n````", page, flags=re.DOTALL)

    assert len(examples) == 2
    assert all(text in (EXPECTED / f"{name}.md").read_text(encoding="utf-8") for name, text in examples)
