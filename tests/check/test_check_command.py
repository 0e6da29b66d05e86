"""`fabricgen check`: drift and findings, said apart; each kind of drift by its name; every form."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from described import ROOT

from fabricgen.cli import main

TREE = Path("gitops/talos-homelab")
RELEASE = TREE / "infrastructure/cilium/release.yaml"
VALUES = TREE / "bootstrap/cilium-values.yaml"
DESCRIPTION = Path("clusters/talos-homelab.yaml")


@pytest.fixture(autouse=True)
def rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with one description and its tree."""
    (tmp_path / "clusters").mkdir()
    text = (ROOT / DESCRIPTION).read_text(encoding="utf-8")
    (tmp_path / DESCRIPTION).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    main(["render"])
    capsys.readouterr()


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(["check", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_a_right_tree_has_neither_drift_nor_findings(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _told(capsys)

    assert code == 0
    assert told == {
        "drift": {str(TREE): {}},
        "findings": [],
        "summary": {"drift": 0, "error": 0, "warning": 0, "info": 0},
    }


def test_a_file_that_was_removed_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    (TREE / "README.md").unlink()

    code, told = _told(capsys)

    assert (code, told["drift"][str(TREE)]) == (1, {"missing": ["README.md"]})


def test_files_of_a_description_that_changed_are_stale(capsys: pytest.CaptureFixture[str]) -> None:
    _replace(DESCRIPTION, "services: 16", "services: 4")

    code, told = _told(capsys)

    assert code == 1
    assert "infrastructure/cilium/release.yaml" in told["drift"][str(TREE)]["stale"]
    assert set(told["drift"][str(TREE)]) == {"stale"}


def test_files_that_are_ours_and_asked_for_no_more_are_unwanted(capsys: pytest.CaptureFixture[str]) -> None:
    old = TREE / "infrastructure/old.yaml"
    old.write_text("kind: Old\n", encoding="utf-8")
    record = TREE / ".fabricgen.json"
    digest = "sha256:a3a1a40f4bd7ee29b0bf4bd5b4e40f9f32d5ee4c4b3c7de2ae2d6f0f7a5c1d11"
    content = json.loads(record.read_text(encoding="utf-8"))
    content["files"]["infrastructure/gone.yaml"] = digest
    content["files"]["infrastructure/old.yaml"] = _digest(old)
    record.write_text(json.dumps(content), encoding="utf-8")

    _, told = _told(capsys)

    assert told["drift"][str(TREE)] == {"unwanted": ["infrastructure/old.yaml"]}


def _digest(file: Path) -> str:
    from fabricgen.tree.record import digest  # noqa: PLC0415 - for this test only

    return digest(file.read_bytes())


def test_a_file_that_somebody_edited_is_told_apart_from_one_that_is_stale(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _replace(DESCRIPTION, "services: 16", "services: 4")
    (TREE / "flux/cilium.yaml").write_text("mine\n", encoding="utf-8")

    _, told = _told(capsys)

    assert told["drift"][str(TREE)]["edited"] == ["flux/cilium.yaml"]
    assert "flux/cilium.yaml" not in told["drift"][str(TREE)]["stale"]


def test_a_lost_record_is_missing_and_what_stands_as_rendered_is_no_drift(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (TREE / ".fabricgen.json").unlink()

    _, told = _told(capsys)

    assert told["drift"][str(TREE)] == {"missing": [".fabricgen.json"]}


def test_without_a_record_what_differs_is_somebody_elses(capsys: pytest.CaptureFixture[str]) -> None:
    (TREE / ".fabricgen.json").unlink()
    (TREE / "flux/cilium.yaml").write_text("mine\n", encoding="utf-8")

    _, told = _told(capsys)

    assert told["drift"][str(TREE)]["foreign"] == ["flux/cilium.yaml"]


def test_a_record_that_names_a_file_too_many_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    record = TREE / ".fabricgen.json"
    content = json.loads(record.read_text(encoding="utf-8"))
    content["files"]["infrastructure/gone.yaml"] = "sha256:" + "0" * 64
    record.write_text(json.dumps(content), encoding="utf-8")

    _, told = _told(capsys)

    assert told["drift"][str(TREE)] == {"stale": [".fabricgen.json"]}


def test_a_garbled_record_is_drift_with_a_way_out_and_findings_are_told_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (TREE / ".fabricgen.json").write_text("{", encoding="utf-8")

    code = main(["check"])

    out = capsys.readouterr().out
    assert code == 1
    assert f"{TREE}/.fabricgen.json: " in out
    assert "Restore it from git" in out


def test_a_file_of_somebodys_beside_our_list_is_a_note_and_no_drift(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (TREE / "infrastructure/cilium/mine.yaml").write_text("kind: A\n", encoding="utf-8")
    (TREE / "infrastructure/notes.md").write_text("mine\n", encoding="utf-8")

    code, told = _told(capsys)

    assert (code, told["drift"][str(TREE)]) == (0, {})
    assert [(one["rule"], one["severity"], one["file"]) for one in told["findings"]] == [
        ("FLX003", "info", f"{TREE}/infrastructure/cilium/mine.yaml")
    ]


@pytest.mark.parametrize("file", [VALUES, RELEASE])
def test_values_that_cilium_starts_with_and_no_longer_those_of_flux_are_found(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    _replace(file, "k8sServicePort: 7445", "k8sServicePort: 6443")

    code = main(["check"])

    out = capsys.readouterr().out
    assert code == 1
    assert f"{file}: edited by hand: it holds the values of Cilium, which are byte for byte the same" in out
    assert f"error BTS008 the values are not those of {RELEASE}" in out


def test_what_a_rule_finds_is_told_at_the_key_of_the_description(capsys: pytest.CaptureFixture[str]) -> None:
    _replace(
        DESCRIPTION,
        "  cilium:\n",
        "  cilium:\n    values: { hubble: { ui: { service: { type: LoadBalancer } } } }\n",
    )

    code, told = _told(capsys, "--only", "HUB005", "--fail-on", "info")

    (finding,) = told["findings"]
    assert (code, finding["rule"], finding["severity"]) == (1, "HUB005", "info")
    assert (finding["file"], finding["path"]) == (
        str(DESCRIPTION),
        "cni.cilium.values.hubble.ui.service.type",
    )


@pytest.mark.parametrize("command", [["check"], ["lint", "clusters"]])
def test_what_a_template_makes_is_judged_by_its_schema(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    name = "infrastructure/cilium-config/pools.yaml.j2"
    template = (ROOT / "templates" / name).read_text(encoding="utf-8")
    own = Path("templates") / name
    own.parent.mkdir(parents=True)
    own.write_text(
        f"{template}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: a }}\ndta: {{}}\n",
        encoding="utf-8",
    )

    code = main([*command, "--format", "json", "--only", "SCH"])

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (code, finding["rule"], finding["path"]) == (1, "SCH001", "dta")
    assert finding["line"] > 1


def test_findings_below_the_severity_do_not_fail_and_drift_always_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (TREE / "infrastructure/cilium/mine.yaml").write_text("kind: A\n", encoding="utf-8")

    assert main(["check"]) == 0
    assert main(["check", "--fail-on", "info"]) == 1
    (TREE / "README.md").unlink()
    assert main(["check", "--fail-on", "never"]) == 1
    assert "drift: 1 file in 1 tree: 1 missing\n" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["github", "junit", "sarif", "markdown"])
def test_every_form_tells_drift_and_findings(capsys: pytest.CaptureFixture[str], form: str) -> None:
    (TREE / "README.md").unlink()
    (TREE / "infrastructure/cilium/mine.yaml").write_text("kind: A\n", encoding="utf-8")

    assert main(["check", "--format", form]) == 1

    out = capsys.readouterr().out
    assert "README.md" in out
    assert "FLX003" in out


def test_sarif_and_junit_are_what_their_readers_take(capsys: pytest.CaptureFixture[str]) -> None:
    (TREE / "README.md").unlink()

    main(["check", "--format", "sarif"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    main(["check", "--format", "junit"])
    suites = ET.fromstring(capsys.readouterr().out)  # noqa: S314 - our own text

    assert [one["ruleId"] for one in run["results"]] == ["DRF001"]
    assert len(suites.findall(".//failure")) == 1


def test_wrong_input_is_neither_drift_nor_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    DESCRIPTION.write_text("name: broken\n", encoding="utf-8")

    assert main(["check"]) == 2
    assert capsys.readouterr().out == ""
